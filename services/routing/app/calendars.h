// What routing does about the business calendars of the ticket service: it keeps what queues go by.
// A change of a calendar is a change of each of its queues, told with the hours in full, so that
// its own log says when a queue was open. Runs in the consumer's transaction, once for each fact
// and in their order.
#pragma once

#include <string>

#include "services/routing/app/floor.h"
#include "services/routing/app/opening_hours.h"

namespace muara::routing {

class Calendars {
 public:
  Calendars(Floor& floor, OpeningHours& hours, const Clock& clock)
      : floor_(floor), hours_(hours), clock_(clock) {}

  // One that this machine cannot reckon with is passed over: the hours before it stay.
  Status ChangedIn(sql::Tx& tx, Calendar calendar);
  // Its hours stay in force where it is kept, and no queue takes it any more.
  Status DeletedIn(sql::Tx& tx, const std::string& id);

 private:
  Floor& floor_;
  OpeningHours& hours_;
  const Clock& clock_;
};

}  // namespace muara::routing

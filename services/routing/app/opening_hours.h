// The hours that queues go by, made ready once for each version of their calendars. Which version
// that is, the queue's row says: all of a transaction goes by the same. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"
#include "services/routing/store/calendars.h"

namespace muara::routing {

class OpeningHours {
 public:
  // Gives a queue as read from the store the hours of its calendar.
  Status Attach(sql::Tx& tx, Queue& queue);
  Status Attach(sql::Tx& tx, std::vector<Queue>& queues);
  // QUEUE_NOT_FOUND. With hours, without the number of what waits.
  Result<Queue> Load(sql::Tx& tx, const std::string& queue_id);
  // FAILED_PRECONDITION with CALENDAR_NOT_FOUND: not known here yet, or deleted. Holds the
  // calendar's changes off until the commit.
  Status Choose(sql::Tx& tx, Queue& queue);
  // The same, for a queue that is not kept.
  Status TryOn(sql::Tx& tx, Queue& queue);

 private:
  Status Take(sql::Tx& tx, Queue& queue, const std::optional<store::KeptCalendar>& kept);
  Result<SharedHours> Of(sql::Tx& tx, const std::string& calendar_id, int version);

  struct Made {
    int version = 0;
    SharedHours hours;
  };
  std::mutex mutex_;
  std::map<std::string, Made> made_;  // by calendar; there are at most 200
};

}  // namespace muara::routing

// Does what is due by itself: brings back what waited until a time, closes what was resolved long
// ago, and aims that anew after a change of policies. One thread, which sleeps until the next due
// time.
#pragma once

#include "services/ticket/app/due_bell.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

class Timers {
 public:
  Timers(Tickets& tickets, const QueuePolicies& policies, DueBell& bell, const Clock& clock)
      : tickets_(tickets), policies_(policies), bell_(bell), clock_(clock) {}
  muara::Status Start();
  void Stop() { worker_.Stop(); }

 private:
  void Turn();

  Tickets& tickets_;
  const QueuePolicies& policies_;
  DueBell& bell_;
  const Clock& clock_;
  Worker worker_{[this] { Turn(); }, [this] { bell_.Ring(); }};
};

}  // namespace muara::ticket::events

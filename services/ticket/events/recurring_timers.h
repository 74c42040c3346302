// Opens recurring tickets at their time. One thread, which sleeps until the next is due.
#pragma once

#include "services/ticket/app/recurring/recurring_tickets.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

class RecurringTimers {
 public:
  RecurringTimers(RecurringTickets& tickets, const Clock& clock)
      : tickets_(tickets), clock_(clock) {}
  muara::Status Start() { return worker_.Start(); }
  void Stop() { worker_.Stop(); }

 private:
  void Turn();

  RecurringTickets& tickets_;
  const Clock& clock_;
  Worker worker_{[this] { Turn(); }, [this] { tickets_.Wake(); }};
};

}  // namespace muara::ticket::events

// Opens recurring tickets at their time. One thread, which sleeps until the next is due.
#pragma once

#include <atomic>
#include <thread>

#include "services/ticket/app/recurring/recurring_tickets.h"

namespace muara::ticket::events {

class RecurringTimers {
 public:
  RecurringTimers(RecurringTickets& tickets, const Clock& clock)
      : tickets_(tickets), clock_(clock) {}
  ~RecurringTimers() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();
  std::chrono::milliseconds UntilNext();

  RecurringTickets& tickets_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::ticket::events

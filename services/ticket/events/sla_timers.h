// Tells warnings and breaches at their second, and settles tickets after a change of policies or
// calendars. One thread, which sleeps until the next is due or something sooner is committed.
#pragma once

#include <atomic>
#include <thread>

#include "libs/base/time.h"
#include "services/ticket/app/sla/sla.h"

namespace muara::ticket::events {

class SlaTimers {
 public:
  SlaTimers(Sla& sla, const Clock& clock) : sla_(sla), clock_(clock) {}
  ~SlaTimers() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();
  bool Work();
  void SleepUntilDue();

  Sla& sla_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::ticket::events

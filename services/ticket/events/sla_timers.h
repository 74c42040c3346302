// Tells warnings and breaches at their second, and settles tickets after a change of policies or
// calendars. One thread, which sleeps until the next is due or something sooner is committed.
#pragma once

#include "services/ticket/app/sla/sla.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

class SlaTimers {
 public:
  SlaTimers(Sla& sla, const Clock& clock) : sla_(sla), clock_(clock) {}
  muara::Status Start() { return worker_.Start(); }
  void Stop() { worker_.Stop(); }

 private:
  void Turn();
  bool Work();

  Sla& sla_;
  const Clock& clock_;
  Worker worker_{[this] { Turn(); }, [this] { sla_.alarm().Ring(Time::min()); }};
};

}  // namespace muara::ticket::events

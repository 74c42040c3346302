// Lets rules follow this service's own facts, and the times at which their schedules are due.
#pragma once

#include "libs/bus/consumer.h"
#include "libs/bus/wake.h"
#include "services/ticket/app/rules/rule_engine.h"
#include "services/ticket/app/rules/schedules.h"
#include "services/ticket/events/worker.h"

namespace muara::ticket::events {

// Every fact of a ticket, once each.
void OnOwnFacts(bus::Consumer& own, RuleEngine& engine);

// One thread, which sleeps until a schedule reaches its next ticket, but looks again every 2 s.
class RuleTimers {
 public:
  RuleTimers(Schedules& schedules, const Clock& clock) : schedules_(schedules), clock_(clock) {}
  muara::Status Start() { return worker_.Start(); }
  void Stop() { worker_.Stop(); }

 private:
  void Turn();
  void Prune();

  Schedules& schedules_;
  const Clock& clock_;
  bus::Wake wake_;
  Time prune_at_;
  Worker worker_{[this] { Turn(); }, [this] { wake_.Notify(); }};
};

}  // namespace muara::ticket::events

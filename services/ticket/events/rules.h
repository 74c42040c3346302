// Lets rules follow this service's own facts, and the times at which their schedules are due.
#pragma once

#include <atomic>
#include <thread>

#include "libs/bus/consumer.h"
#include "libs/bus/wake.h"
#include "services/ticket/app/rules/rule_engine.h"
#include "services/ticket/app/rules/schedules.h"

namespace muara::ticket::events {

// Every fact of a ticket, once each.
void OnOwnFacts(bus::Consumer& own, RuleEngine& engine);

// One thread, which sleeps until a schedule reaches its next ticket, but looks again every 2 s.
class RuleTimers {
 public:
  RuleTimers(Schedules& schedules, const Clock& clock) : schedules_(schedules), clock_(clock) {}
  ~RuleTimers() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();
  void Prune();
  std::chrono::milliseconds UntilNext() const;

  Schedules& schedules_;
  const Clock& clock_;
  std::atomic<bool> stopping_{false};
  bus::Wake wake_;
  Time prune_at_;
  std::thread thread_;
};

}  // namespace muara::ticket::events

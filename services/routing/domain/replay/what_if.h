// A history as it would have been with other settings or other people. Pure.
#pragma once

#include <functional>
#include <set>

#include "libs/base/result.h"
#include "services/routing/domain/replay/history.h"

namespace muara::routing {

struct Interval {
  Time from;
  Time until;
};

struct QueueChange {
  std::string id;
  std::function<void(Queue&)> change;
  // Work prefers its agent for so long from its coming.
  std::optional<int> preferred_seconds;
  // Another calendar, and the hours of it.
  std::optional<std::string> calendar_id;
  SharedHours hours;
};

struct AgentChange {
  std::string id;
  std::function<void(Agent&)> change;
  bool removed = false;
  // When it is AVAILABLE; OFFLINE otherwise. None: as it was. An agent that did not exist needs it.
  std::optional<std::vector<Interval>> available;
};

struct Changes {
  std::function<void(CapacityPolicy&)> policy;  // may be empty
  std::set<Channel> weighed;                    // channels whose weight `policy` sets
  std::vector<QueueChange> queues;
  std::vector<AgentChange> agents;
};

constexpr size_t kChangesMax = 1000;  // of queues, of agents
constexpr size_t kIntervalsMax = 100;

// INVALID_FIELDS with every field that is wrong: "agents/ann.capacity".
Result<History> Apply(const Changes& changes, History history);

}  // namespace muara::routing

// What facts say of items, agents, queues and the policy.
#pragma once

#include <optional>

#include "libs/bus/event_log.h"
#include "services/routing/domain/policy.h"
#include "services/routing/domain/work.h"

namespace muara::routing::wire {

// Nothing where the fact carries none, or this build cannot read it.
std::optional<WorkItem> ItemIn(const bus::KeyEntry& told);
std::optional<Agent> AgentIn(const bus::KeyEntry& told);
std::optional<Queue> QueueIn(const bus::KeyEntry& told);
// When it was told; Time() where this build cannot read it.
Time TimeOf(const bus::KeyEntry& told);

// A fact of a page of the log: what it is about is there, all else is not.
struct Told {
  Time time;
  std::string key;
  int64_t key_version = 0;
  std::string type;  // "WorkQueued"
  std::optional<WorkItem> item;
  std::optional<Offer> offer;
  std::optional<Agent> agent;
  std::optional<Queue> queue;
  std::optional<RoutingPolicy> policy;
};
// Nothing where this build cannot read it. Subjects are left out.
std::optional<Told> ReadTold(const std::string& envelope);

}  // namespace muara::routing::wire

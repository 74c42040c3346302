// What facts say of items, agents and queues.
#pragma once

#include <optional>

#include "libs/bus/event_log.h"
#include "services/routing/domain/work.h"

namespace muara::routing::wire {

// Nothing where the fact carries none, or this build cannot read it.
std::optional<WorkItem> ItemIn(const bus::KeyEntry& told);
std::optional<Agent> AgentIn(const bus::KeyEntry& told);
std::optional<Queue> QueueIn(const bus::KeyEntry& told);
// When it was told; Time() where this build cannot read it.
Time TimeOf(const bus::KeyEntry& told);

}  // namespace muara::routing::wire

// May this agent have this item now, and if not, every reason why: the rules, over plain values.
// The engine's indexes answer the same question fast; this is what they are measured against.
#pragma once

#include <string>
#include <vector>

#include "services/routing/domain/work.h"

namespace muara::routing {

struct Hindrance {
  // QUEUE_CLOSED, KEPT_FOR_ANOTHER, NOT_AVAILABLE, NO_LIVE_SESSION, NOT_IN_QUEUE, SKILL_MISSING,
  // NO_CAPACITY or INTERRUPT, EXCLUDED; and HELD_BACK, which only the engine knows.
  std::string code;
  std::string detail;  // for people: "needs german at 3, has 2"
};

// What both are judged by. `preferred` is the item's preferred agent, where it is known.
struct Setting {
  const CapacityPolicy& capacity;
  const Queue& queue;
  const Agent* preferred = nullptr;
};

// Does the item wait for its preferred agent alone?
bool IsKept(const Setting& setting, const WorkItem& item, Time now);
// In the order above; none: it may.
std::vector<Hindrance> HindrancesOf(const Setting& setting, const WorkItem& item,
                                    const Agent& agent, Time now);

// Those of them that lie in the agent alone, whatever the work of this channel is.
std::vector<Hindrance> HindrancesOf(const CapacityPolicy& capacity, const Agent& agent,
                                    Channel channel);

}  // namespace muara::routing

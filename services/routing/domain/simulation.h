// What would happen: the real engine, fed with arrivals and shifts instead of the world. Offers are
// accepted at once. Pure; the same scenario gives the same outcomes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/routing/domain/engine.h"

namespace muara::routing {

struct Arrival {
  WorkItem item;  // enters at its enqueue_time
  Duration work = Duration(0);
  // After waiting so long it is gone.
  std::optional<Duration> patience;
};

// The agent is so from this time on; what it holds is the simulation's.
struct Shift {
  Time time;
  Agent agent;
};

struct Scenario {
  CapacityPolicy capacity;
  std::vector<Queue> queues;
  std::vector<Shift> shifts;
  std::vector<Arrival> arrivals;
  Time until;  // nothing is given after it
};

enum class Fate { kServed = 1, kGone = 2, kWaits = 3 };

struct Outcome {
  std::string item_id;
  std::string queue_id;
  std::string agent_id;  // of what was served
  std::string why;
  Duration wait = Duration(0);  // until served, gone, or the end
  Fate fate = Fate::kWaits;
};

// In the order of the arrivals.
std::vector<Outcome> Simulate(const Scenario& scenario);

}  // namespace muara::routing

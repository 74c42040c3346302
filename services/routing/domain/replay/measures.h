// How well a history, or a replay of it, went: waits, service level, and how busy agents were.
// Pure.
#pragma once

#include <map>

#include "services/routing/domain/replay/history.h"

namespace muara::routing {

struct Measures {
  int items = 0;
  int served = 0;
  int gone = 0;  // without service
  int waiting = 0;
  int expired = 0;
  // Of what was served; the longest of all.
  Duration mean_wait = Duration(0);
  Duration p50_wait = Duration(0);
  Duration p90_wait = Duration(0);
  Duration p99_wait = Duration(0);
  Duration longest_wait = Duration(0);
  // Served within the limit, of all that were served or have waited longer than it.
  std::optional<double> service_level;
};

// Of these visits' ends; each is the end of the visit at its place in `visits`.
Measures Measure(const std::vector<WaitEnd>& ends, const std::vector<size_t>& visits,
                 Duration service_level);

struct AgentMeasures {
  Duration available = Duration(0);  // with a live session
  Duration busy = Duration(0);       // with work while available
  int served = 0;
  std::optional<double> occupancy;  // busy / available
};

// By agent; who was never there and served nothing is missing.
std::map<std::string, AgentMeasures> MeasureAgents(const History& history,
                                                   const std::vector<WaitEnd>& ends);

}  // namespace muara::routing

// Holding back: work that needs more room than any able agent has left must not starve behind small
// work. Once the first item of a lane has waited long enough, the able agent with the least to
// finish is kept free of whatever ranks below that item. One agent a lane, so the rest work on.
#pragma once

#include "services/routing/domain/engine/backlog.h"

namespace muara::routing::engine {

class Holds {
 public:
  Holds(Roster& roster, Backlog& backlog) : roster_(roster), backlog_(backlog) {}

  // Judges the lanes that were touched; answers whom that concerns.
  std::vector<uint32_t> Refresh(Time now);
  // Nobody is held back for lanes of this queue any more; answers who was.
  std::vector<uint32_t> Release(uint32_t queue);
  // The item that this agent is kept free for, if it goes before this one; kNothing: none does.
  uint32_t Against(const Standing& standing, uint32_t agent, Time now) const;
  // Whose holds may give way by mere time, since ranks of different queues move apart.
  const std::set<uint32_t>& agents() const { return agents_; }

 private:
  uint32_t Choose(const Lane& lane, Time now) const;
  void Assign(Lane& lane, uint32_t agent);

  Roster& roster_;
  Backlog& backlog_;
  std::set<uint32_t> agents_;
};

}  // namespace muara::routing::engine

// The best item for one agent: of the firsts of the lanes that it is shown.
#pragma once

#include "services/routing/domain/engine/backlog.h"

namespace muara::routing::engine {

class Search {
 public:
  Search(const Items& items, uint32_t agent, const Seat& seat, Time now)
      : items_(items), agent_(agent), seat_(seat), now_(now) {}

  void Consider(const QueueRecord& record);
  // A lane that is kept for this agent.
  void Consider(const Queue& queue, const Lane& kept);

  // No item: there is nothing for it.
  const Standing& best() const { return best_; }

 private:
  bool Beats(const Standing& standing) const {
    return best_.item == kNothing || items_.Before(standing, best_);
  }
  void Take(const Standing& first, const Lane& lane, int64_t of_queue);

  const Items& items_;
  const uint32_t agent_;
  const Seat& seat_;
  const Time now_;
  Standing best_;
};

}  // namespace muara::routing::engine

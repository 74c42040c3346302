// Which queues are open now, and when that changes next. One thread.
#pragma once

#include <set>

#include "services/routing/domain/engine/backlog.h"

namespace muara::routing::engine {

class Openings {
 public:
  explicit Openings(Backlog& backlog) : backlog_(backlog) {}

  // The queue was put; it is judged with the next ones.
  void Note(uint32_t queue);
  // Brings the records up to now; answers which queues have opened or closed since. What was noted
  // is not among them.
  std::vector<uint32_t> Judge(Time now);
  std::optional<Time> next_moment() const;

 private:
  bool JudgeOne(uint32_t queue, Time now);

  Backlog& backlog_;
  std::vector<uint32_t> noted_;
  std::set<std::pair<Time, uint32_t>> moments_;
};

}  // namespace muara::routing::engine

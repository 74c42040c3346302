// Which of the able and free agents gets an item, and why that one.
#pragma once

#include "services/routing/domain/engine/holds.h"

namespace muara::routing::engine {

class Choice {
 public:
  Choice(const Roster& roster, const Backlog& backlog, const Holds& holds)
      : roster_(roster), backlog_(backlog), holds_(holds) {}

  struct Chosen {
    uint32_t agent = kNobody;
    std::string why;
  };
  // False: for an item that is placed nobody is able and free, whatever else would keep it back.
  bool HasSomebody(const Entry& entry) const;
  // For an item that is placed; nothing where nobody may have it now.
  std::optional<Chosen> AgentFor(uint32_t item, Time now) const;

 private:
  bool May(const Entry& entry, const Standing& standing, uint32_t agent, Time now) const;
  // Smaller is better, by the balance of the queue.
  int64_t KeyOf(const Lane& lane, Balance balance, uint32_t agent) const;

  const Roster& roster_;
  const Backlog& backlog_;
  const Holds& holds_;
};

}  // namespace muara::routing::engine

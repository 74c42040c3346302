// Who gets which work: pure, single-threaded, in memory; state and time in, pairs out. What tests,
// simulations and production run.
//
// Invariant after Match, "no blocking pair": no waiting item and able, free agent are left apart,
// and no agent was given an item while a better one that it could serve waited. While it holds, a
// freed agent needs a search over items only, and a new item one over agents only.
//
// Order of items: rank.h. Order of agents: the preferred one, then by the queue's balance, then the
// longest idle, the least loaded, the id. What keeps a pair apart: ability.h, and holding back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/routing/domain/ability.h"
#include "services/routing/domain/due.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

struct Pair {
  std::string item_id;
  std::string agent_id;
  std::string why;
};

class Engine {
 public:
  Engine();
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  // Makes the engine's picture of a thing current; what is older than the picture is passed over.
  void Put(const CapacityPolicy& policy);
  void Put(const Agent& agent);
  void Put(const Queue& queue);
  void Put(const WorkItem& item);
  void Clear();

  // Gives what can be given now, at most `limit` pairs; asked again it goes on. The engine counts
  // the pairs as offered: capacity taken, items no longer waiting. A pair that could not be kept is
  // undone by putting both things again.
  std::vector<Pair> Match(Time now, size_t limit = SIZE_MAX);
  // Items for which something is due by their waiting alone, each told once; putting one tells of
  // it again.
  std::vector<DueItem> TakeOverdue();
  // When Match should be asked again at the latest: an exclusion, ring, preference or hold changes,
  // something is due, a queue opens or closes.
  std::optional<Time> NextChange() const;

  int waiting() const;
  // Groups of equal items; many small ones say that requirements differ too much from item to item.
  int lanes() const;
  // HELD_BACK, where the agent is kept free for something that goes before this item.
  std::optional<Hindrance> HeldBack(const WorkItem& item, const std::string& agent_id,
                                    Time now) const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace muara::routing

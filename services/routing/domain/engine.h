// Who gets which work: pure, single-threaded, in memory; state and time in, pairs out.
//
// Invariant after Match, "no blocking pair": no waiting item and able, free agent are left apart,
// and no agent was given an item while a better one that it could serve waited. While it holds, a
// freed agent needs a search over items only, and a new item one over agents only.
//
// Order of items: score = queue priority + item priority + ageing x minutes waited, highest first;
// then the longer wait; then the id. Order of agents: the preferred one, then the longest idle,
// then the least loaded, then the id.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "services/routing/domain/work.h"

namespace muara::routing {

struct Pair {
  std::string item_id;
  std::string agent_id;
  std::string why;
};

class Engine {
 public:
  // Makes the engine's picture of a thing current; what is older than the picture is passed over.
  void Put(const Agent& agent);
  void Put(const Queue& queue);
  void Put(const WorkItem& item);
  void Clear();

  // Gives what can be given now. The engine counts the pairs as offered: capacity taken, items no
  // longer waiting. A pair that could not be kept is undone by putting both things again.
  std::vector<Pair> Match(Time now);
  // When an exclusion ends and Match should be asked again, at the latest.
  std::optional<Time> NextChange() const;

  int waiting() const { return waiting_; }
  // Is this agent able and free to take this item? The first reason why not, or empty.
  std::string Hindrance(const WorkItem& item, const Agent& agent, Time now) const;

 private:
  // Items with the same queue and weight, best first, by a key that does not change with time.
  struct LaneKey {
    std::string queue_id;
    int weight = 0;
    auto operator<=>(const LaneKey&) const = default;
  };
  struct Place {
    double static_score = 0;  // score without what all items of the lane gain alike
    int64_t enqueue_us = 0;
    std::string item_id;
    bool operator<(const Place& other) const;
  };

  Place PlaceOf(const WorkItem& item) const;
  const Queue& QueueOf(const std::string& id) const;
  double Score(const WorkItem& item, Time now) const;
  void Enter(const WorkItem& item);
  void Leave(const WorkItem& item);
  const WorkItem* BestItemFor(const Agent& agent, Time now) const;
  const Agent* BestAgentFor(const WorkItem& item, Time now) const;
  Pair Take(const std::string& item_id, const std::string& agent_id, Time now);

  std::map<std::string, Agent> agents_;
  std::map<std::string, Queue> queues_;
  std::map<std::string, WorkItem> items_;  // waiting, offered or held
  std::map<LaneKey, std::set<Place>> lanes_;
  std::set<std::string> fresh_agents_;  // may be able to take something since the last Match
  std::set<std::string> fresh_items_;
  std::set<std::pair<Time, std::string>> expiries_;  // of exclusions, with their items
  int waiting_ = 0;
};

}  // namespace muara::routing

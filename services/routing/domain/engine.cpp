#include "services/routing/domain/engine.h"

#include <algorithm>
#include <tuple>

namespace muara::routing {
namespace {

constexpr double kMicrosAMinute = 60e6;
// Scores are counted from here, so that doubles keep their microseconds.
constexpr int64_t kOriginUs = 1767225600000000;  // 2026-01-01

bool IsLive(const WorkItem& item) {
  return item.status != ItemStatus::kDone && item.status != ItemStatus::kParked;
}

}  // namespace

bool Engine::Place::operator<(const Place& other) const {
  return std::tie(other.static_score, enqueue_us, item_id) <
         std::tie(static_score, other.enqueue_us, other.item_id);
}

const Queue& Engine::QueueOf(const std::string& id) const {
  static const Queue unknown;
  const auto found = queues_.find(id);
  return found == queues_.end() ? unknown : found->second;
}

Engine::Place Engine::PlaceOf(const WorkItem& item) const {
  const int64_t enqueue_us = ToMicros(item.enqueue_time);
  const double gained = QueueOf(item.queue_id).ageing_per_minute *
                        static_cast<double>(enqueue_us - kOriginUs) / kMicrosAMinute;
  return {item.priority - gained, enqueue_us, item.id};
}

double Engine::Score(const WorkItem& item, Time now) const {
  const Queue& queue = QueueOf(item.queue_id);
  const double now_minutes = static_cast<double>(ToMicros(now) - kOriginUs) / kMicrosAMinute;
  return queue.priority + PlaceOf(item).static_score + queue.ageing_per_minute * now_minutes;
}

void Engine::Enter(const WorkItem& item) {
  if (item.status != ItemStatus::kQueued) return;
  lanes_[{item.queue_id, item.weight}].insert(PlaceOf(item));
  ++waiting_;
}

void Engine::Leave(const WorkItem& item) {
  if (item.status != ItemStatus::kQueued) return;
  const auto lane = lanes_.find({item.queue_id, item.weight});
  lane->second.erase(PlaceOf(item));
  if (lane->second.empty()) lanes_.erase(lane);
  --waiting_;
}

void Engine::Put(const Agent& agent) {
  const auto known = agents_.find(agent.id);
  if (known != agents_.end() && known->second.version > agent.version) return;
  agents_[agent.id] = agent;
  fresh_agents_.insert(agent.id);
}

void Engine::Put(const Queue& queue) {
  const auto known = queues_.find(queue.id);
  if (known != queues_.end() && known->second.version > queue.version) return;
  // Places depend on the queue's ageing: all its items are placed anew.
  std::vector<WorkItem> waiting;
  for (const auto& [id, item] : items_) {
    if (item.queue_id == queue.id && item.status == ItemStatus::kQueued) waiting.push_back(item);
  }
  for (const WorkItem& item : waiting) Leave(item);
  queues_[queue.id] = queue;
  for (const WorkItem& item : waiting) {
    Enter(item);
    fresh_items_.insert(item.id);
  }
}

void Engine::Put(const WorkItem& item) {
  const auto known = items_.find(item.id);
  if (known != items_.end()) {
    if (known->second.version > item.version) return;
    Leave(known->second);
  }
  if (!IsLive(item)) {
    items_.erase(item.id);
    return;
  }
  items_[item.id] = item;
  Enter(item);
  if (item.status != ItemStatus::kQueued) return;
  fresh_items_.insert(item.id);
  for (const auto& [agent, until] : item.excluded) expiries_.emplace(until, item.id);
}

void Engine::Clear() { *this = Engine(); }

std::string Engine::Hindrance(const WorkItem& item, const Agent& agent, Time now) const {
  if (agent.status != AgentStatus::kAvailable) return "NOT_AVAILABLE";
  if (!agent.WorksOn(item.queue_id)) return "NOT_IN_QUEUE";
  for (const Skill& needed : QueueOf(item.queue_id).requirements) {
    if (!agent.HasLevel(needed.name, needed.level)) return "SKILL_MISSING";
  }
  if (agent.free() < item.weight) return "NO_CAPACITY";
  if (item.Excludes(agent.id, now)) return "EXCLUDED";
  return "";
}

// The head of each lane that the agent may work on, and the best of those heads.
const WorkItem* Engine::BestItemFor(const Agent& agent, Time now) const {
  const WorkItem* best = nullptr;
  double best_score = 0;
  for (const auto& [key, places] : lanes_) {
    if (key.weight > agent.free() || !agent.WorksOn(key.queue_id)) continue;
    for (const Place& place : places) {
      const WorkItem& item = items_.at(place.item_id);
      const std::string hindrance = Hindrance(item, agent, now);
      if (hindrance == "EXCLUDED") continue;  // the next of this lane may do
      if (!hindrance.empty()) break;          // and so for all of them
      const double score = Score(item, now);
      const bool better = best == nullptr || score > best_score ||
                          (score == best_score && std::tie(item.enqueue_time, item.id) <
                                                      std::tie(best->enqueue_time, best->id));
      if (better) best = &item, best_score = score;
      break;
    }
  }
  return best;
}

const Agent* Engine::BestAgentFor(const WorkItem& item, Time now) const {
  const Agent* best = nullptr;
  for (const auto& [id, agent] : agents_) {
    if (!Hindrance(item, agent, now).empty()) continue;
    if (id == item.preferred_agent_id) return &agent;
    if (best == nullptr || std::tie(agent.idle_since, agent.used, agent.id) <
                               std::tie(best->idle_since, best->used, best->id)) {
      best = &agent;
    }
  }
  return best;
}

Pair Engine::Take(const std::string& item_id, const std::string& agent_id, Time now) {
  WorkItem& item = items_.at(item_id);
  Agent& agent = agents_.at(agent_id);
  int able = 0;
  for (const auto& [id, other] : agents_) able += Hindrance(item, other, now).empty() ? 1 : 0;
  std::string why = agent_id == item.preferred_agent_id
                        ? "preferred agent"
                        : "longest idle of " + std::to_string(able) + " able agents";
  Leave(item);
  item.status = ItemStatus::kOffered;
  item.agent_id = agent_id;
  agent.used += item.weight;
  return {item_id, agent_id, std::move(why)};
}

std::vector<Pair> Engine::Match(Time now) {
  std::vector<Pair> pairs;
  // Items whose exclusion has ended are as good as new.
  while (!expiries_.empty() && expiries_.begin()->first <= now) {
    fresh_items_.insert(expiries_.begin()->second);
    expiries_.erase(expiries_.begin());
  }
  // First the agents: each takes the best that waits, new or old.
  for (const std::string& id : std::exchange(fresh_agents_, {})) {
    while (true) {
      const WorkItem* item = BestItemFor(agents_.at(id), now);
      if (item == nullptr) break;
      // Another free agent may be the better one for it.
      const Agent* agent = BestAgentFor(*item, now);
      pairs.push_back(Take(item->id, agent->id, now));
    }
  }
  // Then what is new and still waits, best first: no older item can have the agents it finds.
  std::vector<const WorkItem*> fresh;
  for (const std::string& id : std::exchange(fresh_items_, {})) {
    const auto found = items_.find(id);
    if (found != items_.end() && found->second.status == ItemStatus::kQueued) {
      fresh.push_back(&found->second);
    }
  }
  std::sort(fresh.begin(), fresh.end(), [&](const WorkItem* a, const WorkItem* b) {
    const double score_a = Score(*a, now), score_b = Score(*b, now);
    if (score_a != score_b) return score_a > score_b;
    return std::tie(a->enqueue_time, a->id) < std::tie(b->enqueue_time, b->id);
  });
  for (const WorkItem* item : fresh) {
    const Agent* agent = BestAgentFor(*item, now);
    if (agent != nullptr) pairs.push_back(Take(item->id, agent->id, now));
  }
  return pairs;
}

std::optional<Time> Engine::NextChange() const {
  if (expiries_.empty()) return std::nullopt;
  return expiries_.begin()->first;
}

}  // namespace muara::routing

#include "services/routing/domain/engine.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "libs/base/check.h"
#include "services/routing/domain/engine/choice.h"
#include "services/routing/domain/engine/holds.h"

namespace muara::routing {

using engine::Backlog;
using engine::Choice;
using engine::Entry;
using engine::Holds;
using engine::kNobody;
using engine::Lane;
using engine::Place;
using engine::Roster;
using engine::Seat;

namespace {

// The best of the firsts of some lanes, for one agent.
class Search {
 public:
  Search(uint32_t agent, Time now) : agent_(agent), now_(now) {}

  void Consider(const Queue& queue, const Lane& lane) {
    const int64_t score = ScoreAt(queue, lane.first.static_score, now_);
    if (!Beats(queue.tier, score, lane.first)) return;
    // Rarely excluded, so the entry itself is looked at last.
    const Place* place = &lane.first;
    if (place->entry->Excludes(agent_, now_)) place = NextOf(lane);
    if (place == nullptr) return;
    const int64_t own_score = ScoreAt(queue, place->static_score, now_);
    if (!Beats(queue.tier, own_score, *place)) return;
    tier_ = queue.tier, score_ = own_score, place_ = *place;
  }

  Entry* best() const { return place_.entry; }

 private:
  bool Beats(int tier, int64_t score, const Place& place) const {
    if (place_.entry == nullptr) return true;
    if (tier != tier_) return tier < tier_;
    if (score != score_) return score > score_;
    if (place.since_us != place_.since_us) return place.since_us < place_.since_us;
    return *place.entry->id < *place_.entry->id;
  }

  const Place* NextOf(const Lane& lane) const {
    for (const Place& place : lane.places) {
      if (!place.entry->Excludes(agent_, now_)) return &place;
    }
    return nullptr;
  }

  const uint32_t agent_;
  const Time now_;
  int tier_ = 0;
  int64_t score_ = 0;
  Place place_;
};

}  // namespace

class Engine::State {
 public:
  void Put(const CapacityPolicy& policy);
  void Put(const Agent& agent);
  void Put(const Queue& queue);
  void Put(const WorkItem& item);
  std::vector<Pair> Match(Time now, size_t limit);
  std::optional<Hindrance> HeldBack(const WorkItem& item, const std::string& agent_id,
                                    Time now) const;

  Roster roster;
  Backlog backlog{roster};
  Holds holds{roster, backlog};
  std::vector<std::string> overdue;
  int waiting = 0;

 private:
  // Something that may be given: an item on its own account, or as the best for an agent.
  struct Candidate {
    Rank rank;
    Entry* entry = nullptr;
    uint32_t agent = kNobody;
    bool operator<(const Candidate& other) const { return other.rank.Before(rank); }
  };
  using Candidates = std::priority_queue<Candidate>;

  void Freshen(Entry& entry);
  void Freshen(uint32_t agent);
  void PlaceAnew(Entry& entry);
  void Forget(Entry& entry);
  void TakeOver(Entry& entry, const WorkItem& item);
  void Settle(Time now);
  Candidates Collect(Time now);
  Entry* BestItemFor(uint32_t agent, Time now) const;
  void Offer(Candidates& candidates, uint32_t agent, Time now) const;
  void Take(Entry& entry, uint32_t agent);

  Choice choice_{roster, backlog, holds};
  std::vector<Entry*> fresh_entries_;
  std::vector<uint32_t> fresh_agents_;
};

void Engine::State::Freshen(Entry& entry) {
  if (!std::exchange(entry.fresh, true)) fresh_entries_.push_back(&entry);
}

void Engine::State::Freshen(uint32_t agent) {
  if (!std::exchange(roster.seat(agent).fresh, true)) fresh_agents_.push_back(agent);
}

void Engine::State::PlaceAnew(Entry& entry) {
  backlog.Leave(entry);
  Freshen(entry);
}

void Engine::State::Put(const CapacityPolicy& policy) {
  if (policy == roster.policy()) return;
  roster.Set(policy);
  for (uint32_t agent = 0; agent < roster.size(); ++agent) {
    Freshen(agent);
    backlog.TouchAllOf(agent);
  }
}

void Engine::State::Put(const Agent& agent) {
  const uint32_t number = roster.NumberOf(agent.id);
  Seat& seat = roster.seat(number);
  if (seat.agent.version > agent.version) return;
  const bool same_skills = seat.agent.skills == agent.skills;
  const bool same_queues = seat.agent.queue_ids == agent.queue_ids;
  const bool same_status = seat.agent.TakesOffers() == agent.TakesOffers();
  // Before and after: whoever is held for a lane may leave its queue.
  backlog.TouchAllOf(number);
  seat.agent = agent;
  if (!same_skills || !same_queues) backlog.SetQueues(number, agent.queue_ids);
  roster.Refresh(number);
  backlog.TouchAllOf(number);
  Freshen(number);
  if (same_skills && same_queues && same_status) return;
  for (Entry* entry : seat.wanted_by) PlaceAnew(*entry);
}

void Engine::State::Put(const Queue& queue) {
  const uint32_t number = backlog.NumberOf(queue.id);
  auto& record = backlog.queue(number);
  // To place all of its items anew is dear, so what is the same is passed over too.
  if (record.queue.version >= queue.version) return;
  for (Entry* entry : backlog.Empty(number)) Freshen(*entry);
  for (const uint32_t agent : holds.Release(number)) Freshen(agent);
  backlog.Forget(number);
  record.queue = queue;
}

void Engine::State::TakeOver(Entry& entry, const WorkItem& item) {
  entry.version = item.version;
  entry.queue = backlog.NumberOf(item.queue_id);
  entry.channel = item.channel;
  entry.weight = item.weight;
  entry.priority = item.priority;
  entry.enqueue_time = item.enqueue_time;
  entry.due_time = item.due_time;
  entry.preference = item.preference;
  entry.preferred_until = item.preferred_until;
  entry.preferred =
      item.preferred_agent_id.empty() ? kNobody : roster.NumberOf(item.preferred_agent_id);
  entry.requirements =
      item.requirements.empty() ? nullptr : std::make_unique<Requirements>(item.requirements);
  entry.excluded.clear();
  for (const auto& [agent, until] : item.excluded) {
    entry.excluded.emplace_back(roster.NumberOf(agent), until);
  }
  entry.waits = item.status == ItemStatus::kQueued;
  entry.overflows = !item.HasOverflowed();
}

// It is no longer anywhere but among the entries.
void Engine::State::Forget(Entry& entry) {
  backlog.Leave(entry);
  if (entry.preferred != kNobody) roster.seat(entry.preferred).wanted_by.erase(&entry);
  if (std::exchange(entry.waits, false)) --waiting;
}

void Engine::State::Put(const WorkItem& item) {
  const bool is_live = item.status != ItemStatus::kDone && item.status != ItemStatus::kParked;
  const auto known = backlog.entries.find(item.id);
  if (known != backlog.entries.end()) {
    if (known->second.version > item.version) return;
    Forget(known->second);
    if (!is_live) {
      if (known->second.fresh) std::erase(fresh_entries_, &known->second);
      backlog.entries.erase(known);
    }
  }
  if (!is_live) return;
  const auto place =
      known != backlog.entries.end() ? known : backlog.entries.try_emplace(item.id).first;
  Entry& entry = place->second;
  entry.id = &place->first;
  TakeOver(entry, item);
  if (!entry.waits) return;
  ++waiting;
  if (entry.preferred != kNobody && entry.preferred_until != Time()) {
    roster.seat(entry.preferred).wanted_by.insert(&entry);
  }
  Freshen(entry);
}

// Everything that waits is placed as of now, and holds are judged.
void Engine::State::Settle(Time now) {
  for (Entry* entry : backlog.TakeRunOut(now)) Freshen(*entry);
  for (Entry* entry : fresh_entries_) {
    if (!entry->waits || entry->lane != nullptr) continue;
    backlog.Enter(*entry, now);
    const int patience = backlog.queue(entry->queue).queue.overflow_seconds;
    if (patience == 0 || now < entry->enqueue_time + std::chrono::seconds(patience)) continue;
    if (std::exchange(entry->overflows, false)) overdue.push_back(*entry->id);
  }
  for (const uint32_t agent : holds.Refresh(now)) Freshen(agent);
  for (const uint32_t agent : holds.agents()) Freshen(agent);
}

// The first of each lane that the agent may work on, and the best of those.
Entry* Engine::State::BestItemFor(uint32_t agent, Time now) const {
  const Seat& seat = roster.seat(agent);
  if (*std::max_element(seat.room.begin(), seat.room.end()) <= 0) return nullptr;
  Search search(agent, now);
  const auto consider = [&](const Queue& queue, const Lane& lane) {
    const int room = seat.room[static_cast<size_t>(lane.load_class->channel)];
    if (room >= lane.load_class->weight) search.Consider(queue, lane);
  };
  for (const Lane* lane : seat.kept) {
    const Queue& queue = backlog.queue(lane->queue).queue;
    if (queue.open) consider(queue, *lane);
  }
  for (const uint32_t number : seat.queues) {
    const auto& record = backlog.queue(number);
    if (!record.queue.open) continue;
    for (const Lane* lane : record.active) {
      if (lane->audience->able.Has(agent)) consider(record.queue, *lane);
    }
  }
  Entry* best = search.best();
  if (best == nullptr) return nullptr;
  return holds.Against(backlog.RankOf(*best, now), agent, now) == nullptr ? best : nullptr;
}

void Engine::State::Offer(Candidates& candidates, uint32_t agent, Time now) const {
  if (Entry* best = BestItemFor(agent, now)) {
    candidates.push({backlog.RankOf(*best, now), best, agent});
  }
}

Engine::State::Candidates Engine::State::Collect(Time now) {
  Candidates candidates;
  for (const uint32_t agent : std::exchange(fresh_agents_, {})) {
    roster.seat(agent).fresh = false;
    Offer(candidates, agent, now);
  }
  for (Entry* entry : std::exchange(fresh_entries_, {})) {
    entry->fresh = false;
    if (entry->lane == nullptr || !backlog.queue(entry->queue).queue.open) continue;
    candidates.push({backlog.RankOf(*entry, now), entry, kNobody});
  }
  return candidates;
}

void Engine::State::Take(Entry& entry, uint32_t agent) {
  Seat& seat = roster.seat(agent);
  Forget(entry);
  backlog.TouchAllOf(agent);
  seat.agent.load.Add(entry.channel, entry.weight);
  seat.agent.served += kServedUnit / seat.agent.share;
  roster.Refresh(agent);
}

// The best item of all that may be given goes first, whoever it was found for. So no agent gets an
// item while a better one waits that it could serve: that one would have been found by the agent,
// if it is fresh, or be fresh itself.
std::vector<Pair> Engine::State::Match(Time now, size_t limit) {
  std::vector<Pair> pairs;
  Settle(now);
  Candidates candidates = Collect(now);
  while (!candidates.empty()) {
    const Candidate best = candidates.top();
    candidates.pop();
    if (pairs.size() >= limit) {
      // For the next time.
      if (best.agent != kNobody) Freshen(best.agent);
      if (best.agent == kNobody && best.entry->lane != nullptr) Freshen(*best.entry);
      continue;
    }
    if (best.entry->lane != nullptr) {
      if (const auto chosen = choice_.AgentFor(*best.entry, now)) {
        pairs.push_back({*best.entry->id, roster.seat(chosen->agent).agent.id, chosen->why});
        Take(*best.entry, chosen->agent);
        for (const uint32_t agent : holds.Refresh(now)) Offer(candidates, agent, now);
      }
    }
    if (best.agent != kNobody) Offer(candidates, best.agent, now);
  }
  return pairs;
}

std::optional<Hindrance> Engine::State::HeldBack(const WorkItem& item, const std::string& agent_id,
                                                 Time now) const {
  const uint32_t agent = roster.Find(agent_id);
  const auto entry = backlog.entries.find(item.id);
  if (agent == kNobody || entry == backlog.entries.end()) return std::nullopt;
  const Queue& queue = backlog.queue(entry->second.queue).queue;
  const Entry* other = holds.Against(RankOf(queue, item, now), agent, now);
  if (other == nullptr) return std::nullopt;
  return Hindrance{"HELD_BACK", "kept free for " + *other->id};
}

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::Put(const CapacityPolicy& policy) { state_->Put(policy); }
void Engine::Put(const Agent& agent) { state_->Put(agent); }
void Engine::Put(const Queue& queue) { state_->Put(queue); }
void Engine::Put(const WorkItem& item) { state_->Put(item); }
void Engine::Clear() { state_ = std::make_unique<State>(); }
std::vector<Pair> Engine::Match(Time now, size_t limit) { return state_->Match(now, limit); }
std::vector<std::string> Engine::TakeOverdue() { return std::exchange(state_->overdue, {}); }
std::optional<Time> Engine::NextChange() const { return state_->backlog.next_moment(); }
int Engine::waiting() const { return state_->waiting; }
int Engine::lanes() const { return state_->backlog.lanes(); }
std::optional<Hindrance> Engine::HeldBack(const WorkItem& item, const std::string& agent_id,
                                          Time now) const {
  return state_->HeldBack(item, agent_id, now);
}

}  // namespace muara::routing

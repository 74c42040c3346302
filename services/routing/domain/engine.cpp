#include "services/routing/domain/engine.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "libs/base/check.h"
#include "services/routing/domain/engine/choice.h"
#include "services/routing/domain/engine/holds.h"
#include "services/routing/domain/engine/openings.h"

namespace muara::routing {

using engine::Backlog;
using engine::Choice;
using engine::Entry;
using engine::Extras;
using engine::Front;
using engine::Holds;
using engine::ItemId;
using engine::kNobody;
using engine::Lane;
using engine::Openings;
using engine::Place;
using engine::Roster;
using engine::Seat;
using engine::Standing;

namespace {

// The best of the firsts of some lanes, for one agent.
class Search {
 public:
  Search(uint32_t agent, const Seat& seat, Time now) : agent_(agent), seat_(seat), now_(now) {}

  // Fields that lie side by side are asked first: few lanes are looked into.
  void Consider(const engine::QueueRecord& record) {
    const int64_t of_queue = ScoreAt(record.queue, 0, now_);
    for (const Front& front : record.fronts) {
      if (seat_.room[static_cast<size_t>(front.channel)] < front.weight) continue;
      const Standing standing{record.queue.tier, of_queue + front.first.static_score,
                              front.first.entry};
      if (!Beats(standing) || !front.able->Has(agent_)) continue;
      Take(standing, *front.lane, of_queue);
    }
  }

  void Consider(const Queue& queue, const Lane& kept) {
    if (seat_.room[static_cast<size_t>(kept.load_class->channel)] < kept.load_class->weight) return;
    const int64_t of_queue = ScoreAt(queue, 0, now_);
    const Place& first = kept.places.first();
    const Standing standing{queue.tier, of_queue + first.static_score, first.entry};
    if (Beats(standing)) Take(standing, kept, of_queue);
  }

  const Standing& best() const { return best_; }

 private:
  bool Beats(const Standing& standing) const {
    return best_.entry == nullptr || standing.Before(best_);
  }

  // The first of the lane, or who comes after it where that one excludes the agent.
  void Take(const Standing& first, const Lane& lane, int64_t of_queue) {
    if (!first.entry->Excludes(agent_, now_)) {
      best_ = first;
      return;
    }
    lane.places.Walk([&](const Place& place) {
      if (place.entry->Excludes(agent_, now_)) return true;
      const Standing next{first.tier, of_queue + place.static_score, place.entry};
      if (Beats(next)) best_ = next;
      return false;
    });
  }

  const uint32_t agent_;
  const Seat& seat_;
  const Time now_;
  Standing best_;
};

}  // namespace

class Engine::State {
 public:
  void Put(const CapacityPolicy& policy);
  void Put(const Agent& agent);
  void Put(const Queue& queue);
  void Put(const WorkItem& item);
  std::vector<Pair> Match(Time now, size_t limit);
  std::optional<Hindrance> HeldBack(const WorkItem& item, const std::string& agent_id, Time now);

  Roster roster;
  Backlog backlog{roster};
  Holds holds{roster, backlog};
  Openings openings{backlog};
  std::vector<DueItem> overdue;
  int waiting = 0;

 private:
  // Something that may be given: an item on its own account, or as the best for an agent.
  struct Candidate {
    Standing standing;
    uint32_t agent = kNobody;
    bool operator<(const Candidate& other) const { return other.standing.Before(standing); }
  };
  using Candidates = std::priority_queue<Candidate>;

  void Freshen(Entry& entry);
  void Freshen(uint32_t agent);
  void PlaceAnew(Entry& entry);
  void PlaceAllAnew(uint32_t queue);
  void NoteDue(Entry& entry, Time now);
  void Forget(Entry& entry);
  std::unique_ptr<Extras> ExtrasOf(const WorkItem& item);
  void TakeOver(Entry& entry, const WorkItem& item);
  void Settle(Time now);
  Candidates Collect(Time now);
  // No entry: nothing.
  Standing BestItemFor(uint32_t agent, Time now) const;
  void Offer(Candidates& candidates, uint32_t agent, Time now) const;
  void Take(Entry& entry, uint32_t agent);

  Choice choice_{roster, backlog, holds};
  std::vector<Entry*> fresh_entries_;
  std::vector<uint32_t> fresh_agents_;
};

void Engine::State::Freshen(Entry& entry) {
  if (!entry.fresh) fresh_entries_.push_back(&entry);
  entry.fresh = true;
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
  PlaceAllAnew(number);
  record.queue = queue;
  openings.Note(number);
}

// Its lanes are forgotten: what it needs of agents, or whether it is open, may be something else.
void Engine::State::PlaceAllAnew(uint32_t queue) {
  for (Entry* entry : backlog.Empty(queue)) Freshen(*entry);
  for (const uint32_t agent : holds.Release(queue)) Freshen(agent);
  backlog.Forget(queue);
}

std::unique_ptr<Extras> Engine::State::ExtrasOf(const WorkItem& item) {
  if (item.requirements.empty() && item.excluded.empty() && item.due_time == Time() &&
      item.preferred_agent_id.empty() && item.wait_start == Time()) {
    return nullptr;
  }
  auto extras = std::make_unique<Extras>();
  extras->requirements = item.requirements;
  for (const auto& [agent, until] : item.excluded) {
    extras->excluded.emplace_back(roster.NumberOf(agent), until);
  }
  extras->due_time = item.due_time;
  extras->wait_start = item.wait_start;
  if (item.preferred_agent_id.empty()) return extras;
  extras->preferred = roster.NumberOf(item.preferred_agent_id);
  extras->preferred_until = item.preferred_until;
  extras->preference = item.preference;
  return extras;
}

void Engine::State::TakeOver(Entry& entry, const WorkItem& item) {
  entry.version = item.version;
  entry.queue = backlog.NumberOf(item.queue_id);
  entry.channel = item.channel;
  entry.weight = static_cast<uint16_t>(item.weight);
  entry.priority = static_cast<uint8_t>(item.priority);
  entry.enqueue_time = item.enqueue_time;
  entry.extras = ExtrasOf(item);
  entry.waits = item.status == ItemStatus::kQueued;
  entry.overflows = !item.HasOverflowed();
  entry.limited = !item.is_overdue;
}

// It is no longer anywhere but among the entries.
void Engine::State::Forget(Entry& entry) {
  backlog.Leave(entry);
  if (entry.preferred() != kNobody) roster.seat(entry.preferred()).wanted_by.erase(&entry);
  if (!entry.waits) return;
  entry.waits = false;
  --waiting;
}

void Engine::State::Put(const WorkItem& item) {
  const bool is_live = item.status != ItemStatus::kDone && item.status != ItemStatus::kParked &&
                       item.status != ItemStatus::kExpired;
  ItemId id(item.id);
  Entry* known = backlog.Find(id);
  if (known != nullptr) {
    if (known->version > item.version) return;
    Forget(*known);
    if (!is_live) {
      if (known->fresh) std::erase(fresh_entries_, known);
      backlog.Remove(*known);
    }
  }
  if (!is_live) return;
  Entry& entry = known != nullptr ? *known : backlog.Add(std::move(id));
  TakeOver(entry, item);
  if (!entry.waits) return;
  ++waiting;
  if (entry.preferred() != kNobody && entry.extras->preferred_until != Time()) {
    roster.seat(entry.preferred()).wanted_by.insert(&entry);
  }
  Freshen(entry);
}

// Everything that waits is placed as of now, and holds are judged.
void Engine::State::Settle(Time now) {
  for (const uint32_t queue : openings.Judge(now)) PlaceAllAnew(queue);
  for (Entry* entry : backlog.TakeRunOut(now)) Freshen(*entry);
  for (Entry* entry : fresh_entries_) {
    if (!entry->waits || entry->lane != nullptr) continue;
    backlog.Enter(*entry, now);
    NoteDue(*entry, now);
  }
  for (const uint32_t agent : holds.Refresh(now)) Freshen(agent);
  for (const uint32_t agent : holds.agents()) Freshen(agent);
}

// As DueOf says it of items.
void Engine::State::NoteDue(Entry& entry, Time now) {
  const auto& record = backlog.queue(entry.queue);
  const auto is_due = [&](Time from, int seconds) {
    const auto due = AfterWaiting(record.queue, from, seconds);
    return due && now >= *due;
  };
  if (entry.overflows && (SendsAway(record.queue, record.open) ||
                          is_due(entry.enqueue_time, record.queue.overflow_seconds))) {
    entry.overflows = false;
    overdue.push_back({entry.id.text(), Due::kOverflow});
  } else if (entry.limited && is_due(entry.WaitStart(), record.queue.max_wait_seconds)) {
    entry.limited = false;
    overdue.push_back({entry.id.text(), Due::kMaxWait});
  }
}

// The first of each lane that the agent may work on, and the best of those.
Standing Engine::State::BestItemFor(uint32_t agent, Time now) const {
  const Seat& seat = roster.seat(agent);
  if (*std::max_element(seat.room.begin(), seat.room.end()) <= 0) return {};
  Search search(agent, seat, now);
  for (const Lane* lane : seat.kept) {
    const auto& record = backlog.queue(lane->queue);
    if (record.open) search.Consider(record.queue, *lane);
  }
  for (const uint32_t number : seat.queues) {
    const auto& record = backlog.queue(number);
    if (record.open) search.Consider(record);
  }
  const Standing& best = search.best();
  if (best.entry == nullptr || holds.Against(best, agent, now) != nullptr) return {};
  return best;
}

void Engine::State::Offer(Candidates& candidates, uint32_t agent, Time now) const {
  const Standing best = BestItemFor(agent, now);
  if (best.entry != nullptr) candidates.push({best, agent});
}

Engine::State::Candidates Engine::State::Collect(Time now) {
  Candidates candidates;
  for (const uint32_t agent : std::exchange(fresh_agents_, {})) {
    roster.seat(agent).fresh = false;
    Offer(candidates, agent, now);
  }
  for (Entry* entry : std::exchange(fresh_entries_, {})) {
    entry->fresh = false;
    if (entry->lane == nullptr || !backlog.queue(entry->queue).open) continue;
    candidates.push({backlog.StandingOf(*entry, now), kNobody});
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
    Entry& entry = *best.standing.entry;
    if (pairs.size() >= limit) {
      // For the next time.
      if (best.agent != kNobody) Freshen(best.agent);
      if (best.agent == kNobody && entry.lane != nullptr) Freshen(entry);
      continue;
    }
    if (entry.lane != nullptr) {
      if (const auto chosen = choice_.AgentFor(entry, now)) {
        pairs.push_back({entry.id.text(), roster.seat(chosen->agent).agent.id, chosen->why});
        Take(entry, chosen->agent);
        for (const uint32_t agent : holds.Refresh(now)) Offer(candidates, agent, now);
      }
    }
    if (best.agent != kNobody) Offer(candidates, best.agent, now);
  }
  return pairs;
}

std::optional<Hindrance> Engine::State::HeldBack(const WorkItem& item, const std::string& agent_id,
                                                 Time now) {
  const uint32_t agent = roster.Find(agent_id);
  Entry* entry = backlog.Find(ItemId(item.id));
  if (agent == kNobody || entry == nullptr) return std::nullopt;
  const Rank rank = RankOf(backlog.queue(entry->queue).queue, item, now);
  const Entry* other = holds.Against({rank.tier, rank.score, entry}, agent, now);
  if (other == nullptr) return std::nullopt;
  return Hindrance{"HELD_BACK", "kept free for " + other->id.text()};
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
std::vector<DueItem> Engine::TakeOverdue() { return std::exchange(state_->overdue, {}); }
std::optional<Time> Engine::NextChange() const {
  const auto place = state_->backlog.next_moment(), opening = state_->openings.next_moment();
  if (!place || !opening) return place ? place : opening;
  return std::min(*place, *opening);
}
int Engine::waiting() const { return state_->waiting; }
int Engine::lanes() const { return state_->backlog.lanes(); }
std::optional<Hindrance> Engine::HeldBack(const WorkItem& item, const std::string& agent_id,
                                          Time now) const {
  return state_->HeldBack(item, agent_id, now);
}

}  // namespace muara::routing

#include "services/routing/domain/engine.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "libs/base/check.h"
#include "services/routing/domain/engine/choice.h"
#include "services/routing/domain/engine/holds.h"
#include "services/routing/domain/engine/openings.h"
#include "services/routing/domain/engine/search.h"

namespace muara::routing {

using engine::Backlog;
using engine::Choice;
using engine::Entry;
using engine::Extras;
using engine::Holds;
using engine::ItemId;
using engine::Items;
using engine::kNobody;
using engine::kNothing;
using engine::Lane;
using engine::Openings;
using engine::Roster;
using engine::Search;
using engine::Seat;
using engine::Standing;

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
  };
  struct Later {
    const Items* items;
    bool operator()(const Candidate& a, const Candidate& b) const {
      return items->Before(b.standing, a.standing);
    }
  };
  using Candidates = std::priority_queue<Candidate, std::vector<Candidate>, Later>;

  void FreshenItem(uint32_t item);
  void FreshenAgent(uint32_t agent);
  void PlaceAllAnew(uint32_t queue);
  void NoteDue(Entry& entry, Time now);
  void Forget(uint32_t item);
  std::unique_ptr<Extras> ExtrasOf(const WorkItem& item);
  void TakeOver(Entry& entry, const WorkItem& item);
  void Settle(Time now);
  Candidates Collect(Time now);
  // No item: nothing.
  Standing BestItemFor(uint32_t agent, Time now) const;
  void Offer(Candidates& candidates, uint32_t agent, Time now) const;
  void Take(uint32_t item, uint32_t agent);

  Choice choice_{roster, backlog, holds};
  Items& items_ = backlog.items();
  std::vector<uint32_t> fresh_items_;
  std::vector<uint32_t> fresh_agents_;
};

void Engine::State::FreshenItem(uint32_t item) {
  if (items_[item].fresh) return;
  items_[item].fresh = true;
  fresh_items_.push_back(item);
}

void Engine::State::FreshenAgent(uint32_t agent) {
  if (!std::exchange(roster.seat(agent).fresh, true)) fresh_agents_.push_back(agent);
}

void Engine::State::Put(const CapacityPolicy& policy) {
  if (policy == roster.policy()) return;
  roster.Set(policy);
  for (uint32_t agent = 0; agent < roster.size(); ++agent) {
    FreshenAgent(agent);
    backlog.TouchAllOf(agent);
  }
}

void Engine::State::Put(const Agent& agent) {
  const uint32_t number = roster.NumberOf(agent.id);
  const Seat& seat = roster.seat(number);
  if (seat.version > agent.version) return;
  const bool took_offers = seat.takes_offers;
  // Before and after: whoever is held for a lane may leave its queue.
  backlog.TouchAllOf(number);
  const bool other_skills = roster.TakeOver(number, agent);
  const bool is_moved = other_skills || !backlog.HasQueues(number, agent.queue_ids);
  if (is_moved) backlog.SetQueues(number, agent.queue_ids);
  roster.Refresh(number);
  backlog.TouchAllOf(number);
  FreshenAgent(number);
  if (!is_moved && seat.takes_offers == took_offers) return;
  for (const uint32_t item : seat.wanted_by) {
    backlog.Leave(item);
    FreshenItem(item);
  }
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
  for (const uint32_t item : backlog.Empty(queue)) FreshenItem(item);
  for (const uint32_t agent : holds.Release(queue)) FreshenAgent(agent);
  backlog.Forget(queue);
}

std::unique_ptr<Extras> Engine::State::ExtrasOf(const WorkItem& item) {
  // Nobody goes by it once it came by overflow, and there may be many of those.
  const Time queue_start = item.HasOverflowed() ? Time() : item.queue_start;
  if (item.requirements.empty() && item.excluded.empty() && item.due_time == Time() &&
      item.preferred_agent_id.empty() && item.wait_start == Time() && queue_start == Time()) {
    return nullptr;
  }
  auto extras = std::make_unique<Extras>();
  extras->requirements = item.requirements;
  for (const auto& [agent, until] : item.excluded) {
    extras->excluded.emplace_back(roster.NumberOf(agent), until);
  }
  extras->due_time = item.due_time;
  extras->wait_start = item.wait_start;
  extras->queue_start = queue_start;
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
  entry.priority = static_cast<uint32_t>(item.priority);
  entry.enqueue_time = item.enqueue_time;
  entry.extras = ExtrasOf(item);
  entry.waits = item.status == ItemStatus::kQueued;
  entry.overflows = !item.HasOverflowed();
  entry.limited = !item.is_overdue;
}

// It is no longer anywhere but among the items.
void Engine::State::Forget(uint32_t item) {
  backlog.Leave(item);
  Entry& entry = items_[item];
  if (entry.preferred() != kNobody) roster.seat(entry.preferred()).wanted_by.erase(item);
  if (!entry.waits) return;
  entry.waits = false;
  --waiting;
}

void Engine::State::Put(const WorkItem& work) {
  const bool is_live = work.status != ItemStatus::kDone && work.status != ItemStatus::kParked &&
                       work.status != ItemStatus::kExpired;
  ItemId id(work.id);
  uint32_t item = items_.Find(id);
  if (item != kNothing) {
    if (items_[item].version > work.version) return;
    Forget(item);
    if (!is_live) {
      if (items_[item].fresh) std::erase(fresh_items_, item);
      items_.Remove(item);
    }
  }
  if (!is_live) return;
  if (item == kNothing) item = items_.Add(std::move(id));
  Entry& entry = items_[item];
  TakeOver(entry, work);
  if (!entry.waits) return;
  ++waiting;
  if (entry.preferred() != kNobody && entry.extras->preferred_until != Time()) {
    roster.seat(entry.preferred()).wanted_by.insert(item);
  }
  FreshenItem(item);
}

// Everything that waits is placed as of now, and holds are judged.
void Engine::State::Settle(Time now) {
  for (const uint32_t queue : openings.Judge(now)) PlaceAllAnew(queue);
  for (const uint32_t item : backlog.TakeRunOut(now)) FreshenItem(item);
  for (const uint32_t item : fresh_items_) {
    Entry& entry = items_[item];
    if (!entry.waits || entry.IsPlaced()) continue;
    backlog.Enter(item, now);
    NoteDue(entry, now);
  }
  for (const uint32_t agent : holds.Refresh(now)) FreshenAgent(agent);
  for (const uint32_t agent : holds.agents()) FreshenAgent(agent);
}

// As DueOf says it of items.
void Engine::State::NoteDue(Entry& entry, Time now) {
  const auto& record = backlog.queue(entry.queue);
  const auto is_due = [&](Time from, int seconds) {
    const auto due = AfterWaiting(record.queue, from, seconds);
    return due && now >= *due;
  };
  if (entry.overflows && (SendsAway(record.queue, record.open) ||
                          is_due(entry.QueueStart(), record.queue.overflow_seconds))) {
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
  Search search(items_, agent, seat, now);
  for (const Lane* lane : seat.kept) {
    const auto& record = backlog.queue(lane->queue);
    if (record.open) search.Consider(record.queue, *lane);
  }
  for (const uint32_t number : seat.queues) {
    const auto& record = backlog.queue(number);
    if (record.open) search.Consider(record);
  }
  const Standing& best = search.best();
  if (best.item == kNothing || holds.Against(best, agent, now) != kNothing) return {};
  return best;
}

void Engine::State::Offer(Candidates& candidates, uint32_t agent, Time now) const {
  const Standing best = BestItemFor(agent, now);
  if (best.item != kNothing) candidates.push({best, agent});
}

Engine::State::Candidates Engine::State::Collect(Time now) {
  Candidates candidates(Later{&items_});
  for (const uint32_t agent : std::exchange(fresh_agents_, {})) {
    roster.seat(agent).fresh = false;
    Offer(candidates, agent, now);
  }
  for (const uint32_t item : std::exchange(fresh_items_, {})) {
    Entry& entry = items_[item];
    entry.fresh = false;
    if (!entry.IsPlaced() || !backlog.queue(entry.queue).open) continue;
    // A match only takes room: who is not free now is not later in it.
    if (!choice_.HasSomebody(entry)) continue;
    candidates.push({backlog.StandingOf(item, now), kNobody});
  }
  return candidates;
}

void Engine::State::Take(uint32_t item, uint32_t agent) {
  const Entry& entry = items_[item];
  Seat& seat = roster.seat(agent);
  Forget(item);
  backlog.TouchAllOf(agent);
  seat.load.Add(entry.channel, static_cast<int>(entry.weight));
  seat.served += kServedUnit / seat.share;
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
    const uint32_t item = best.standing.item;
    const bool is_placed = items_[item].IsPlaced();
    if (pairs.size() >= limit) {
      // For the next time.
      if (best.agent != kNobody) FreshenAgent(best.agent);
      if (best.agent == kNobody && is_placed) FreshenItem(item);
      continue;
    }
    if (is_placed) {
      if (const auto chosen = choice_.AgentFor(item, now)) {
        pairs.push_back({items_[item].id.text(), roster.IdOf(chosen->agent), chosen->why});
        Take(item, chosen->agent);
        for (const uint32_t agent : holds.Refresh(now)) Offer(candidates, agent, now);
      }
    }
    if (best.agent != kNobody) Offer(candidates, best.agent, now);
  }
  return pairs;
}

std::optional<Hindrance> Engine::State::HeldBack(const WorkItem& work, const std::string& agent_id,
                                                 Time now) {
  const uint32_t agent = roster.Find(agent_id), item = items_.Find(ItemId(work.id));
  if (agent == kNobody || item == kNothing) return std::nullopt;
  const Rank rank = RankOf(backlog.queue(items_[item].queue).queue, work, now);
  const uint32_t other = holds.Against({rank.tier, rank.score, item}, agent, now);
  if (other == kNothing) return std::nullopt;
  return Hindrance{"HELD_BACK", "kept free for " + items_[other].id.text()};
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

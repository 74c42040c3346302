#include "services/routing/domain/engine/backlog.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "libs/base/check.h"
#include "services/routing/domain/due.h"

namespace muara::routing::engine {
namespace {

// A queue's audiences that nothing waits for are kept up to here, since the next item will come.
constexpr size_t kAudiencesMax = 64;

const Requirements& OwnOf(const Entry& entry) {
  static const Requirements none;
  return entry.extras == nullptr ? none : entry.extras->requirements;
}

}  // namespace

bool Entry::Excludes(uint32_t agent, Time now) const {
  return extras != nullptr &&
         std::any_of(extras->excluded.begin(), extras->excluded.end(),
                     [&](const auto& one) { return one.first == agent && now < one.second; });
}

bool Standing::Before(const Standing& other) const {
  if (tier != other.tier) return tier < other.tier;
  if (score != other.score) return score > other.score;
  return std::tie(entry->since_us, entry->id) < std::tie(other.entry->since_us, other.entry->id);
}

bool Place::operator<(const Place& other) const {
  if (static_score != other.static_score) return static_score > other.static_score;
  return std::tie(entry->since_us, entry->id) < std::tie(other.entry->since_us, other.entry->id);
}

Entry* Backlog::Find(const ItemId& id) {
  const auto known = entries_.find(id);
  return known == entries_.end() ? nullptr : known->get();
}

Entry& Backlog::Add(ItemId id) {
  return **entries_.insert(std::make_unique<Entry>(std::move(id))).first;
}

void Backlog::Remove(Entry& entry) { entries_.erase(entries_.find(entry.id)); }

uint32_t Backlog::NumberOf(const std::string& queue_id) {
  const auto [known, is_new] =
      numbers_.try_emplace(queue_id, static_cast<uint32_t>(queues_.size()));
  if (is_new) {
    queues_.push_back(std::make_unique<QueueRecord>());
    queues_.back()->queue.id = queue_id;
    queues_.back()->queue.version = 0;  // whatever is put is newer
  }
  return known->second;
}

Standing Backlog::StandingOf(Entry& entry, Time now) const {
  const Queue& of = queues_[entry.queue]->queue;
  return {of.tier, ScoreAt(of, entry.static_score, now), &entry};
}

void Backlog::Judge(Audience& audience, uint32_t agent) {
  const Agent& who = roster_.seat(agent).agent;
  const bool able =
      std::all_of(audience.needs.begin(), audience.needs.end(),
                  [&](const Skill& need) { return who.LevelOf(need.name) >= need.level; });
  able ? audience.able.Put(agent) : audience.able.Drop(agent);
}

Audience& Backlog::AudienceOf(QueueRecord& record, const Entry& entry, Time now) {
  const auto needs = NeedsAt(record.queue.requirements, OwnOf(entry), now - entry.enqueue_time);
  for (const auto& known : record.audiences) {
    if (known->needs == needs) return *known;
  }
  if (record.audiences.size() >= kAudiencesMax) {
    std::erase_if(record.audiences, [&](const auto& known) {
      return std::all_of(known->lanes.begin(), known->lanes.end(),
                         [](const auto& lane) { return lane->places.empty() && !lane->touched; });
    });
  }
  record.audiences.push_back(std::make_unique<Audience>());
  Audience& made = *record.audiences.back();
  made.needs = needs;
  record.members.ForEach([&](uint32_t agent) { Judge(made, agent); });
  return made;
}

Lane& Backlog::LaneOf(Audience& audience, const Entry& entry) {
  const LoadClass& load_class = roster_.ClassOf(entry.channel, entry.weight);
  for (const auto& known : audience.lanes) {
    if (known->load_class == &load_class) return *known;
  }
  audience.lanes.push_back(std::make_unique<Lane>());
  Lane& made = *audience.lanes.back();
  made.queue = entry.queue;
  made.load_class = &load_class;
  made.audience = &audience;
  return made;
}

Lane& Backlog::KeptLane(const Entry& entry) {
  const LoadClass& load_class = roster_.ClassOf(entry.channel, entry.weight);
  auto& kept = roster_.seat(entry.preferred()).kept;
  for (Lane* known : kept) {
    if (known->load_class == &load_class && known->queue == entry.queue) return *known;
  }
  auto& of_queue = queues_[entry.queue]->kept;
  of_queue.push_back(std::make_unique<Lane>());
  Lane& made = *of_queue.back();
  made.queue = entry.queue;
  made.load_class = &load_class;
  made.kept_for = entry.preferred();
  kept.push_back(&made);
  return made;
}

bool Backlog::IsKept(const Entry& entry, const Audience& audience, Time now) const {
  if (entry.preferred() == kNobody || now >= entry.extras->preferred_until) return false;
  const Agent& preferred = roster_.seat(entry.preferred()).agent;
  if (!preferred.TakesOffers() || entry.Excludes(entry.preferred(), now)) return false;
  return entry.IsDirected() || audience.able.Has(entry.preferred());
}

Time Backlog::NextMoment(const Entry& entry, Time now) const {
  const Queue& of = queues_[entry.queue]->queue;
  Time next;
  const auto consider = [&](Time moment) {
    if (moment > now && (next == Time() || moment < next)) next = moment;
  };
  const auto ring = NextRing(of.requirements, OwnOf(entry), now - entry.enqueue_time);
  if (ring) consider(entry.enqueue_time + *ring);
  if (entry.preferred() != kNobody) consider(entry.extras->preferred_until);
  if (entry.extras != nullptr) {
    for (const auto& [agent, until] : entry.extras->excluded) consider(until);
  }
  if (of.hold_back_seconds > 0) {
    consider(entry.enqueue_time + std::chrono::seconds(of.hold_back_seconds));
  }
  const auto consider_after = [&](Time from, int seconds) {
    if (const auto due = AfterWaiting(of, from, seconds)) consider(*due);
  };
  if (entry.overflows) consider_after(entry.enqueue_time, of.overflow_seconds);
  if (entry.limited) consider_after(entry.WaitStart(), of.max_wait_seconds);
  return next;
}

void Backlog::Enter(Entry& entry, Time now) {
  CHECK(entry.lane == nullptr);
  QueueRecord& record = *queues_[entry.queue];
  Audience& audience = AudienceOf(record, entry, now);
  Lane& lane = IsKept(entry, audience, now) ? KeptLane(entry) : LaneOf(audience, entry);
  const Time due_time = entry.extras == nullptr ? Time() : entry.extras->due_time;
  entry.since_us = SinceMicros(record.queue, entry.enqueue_time, due_time);
  entry.static_score = StaticScore(record.queue, entry.priority, entry.since_us);
  entry.lane = &lane;
  if (lane.places.empty()) {
    lane.front = record.fronts.size();
    if (lane.audience != nullptr) {
      record.fronts.push_back(
          {{}, &lane, &lane.audience->able, lane.load_class->channel, lane.load_class->weight});
    }
    ++lanes_;
  }
  lane.places.Add({entry.static_score, &entry});
  RefreshFront(lane);
  Touch(lane);
  entry.moment = NextMoment(entry, now);
  if (entry.moment != Time()) moments_.emplace(entry.moment, &entry);
}

void Backlog::Leave(Entry& entry) {
  if (entry.lane == nullptr) return;
  Lane& lane = *std::exchange(entry.lane, nullptr);
  if (entry.moment != Time()) moments_.erase({entry.moment, &entry});
  lane.places.Drop({entry.static_score, &entry});
  Touch(lane);
  if (!lane.places.empty()) {
    RefreshFront(lane);
    return;
  }
  --lanes_;
  if (lane.audience != nullptr) {
    DropFront(lane);
  } else {
    std::erase(roster_.seat(lane.kept_for).kept, &lane);
    std::erase_if(queues_[entry.queue]->kept, [&](const auto& one) { return one.get() == &lane; });
  }
}

void Backlog::RefreshFront(Lane& lane) {
  if (lane.audience == nullptr) return;
  queues_[lane.queue]->fronts[lane.front].first = lane.places.first();
}

// The last one takes its place.
void Backlog::DropFront(Lane& lane) {
  auto& fronts = queues_[lane.queue]->fronts;
  fronts[lane.front] = fronts.back();
  fronts[lane.front].lane->front = lane.front;
  fronts.pop_back();
}

std::vector<Entry*> Backlog::TakeRunOut(Time now) {
  std::vector<Entry*> out;
  while (!moments_.empty() && moments_.begin()->first <= now) {
    out.push_back(moments_.begin()->second);
    Leave(*out.back());
  }
  return out;
}

std::optional<Time> Backlog::next_moment() const {
  if (moments_.empty()) return std::nullopt;
  return moments_.begin()->first;
}

void Backlog::SetQueues(uint32_t agent, const std::vector<std::string>& queue_ids) {
  Seat& seat = roster_.seat(agent);
  for (const uint32_t left : seat.queues) {
    queues_[left]->members.Drop(agent);
    for (const auto& audience : queues_[left]->audiences) audience->able.Drop(agent);
  }
  seat.queues.clear();
  for (const std::string& id : queue_ids) {
    const uint32_t number = NumberOf(id);
    if (std::find(seat.queues.begin(), seat.queues.end(), number) != seat.queues.end()) continue;
    seat.queues.push_back(number);
    queues_[number]->members.Put(agent);
    for (const auto& audience : queues_[number]->audiences) Judge(*audience, agent);
  }
}

std::vector<Entry*> Backlog::Empty(uint32_t queue) {
  std::vector<Entry*> out;
  const auto take = [&](const Lane& lane) {
    lane.places.Walk([&](const Place& place) {
      out.push_back(place.entry);
      return true;
    });
  };
  for (const Front& front : queues_[queue]->fronts) take(*front.lane);
  for (const auto& lane : queues_[queue]->kept) take(*lane);
  for (Entry* entry : out) Leave(*entry);
  return out;
}

void Backlog::Forget(uint32_t queue) {
  std::erase_if(touched_, [&](const Lane* lane) { return lane->queue == queue; });
  queues_[queue]->audiences.clear();
}

// Only queues that hold agents back ever look at what was touched.
void Backlog::Touch(Lane& lane) {
  if (lane.touched || lane.audience == nullptr) return;
  if (lane.held_agent == kNobody && queues_[lane.queue]->queue.hold_back_seconds == 0) return;
  lane.touched = true;
  touched_.push_back(&lane);
}

void Backlog::TouchAllOf(uint32_t agent) {
  for (const uint32_t number : roster_.seat(agent).queues) {
    QueueRecord& record = *queues_[number];
    if (record.queue.hold_back_seconds == 0) continue;
    for (const Front& front : record.fronts) Touch(*front.lane);
  }
  for (Lane* lane : roster_.seat(agent).held_for) Touch(*lane);
}

}  // namespace muara::routing::engine

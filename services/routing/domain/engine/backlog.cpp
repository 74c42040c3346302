#include "services/routing/domain/engine/backlog.h"

#include <algorithm>
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

uint32_t Backlog::NumberOf(const std::string& queue_id) {
  const uint32_t number = ids_.NumberOf(queue_id);
  if (number == queues_.size()) {
    queues_.push_back(std::make_unique<QueueRecord>());
    queues_.back()->queue.id = queue_id;
    queues_.back()->queue.version = 0;  // whatever is put is newer
  }
  return number;
}

Place Backlog::PlaceOf(uint32_t item) const {
  const Entry& entry = items_[item];
  return {StaticScore(queues_[entry.queue]->queue, entry.priority, entry.since_us()), item};
}

Standing Backlog::StandingOf(uint32_t item, Time now) const {
  const Queue& of = queues_[items_[item].queue]->queue;
  return {of.tier, ScoreAt(of, PlaceOf(item).static_score, now), item};
}

void Backlog::Judge(Audience& audience, uint32_t agent) {
  const Seat& seat = roster_.seat(agent);
  const bool able =
      std::all_of(audience.grades.begin(), audience.grades.end(),
                  [&](const Grade& need) { return seat.LevelOf(need.skill) >= need.level; });
  able ? audience.able.Put(agent) : audience.able.Drop(agent);
}

Audience& Backlog::AudienceOf(QueueRecord& record, const Entry& entry, Time now) {
  const auto needs = NeedsAt(record.queue.requirements, OwnOf(entry), now - entry.enqueue_time);
  for (const auto& known : record.audiences) {
    if (known->needs == needs) return *known;
  }
  if (record.audiences.size() >= kAudiencesMax) {
    std::erase_if(record.audiences, [&](const auto& known) {
      const bool unused =
          std::all_of(known->lanes.begin(), known->lanes.end(),
                      [](const Lane* lane) { return lane->places.empty() && !lane->touched; });
      if (unused) DropLanes(*known);
      return unused;
    });
  }
  record.audiences.push_back(std::make_unique<Audience>());
  Audience& made = *record.audiences.back();
  made.needs = needs;
  made.grades = roster_.GradesOf(needs);
  record.members.ForEach([&](uint32_t agent) { Judge(made, agent); });
  return made;
}

Lane& Backlog::MakeLane(const Entry& entry, const LoadClass& load_class) {
  const uint32_t number = lanes_.Add(std::make_unique<Lane>(items_));
  Lane& made = *lanes_[number];
  made.number = number;
  made.queue = entry.queue;
  made.load_class = &load_class;
  return made;
}

void Backlog::DropLanes(const Audience& audience) {
  for (const Lane* lane : audience.lanes) lanes_.Drop(lane->number);
}

Lane& Backlog::LaneOf(Audience& audience, const Entry& entry) {
  const LoadClass& load_class = roster_.ClassOf(entry.channel, entry.weight);
  for (Lane* known : audience.lanes) {
    if (known->load_class == &load_class) return *known;
  }
  Lane& made = MakeLane(entry, load_class);
  made.audience = &audience;
  audience.lanes.push_back(&made);
  return made;
}

Lane& Backlog::KeptLane(const Entry& entry) {
  const LoadClass& load_class = roster_.ClassOf(entry.channel, entry.weight);
  auto& kept = roster_.seat(entry.preferred()).kept;
  for (Lane* known : kept) {
    if (known->load_class == &load_class && known->queue == entry.queue) return *known;
  }
  Lane& made = MakeLane(entry, load_class);
  made.kept_for = entry.preferred();
  queues_[entry.queue]->kept.push_back(&made);
  kept.push_back(&made);
  return made;
}

bool Backlog::IsKept(const Entry& entry, const Audience& audience, Time now) const {
  if (entry.preferred() == kNobody || now >= entry.extras->preferred_until) return false;
  if (!roster_.seat(entry.preferred()).takes_offers || entry.Excludes(entry.preferred(), now))
    return false;
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
  if (entry.overflows) consider_after(entry.QueueStart(), of.overflow_seconds);
  if (entry.limited) consider_after(entry.WaitStart(), of.max_wait_seconds);
  return next;
}

void Backlog::Enter(uint32_t item, Time now) {
  Entry& entry = items_[item];
  CHECK(!entry.IsPlaced());
  QueueRecord& record = *queues_[entry.queue];
  Audience& audience = AudienceOf(record, entry, now);
  Lane& lane = IsKept(entry, audience, now) ? KeptLane(entry) : LaneOf(audience, entry);
  entry.order = record.queue.order;
  entry.lane = lane.number;
  if (lane.places.empty()) {
    lane.front = record.fronts.size();
    if (lane.audience != nullptr) {
      record.fronts.push_back(
          {{}, &lane, &lane.audience->able, lane.load_class->channel, lane.load_class->weight});
    }
    ++filled_lanes_;
  }
  lane.places.Add(PlaceOf(item));
  RefreshFront(lane);
  Touch(lane);
  entry.moment = NextMoment(entry, now);
  if (entry.moment != Time()) alarms_.insert({ToMicros(entry.moment), item});
}

void Backlog::Leave(uint32_t item) {
  Entry& entry = items_[item];
  if (!entry.IsPlaced()) return;
  Lane& lane = *lanes_[std::exchange(entry.lane, kNothing)];
  if (entry.moment != Time()) alarms_.erase({ToMicros(entry.moment), item});
  lane.places.Drop(PlaceOf(item));
  Touch(lane);
  if (!lane.places.empty()) {
    RefreshFront(lane);
    return;
  }
  --filled_lanes_;
  if (lane.audience != nullptr) {
    DropFront(lane);
  } else {
    std::erase(roster_.seat(lane.kept_for).kept, &lane);
    std::erase(queues_[entry.queue]->kept, &lane);
    lanes_.Drop(lane.number);
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

std::vector<uint32_t> Backlog::TakeRunOut(Time now) {
  std::vector<uint32_t> out;
  while (!alarms_.empty() && alarms_.begin()->moment_us <= ToMicros(now)) {
    out.push_back(alarms_.begin()->item);
    Leave(out.back());
  }
  return out;
}

std::optional<Time> Backlog::next_moment() const {
  if (alarms_.empty()) return std::nullopt;
  return FromMicros(alarms_.begin()->moment_us);
}

bool Backlog::HasQueues(uint32_t agent, const std::vector<std::string>& queue_ids) const {
  const auto& own = roster_.seat(agent).queues;
  return std::equal(own.begin(), own.end(), queue_ids.begin(), queue_ids.end(),
                    [&](uint32_t number, const std::string& id) { return ids_[number] == id; });
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

std::vector<uint32_t> Backlog::Empty(uint32_t queue) {
  std::vector<uint32_t> out;
  const auto take = [&](const Lane& lane) {
    lane.places.Walk([&](const Place& place) {
      out.push_back(place.item);
      return true;
    });
  };
  for (const Front& front : queues_[queue]->fronts) take(*front.lane);
  for (const Lane* lane : queues_[queue]->kept) take(*lane);
  for (const uint32_t item : out) Leave(item);
  return out;
}

void Backlog::Forget(uint32_t queue) {
  std::erase_if(touched_, [&](const Lane* lane) { return lane->queue == queue; });
  for (const auto& audience : queues_[queue]->audiences) DropLanes(*audience);
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

#include "services/routing/app/chronicle.h"

#include <algorithm>
#include <tuple>

namespace muara::routing {
namespace {

// Sorts behind the item itself, and before all ids that only begin like it.
constexpr char kAgain = '\x01';

// As it waits in the replay.
WorkItem AsWaiting(WorkItem item, const std::map<std::string, Time>& passed_over) {
  item.status = ItemStatus::kQueued;
  item.agent_id.clear();
  item.offer_id.clear();
  item.ticket_reference.clear();
  item.excluded = passed_over;
  item.version = 1;
  if (item.home_queue_id.empty()) item.home_queue_id = item.queue_id;  // told before there was one
  return item;
}

void End(WaitEnd& end, Fate fate, Time since, Time time) {
  end.fate = fate;
  end.time = time;
  end.wait = std::max(Duration(0), time - since);
}

}  // namespace

void Chronicle::Begin(const WorkItem& item) {
  Place& place = places_[item.id];
  place.time = history_.from;
  place.passed_over = item.excluded;
  switch (item.status) {
    case ItemStatus::kQueued:
    case ItemStatus::kOffered:
      return Enter(place, item, std::min(item.enqueue_time, history_.from));
    case ItemStatus::kAssigned:
    case ItemStatus::kWrapping:
      return Hold(place, item, history_.from);
    case ItemStatus::kParked:
    case ItemStatus::kExpired:
    case ItemStatus::kDone:
      return;
  }
}

void Chronicle::Add(const wire::Told& told) {
  if (!told.item) return;
  Place& place = places_[told.item->id];
  // Clocks of replicas differ; the order of its facts is the truth.
  const Time time = place.time = std::max(place.time, told.time);
  if (told.type == "WorkQueued") return Queued(place, *told.item, time);
  if (told.type == "WorkChanged") return Changed(place, *told.item, time);
  if (told.type == "OfferAccepted") return Accepted(place, told, time);
  if (told.type == "WorkAssigned") return Assigned(place, *told.item, time);
  if (told.type == "WorkExpired") return Expired(place, time);
  if (told.type == "WorkParked" || told.type == "WorkDone") return Ended(place, time);
}

void Chronicle::Enter(Place& place, const WorkItem& item, Time since) {
  Visit visit{.item_id = item.id,
              .item = AsWaiting(item, place.passed_over),
              .time = place.time,
              .since = since};
  visit.queue_id = visit.item.home_queue_id;
  if (place.visits > 0) visit.item.id += kAgain + std::to_string(place.visits);
  ++place.visits;
  place.stage = Stage::kWaits;
  place.at = history_.visits.size();
  history_.visits.push_back(std::move(visit));
}

void Chronicle::PassOver(Place& place, const WorkItem& item) {
  if (item.reason == kTransferred || item.reason == kTransferAgentUnknown) {
    place.passed_over = item.excluded;
  } else {
    std::erase_if(place.passed_over,
                  [&](const auto& one) { return !item.excluded.contains(one.first); });
  }
}

void Chronicle::Queued(Place& place, const WorkItem& item, Time time) {
  PassOver(place, item);
  if (place.stage == Stage::kWaits &&
      history_.visits[place.at].item.enqueue_time == item.enqueue_time) {
    // That it overflowed is no change: where it waits is the replay's to decide.
    return Changed(place, item, time);
  }
  Ended(place, time);
  Enter(place, item, time);
}

void Chronicle::Changed(Place& place, const WorkItem& item, Time time) {
  if (place.stage != Stage::kWaits && place.stage != Stage::kServed) return;
  Visit& visit = history_.visits[place.at];
  WorkItem later = AsWaiting(item, place.passed_over);
  later.id = visit.item.id;
  visit.changes.push_back({time, std::move(later)});
}

void Chronicle::Accepted(Place& place, const wire::Told& told, Time time) {
  if (!told.offer) return;
  // Where its beginning is no longer known, it is held all the same.
  if (place.stage == Stage::kNone) return Hold(place, *told.item, time);
  if (place.stage != Stage::kWaits) return;
  if (told.offer->IsPulled()) {
    history_.visits[place.at].hand = Hand{time, told.offer->agent_id, kPulled};
    return Serve(place, told.offer->agent_id, kPulled, time);
  }
  delays_.push_back(std::max(Duration(0), time - told.offer->create_time));
  Serve(place, told.offer->agent_id, told.offer->why, time);
}

void Chronicle::Assigned(Place& place, const WorkItem& item, Time time) {
  if (place.stage == Stage::kWaits) {
    history_.visits[place.at].hand = Hand{time, item.agent_id};
    return Serve(place, item.agent_id, "assigned directly", time);
  }
  // Reopened while it was wrapped up, it never left these hands.
  if (HolderOf(place) == item.agent_id) return;
  Ended(place, time);
  Hold(place, item, time);
}

std::optional<std::string> Chronicle::HolderOf(const Place& place) const {
  if (place.stage == Stage::kServed) return history_.visits[place.at].actual.agent_id;
  if (place.stage == Stage::kHeld) return history_.holds[place.at].agent_id;
  return std::nullopt;
}

void Chronicle::Serve(Place& place, const std::string& agent_id, const std::string& why,
                      Time time) {
  Visit& visit = history_.visits[place.at];
  visit.actual.agent_id = agent_id;
  visit.actual.why = why;
  End(visit.actual, Fate::kServed, visit.since, time);
  place.stage = Stage::kServed;
}

void Chronicle::Hold(Place& place, const WorkItem& item, Time time) {
  place.stage = Stage::kHeld;
  place.at = history_.holds.size();
  // Nobody will hold it longer than the replay goes.
  history_.holds.push_back(
      {item.agent_id, item.channel, item.weight, time, history_.until + std::chrono::seconds(1)});
}

// It no longer waits, and nobody holds it.
void Chronicle::Ended(Place& place, Time time) {
  switch (place.stage) {
    case Stage::kWaits: {
      Visit& visit = history_.visits[place.at];
      visit.left = time;
      End(visit.actual, Fate::kGone, visit.since, time);
      break;
    }
    case Stage::kServed: {
      Visit& visit = history_.visits[place.at];
      visit.work = time - visit.actual.time;
      visit.actual.end_time = time;
      break;
    }
    case Stage::kHeld:
      history_.holds[place.at].until = time;
      break;
    case Stage::kExpired:
      // Until then it might have waited, had its queue let it.
      history_.visits[place.at].left = time;
      break;
    case Stage::kNone:
      break;
  }
  place.stage = Stage::kNone;
}

void Chronicle::Expired(Place& place, Time time) {
  if (place.stage != Stage::kWaits) return;
  Visit& visit = history_.visits[place.at];
  End(visit.actual, Fate::kExpired, visit.since, time);
  place.stage = Stage::kExpired;
}

void Chronicle::Finish() {
  for (Visit& visit : history_.visits) {
    if (visit.actual.fate == Fate::kWaits) {
      End(visit.actual, Fate::kWaits, visit.since, history_.until);
    }
  }
  // In the order of their coming, whatever part of the log they are in.
  std::sort(history_.visits.begin(), history_.visits.end(), [](const Visit& a, const Visit& b) {
    return std::tie(a.time, a.item.id) < std::tie(b.time, b.item.id);
  });
  if (delays_.empty()) return;
  const auto middle = delays_.begin() + static_cast<std::ptrdiff_t>((delays_.size() - 1) / 2);
  std::nth_element(delays_.begin(), middle, delays_.end());
  history_.accept_delay = *middle;
}

}  // namespace muara::routing

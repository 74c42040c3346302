#include "services/routing/domain/engine/holds.h"

#include <tuple>

namespace muara::routing::engine {

uint32_t Holds::Choose(const Lane& lane, Time now) const {
  const QueueRecord& record = backlog_.queue(lane.queue);
  const Queue& queue = record.queue;
  if (queue.hold_back_seconds == 0 || !record.open || lane.places.empty()) return kNobody;
  const Entry& first = backlog_.items()[lane.places.first().item];
  if (now < first.enqueue_time + std::chrono::seconds(queue.hold_back_seconds)) return kNobody;
  const auto channel = static_cast<size_t>(lane.load_class->channel);
  const int weight = lane.load_class->weight;
  uint32_t best = kNobody;
  lane.audience->able.ForEach([&](uint32_t agent) {
    const Seat& seat = roster_.seat(agent);
    if (!seat.takes_offers || seat.capacity < weight) return;
    if (seat.room[channel] >= weight || first.Excludes(agent, now)) return;
    const auto key = [&](uint32_t one) {
      return std::make_tuple(roster_.used(one), roster_.idle_us(one),
                             std::string_view(roster_.IdOf(one)));
    };
    if (best == kNobody || key(agent) < key(best)) best = agent;
  });
  return best;
}

void Holds::Assign(Lane& lane, uint32_t agent) {
  if (lane.held_agent != kNobody) {
    auto& lanes = roster_.seat(lane.held_agent).held_for;
    std::erase(lanes, &lane);
    if (lanes.empty()) agents_.erase(lane.held_agent);
  }
  lane.held_agent = agent;
  if (agent == kNobody) return;
  roster_.seat(agent).held_for.push_back(&lane);
  agents_.insert(agent);
}

std::vector<uint32_t> Holds::Refresh(Time now) {
  std::vector<uint32_t> concerned;
  for (Lane* lane : backlog_.TakeTouched()) {
    lane->touched = false;
    // Another first item may let the same agent have what it could not before.
    if (lane->held_agent != kNobody) concerned.push_back(lane->held_agent);
    const uint32_t agent = Choose(*lane, now);
    if (agent != lane->held_agent) Assign(*lane, agent);
  }
  return concerned;
}

std::vector<uint32_t> Holds::Release(uint32_t queue) {
  std::vector<uint32_t> concerned;
  for (const auto& audience : backlog_.queue(queue).audiences) {
    for (Lane* lane : audience->lanes) {
      if (lane->held_agent == kNobody) continue;
      concerned.push_back(lane->held_agent);
      Assign(*lane, kNobody);
    }
  }
  return concerned;
}

uint32_t Holds::Against(const Standing& standing, uint32_t agent, Time now) const {
  if (agents_.empty()) return kNothing;  // as nearly always
  for (const Lane* lane : roster_.seat(agent).held_for) {
    if (lane->places.empty()) continue;
    const uint32_t first = lane->places.first().item;
    if (backlog_.items().Before(backlog_.StandingOf(first, now), standing)) return first;
  }
  return kNothing;
}

}  // namespace muara::routing::engine

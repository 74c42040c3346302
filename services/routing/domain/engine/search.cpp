#include "services/routing/domain/engine/search.h"

namespace muara::routing::engine {

// Fields that lie side by side are asked first: few lanes are looked into.
void Search::Consider(const QueueRecord& record) {
  const int64_t of_queue = ScoreAt(record.queue, 0, now_);
  for (const Front& front : record.fronts) {
    if (seat_.room[static_cast<size_t>(front.channel)] < front.weight) continue;
    const Standing standing{record.queue.tier, of_queue + front.first.static_score,
                            front.first.item};
    if (!Beats(standing) || !front.able->Has(agent_)) continue;
    Take(standing, *front.lane, of_queue);
  }
}

void Search::Consider(const Queue& queue, const Lane& kept) {
  if (seat_.room[static_cast<size_t>(kept.load_class->channel)] < kept.load_class->weight) return;
  const int64_t of_queue = ScoreAt(queue, 0, now_);
  const Place& first = kept.places.first();
  const Standing standing{queue.tier, of_queue + first.static_score, first.item};
  if (Beats(standing)) Take(standing, kept, of_queue);
}

// The first of the lane, or who comes after it where that one excludes the agent.
void Search::Take(const Standing& first, const Lane& lane, int64_t of_queue) {
  if (!items_[first.item].Excludes(agent_, now_)) {
    best_ = first;
    return;
  }
  lane.places.Walk([&](const Place& place) {
    if (items_[place.item].Excludes(agent_, now_)) return true;
    const Standing next{first.tier, of_queue + place.static_score, place.item};
    if (Beats(next)) best_ = next;
    return false;
  });
}

}  // namespace muara::routing::engine

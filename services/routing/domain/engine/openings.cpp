#include "services/routing/domain/engine/openings.h"

#include <utility>

namespace muara::routing::engine {

void Openings::Note(uint32_t queue) {
  QueueRecord& record = backlog_.queue(queue);
  if (record.change != Time()) moments_.erase({record.change, queue});
  record.change = Time();
  noted_.push_back(queue);
}

// True: it is no longer what it was.
bool Openings::JudgeOne(uint32_t queue, Time now) {
  QueueRecord& record = backlog_.queue(queue);
  if (record.change != Time()) moments_.erase({record.change, queue});
  const auto change = record.queue.NextChange(now);
  record.change = change.value_or(Time());
  if (change) moments_.emplace(*change, queue);
  const bool was = std::exchange(record.open, record.queue.OpenAt(now));
  return was != record.open;
}

std::vector<uint32_t> Openings::Judge(Time now) {
  for (const uint32_t queue : std::exchange(noted_, {})) JudgeOne(queue, now);
  std::vector<uint32_t> changed;
  while (!moments_.empty() && moments_.begin()->first <= now) {
    const uint32_t queue = moments_.begin()->second;
    if (JudgeOne(queue, now)) changed.push_back(queue);
  }
  return changed;
}

std::optional<Time> Openings::next_moment() const {
  if (moments_.empty()) return std::nullopt;
  return moments_.begin()->first;
}

}  // namespace muara::routing::engine

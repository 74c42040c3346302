#include "services/routing/domain/due.h"

namespace muara::routing {

std::optional<Time> AfterWaiting(const Queue& queue, Time from, int seconds) {
  if (seconds == 0) return std::nullopt;
  if (queue.hours == nullptr) return from + std::chrono::seconds(seconds);
  return queue.hours->AddWorkingTime(from, std::chrono::seconds(seconds));
}

bool SendsAway(const Queue& queue, bool is_open) {
  return !is_open && queue.closed_hours == ClosedHours::kOverflow &&
         !queue.overflow_queue_id.empty();
}

std::optional<Due> DueOf(const Queue& queue, const WorkItem& item, Time now) {
  if (!item.HasOverflowed()) {
    const auto overflows = AfterWaiting(queue, item.QueueStart(), queue.overflow_seconds);
    const bool sent_away = SendsAway(queue, queue.OpenAt(now));
    if (sent_away || (overflows && now >= *overflows)) return Due::kOverflow;
  }
  if (item.is_overdue) return std::nullopt;
  const auto ends = AfterWaiting(queue, item.WaitStart(), queue.max_wait_seconds);
  return ends && now >= *ends ? std::optional(Due::kMaxWait) : std::nullopt;
}

}  // namespace muara::routing

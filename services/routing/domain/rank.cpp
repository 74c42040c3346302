#include "services/routing/domain/rank.h"

#include <tuple>

namespace muara::routing {
namespace {

// Times are counted from here, so that 100 points a minute stay far below 2^63.
constexpr int64_t kOriginUs = 1767225600000000;  // 2026-01-01

}  // namespace

bool Rank::Before(const Rank& other) const {
  return std::tie(tier, other.score, since_us, id) <
         std::tie(other.tier, score, other.since_us, other.id);
}

int64_t SinceMicros(Order order, Time enqueue_time, Time due_time) {
  const bool by_due = order == Order::kDueTime && due_time != Time();
  return ToMicros(by_due ? due_time - kDueAfter : enqueue_time);
}

int64_t StaticScore(const Queue& queue, int priority, int64_t since_us) {
  const int64_t points = queue.order == Order::kDueTime ? 0 : priority;
  return points * kPoint - queue.ageing_per_minute * (since_us - kOriginUs);
}

int64_t ScoreAt(const Queue& queue, int64_t static_score, Time now) {
  return queue.priority * kPoint + static_score +
         queue.ageing_per_minute * (ToMicros(now) - kOriginUs);
}

Rank RankOf(const Queue& queue, const WorkItem& item, Time now) {
  const int64_t since_us = SinceMicros(queue.order, item.enqueue_time, item.due_time);
  const int64_t score = ScoreAt(queue, StaticScore(queue, item.priority, since_us), now);
  return {queue.tier, score, since_us, item.id};
}

}  // namespace muara::routing

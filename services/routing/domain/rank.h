// Which of two waiting items goes first. Whole numbers only, so that every replica and every replay
// agrees to the last one.
#pragma once

#include <cstdint>
#include <string_view>

#include "services/routing/domain/work.h"

namespace muara::routing {

// One point of priority; scores count in microseconds of ageing by one point a minute.
constexpr int64_t kPoint = 60'000'000;

// score(now) = queue priority + item priority + ageing x minutes since `since`; in queues by due
// time without the item's priority, and counted from kDueAfter before the due time.
struct Rank {
  int tier = 0;
  int64_t score = 0;
  int64_t since_us = 0;
  std::string_view id;

  // A lower tier, a higher score, the longer wait, the id.
  bool Before(const Rank& other) const;
};

int64_t SinceMicros(Order order, Time enqueue_time, Time due_time);
// The part of a score that does not change with time; what is left is the same for all of a queue.
int64_t StaticScore(const Queue& queue, int priority, int64_t since_us);
int64_t ScoreAt(const Queue& queue, int64_t static_score, Time now);
Rank RankOf(const Queue& queue, const WorkItem& item, Time now);

}  // namespace muara::routing

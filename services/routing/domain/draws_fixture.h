// Queues drawn at random, for tests: the same seed gives the same.
#pragma once

#include <algorithm>
#include <random>

#include "services/routing/domain/hours_fixture.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

class Draws {
 public:
  Draws(uint32_t seed, int queues) : random_(seed), queues_(queues) {}

  int Random(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }
  bool Chance(int one_in) { return Random(one_in) == 0; }

  Requirements SomeRequirements() {
    Requirements out;
    for (const char* skill : {"s", "t"}) {
      if (!Chance(3)) continue;
      Requirement one{skill, 2 + Random(4), {}};
      if (Chance(2)) one.rings.push_back({30 + Random(200), 1});
      if (Chance(2)) one.rings.push_back({240 + Random(200), 0});
      out.push_back(one);
    }
    return out;
  }

  // Opens and closes every few minutes.
  SharedHours SomeHours() {
    if (Chance(2)) return nullptr;
    std::vector<Hours> hours;
    int from = Random(8 * 60);
    for (int i = 1 + Random(10); i > 0 && from < kDayMinutes; --i) {
      const int to = std::min(kDayMinutes, from + 1 + Random(90));
      hours.push_back({from, to});
      from = to + Random(40);
    }
    return Daily(hours);
  }

  // Queues are "q0" and so on.
  void Fill(Queue& queue, int number) {
    queue.priority = Random(50);
    queue.ageing_per_minute = Random(4);
    queue.tier = Chance(4) ? 1 : 0;
    queue.order = Chance(4) ? Order::kDueTime : Order::kPriority;
    queue.balance = static_cast<Balance>(1 + Random(4));
    queue.requirements = SomeRequirements();
    queue.hold_back_seconds = Chance(2) ? 20 + Random(100) : 0;
    queue.hours = SomeHours();
    queue.overflow_queue_id = "q" + std::to_string((number + 1 + Random(queues_ - 1)) % queues_);
    queue.overflow_seconds = Chance(3) ? 30 + Random(300) : 0;
    queue.closed_hours = Chance(3) ? ClosedHours::kOverflow : ClosedHours::kWait;
    queue.max_wait_seconds = Chance(3) ? 60 + Random(300) : 0;
    queue.max_wait_action = Chance(2) ? MaxWaitAction::kExpire : MaxWaitAction::kFlag;
  }

 private:
  std::mt19937 random_;
  const int queues_;
};

}  // namespace muara::routing

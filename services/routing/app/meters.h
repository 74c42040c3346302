// What those who run the service watch, each number by its name in one place (README.md says what
// to do about them): what any replica did is counted by it, how things stand is told by the one
// that leads. No label holds an id. Thread-safe.
#pragma once

#include <atomic>

#include "libs/base/time.h"
#include "libs/metrics/metrics.h"
#include "services/routing/domain/work.h"
#include "services/routing/store/survey.h"

namespace muara::routing {

// More groups of equal items than this say that requirements differ from item to item: whoever is
// free looks at all groups of its queues. The alarm ends at half of it.
constexpr int kLanesMany = 20000;

class Meters {
 public:
  explicit Meters(metrics::Registry& registry);

  // By any replica, of what was committed.
  void Ended(const Offer& offer);
  // How long an item waited until it was accepted.
  void Accepted(const Offer& offer, Duration wait);
  void ReturnedFromLost();

  // By the leader. What it told is taken back when it leads no more.
  void Leads();
  void StandsBy();
  void Offered(const Offer& offer);
  void Matched(std::chrono::steady_clock::duration took);
  void RoundEnded(std::chrono::steady_clock::duration took);
  void Backlog(int waiting, int lanes);
  void Stands(const store::Survey& survey);

 private:
  void JudgeLanes(int lanes);

  metrics::Registry& registry_;
  std::atomic<bool> many_lanes_{false};
};

}  // namespace muara::routing

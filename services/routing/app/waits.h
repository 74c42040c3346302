// Where waiting work stands and how long it has still to wait; what was told is kept, and compared
// with what came. Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "services/routing/app/opening_hours.h"
#include "services/routing/app/policy.h"
#include "services/routing/domain/wait.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

// What was told of waits is kept for so long.
constexpr Duration kEstimatesKept = std::chrono::hours(24 * 30);

struct WaitNow {
  int position = 0;     // those of its queue that go before it, and itself
  int able_agents = 0;  // who are there and may have it, free or not
  int gaps = 0;         // how much is known of the pace
  std::optional<WaitRange> range;
  std::string unknown_reason;  // QUEUE_CLOSED, NO_ABLE_AGENT, TOO_FEW_SERVED
  std::optional<Time> opens;   // while its queue is closed
};

class Waits {
 public:
  Waits(sql::Database& database, const Clock& clock, const CurrentPolicy& policy,
        OpeningHours& hours)
      : database_(database), clock_(clock), policy_(policy), hours_(hours) {}

  // WORK_ITEM_NOT_FOUND, NOT_WAITING.
  Result<WaitNow> Of(const std::string& item_id);
  // Of the last 1,000. QUEUE_NOT_FOUND.
  Result<Calibration> CalibrationOf(const std::string& queue_id);
  // Compares what was told with what came since, and drops what is old. True: there is more.
  Result<bool> Settle();

 private:
  Result<int> CountAble(sql::Tx& tx, const Queue& queue, const WorkItem& item, Time now);

  sql::Database& database_;
  const Clock& clock_;
  const CurrentPolicy& policy_;
  OpeningHours& hours_;
};

}  // namespace muara::routing

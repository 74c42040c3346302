#include "services/routing/app/waits.h"

#include <algorithm>
#include <set>

#include "services/routing/app/picture.h"
#include "services/routing/domain/ability.h"
#include "services/routing/store/people.h"
#include "services/routing/store/waits.h"
#include "services/routing/store/work.h"

namespace muara::routing {
namespace {

constexpr int kAgentsMax = 10000;
constexpr int kCalibratedMax = 1000;
constexpr int kSettleMax = 1000;
constexpr int kDropMax = 5000;
// Some gaps tell nothing: so many more are looked at.
constexpr int kServedMax = 4 * kGapsMax;

// Passes while it waits; the others keep it and the agent apart for good.
bool Passes(const Hindrance& hindrance) {
  static const std::set<std::string> passing = {"NO_CAPACITY", "INTERRUPT", "EXCLUDED",
                                                "KEPT_FOR_ANOTHER", "QUEUE_CLOSED"};
  return passing.contains(hindrance.code);
}

}  // namespace

Result<int> Waits::CountAble(sql::Tx& tx, const Queue& queue, const WorkItem& item, Time now) {
  const auto policy = policy_.Now();
  const Setting setting{policy->capacity, queue};
  ASSIGN_OR_RETURN(const auto agents, store::ListAgentsThere(tx, queue.id, kAgentsMax));
  int able = 0;
  for (const Agent& agent : agents) {
    const auto hindrances = HindrancesOf(setting, item, agent, now);
    able += std::all_of(hindrances.begin(), hindrances.end(), Passes) ? 1 : 0;
  }
  return able;
}

Result<WaitNow> Waits::Of(const std::string& item_id) {
  const Time now = clock_.Now();
  WaitNow wait;
  std::string queue_id;
  bool kept = false, closed = false;
  RETURN_IF_ERROR(database_.Read([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(const WorkItem item, store::LoadItem(tx, item_id));
    if (item.status != ItemStatus::kQueued) {
      return MakeError(Code::kFailedPrecondition, "NOT_WAITING", "this work does not wait");
    }
    queue_id = item.queue_id;
    ASSIGN_OR_RETURN(const Queue queue, hours_.Load(tx, queue_id));
    closed = !queue.OpenAt(now);
    if (closed) wait.opens = queue.NextChange(now);
    ASSIGN_OR_RETURN(const int before, store::CountBefore(tx, queue, item));
    ASSIGN_OR_RETURN(wait.able_agents, CountAble(tx, queue, item, now));
    ASSIGN_OR_RETURN(const auto served,
                     store::ListServed(tx, queue_id, now - kServedFor, kServedMax));
    ASSIGN_OR_RETURN(kept, store::HasOpenEstimate(tx, item_id));
    const Pace pace = PaceOf(served, queue.hours == nullptr ? nullptr : &queue.hours->schedule);
    wait.position = before + 1;
    wait.gaps = pace.gaps;
    if (wait.able_agents > 0 && !closed) wait.range = EstimateWait(pace, wait.position);
    return Ok();
  }));
  if (!wait.range) {
    wait.unknown_reason = closed                  ? "QUEUE_CLOSED"
                          : wait.able_agents == 0 ? "NO_ABLE_AGENT"
                                                  : "TOO_FEW_SERVED";
    return wait;
  }
  if (!kept) {
    RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) {
      return store::KeepEstimate(tx, {item_id, queue_id, now, wait.position, *wait.range});
    }));
  }
  return wait;
}

Result<Calibration> Waits::CalibrationOf(const std::string& queue_id) {
  return database_.Read([&](sql::Tx& tx) -> Result<Calibration> {
    RETURN_IF_ERROR(store::LoadQueueUncounted(tx, queue_id));
    ASSIGN_OR_RETURN(const auto settled, store::ListSettled(tx, queue_id, kCalibratedMax));
    return routing::CalibrationOf(settled);
  });
}

Result<bool> Waits::Settle() {
  const Time before = clock_.Now() - kEstimatesKept;
  return database_.Transact([&](sql::Tx& tx) -> Result<bool> {
    ASSIGN_OR_RETURN(const int64_t settled, store::SettleEstimates(tx, kSettleMax));
    ASSIGN_OR_RETURN(const int64_t dropped, store::DropEstimates(tx, before, kDropMax));
    return settled >= kSettleMax || dropped == kDropMax;
  });
}

}  // namespace muara::routing

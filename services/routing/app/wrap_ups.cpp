#include "services/routing/app/wrap_ups.h"

#include <utility>

#include "libs/bus/claim.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"
#include "services/routing/store/wrap_ups.h"
#include "services/routing/wire/events.h"

namespace muara::routing {
namespace {

constexpr int kEndMax = 200;

Status CheckWraps(const WorkItem& item, const Answerer& by, Time now) {
  if (item.status != ItemStatus::kWrapping || now > item.wrap_up_until) {
    return MakeError(Code::kFailedPrecondition, "NOT_WRAPPING_UP",
                     "nobody wraps this work up, or not any more");
  }
  if (by.agent_id.empty() || by.agent_id == item.agent_id) return Ok();
  return MakeError(Code::kPermissionDenied, "NOT_YOURS", "another agent wraps this work up");
}

}  // namespace

// The item is locked before the agent, as everybody does.
Status WrapUps::EndIn(sql::Tx& tx, WorkItem& item, const char* reason, Time now) {
  RETURN_IF_ERROR(offers_.ReleaseIn(tx, item, now));
  item.Finish(reason);
  return floor_.Save(tx, item, wire::WorkDone, now);
}

Result<WorkItem> WrapUps::By(const std::string& id, const OperationKey& key, const Answerer& by,
                             const Change& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<WorkItem> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) return store::LoadItem(tx, id);
    ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, id));
    if (!item) return store::LoadItem(tx, id);
    RETURN_IF_ERROR(CheckWraps(*item, by, now));
    RETURN_IF_ERROR(change(tx, *item, now));
    return std::move(*item);
  });
}

Result<WorkItem> WrapUps::Finish(const std::string& id, const OperationKey& key,
                                 const Answerer& by) {
  return By(id, key, by, [this](sql::Tx& tx, WorkItem& item, Time now) {
    return EndIn(tx, item, "WRAP_UP_FINISHED", now);
  });
}

Result<WorkItem> WrapUps::Extend(const std::string& id, const OperationKey& key,
                                 const Answerer& by) {
  return By(id, key, by, [this](sql::Tx& tx, WorkItem& item, Time now) -> Status {
    if (item.wrap_up_extendable_seconds == 0) {
      return MakeError(Code::kFailedPrecondition, "ALREADY_EXTENDED",
                       "it has been made longer once");
    }
    item.wrap_up_until += std::chrono::seconds(std::exchange(item.wrap_up_extendable_seconds, 0));
    item.reason = "WRAP_UP_EXTENDED";
    return floor_.Save(tx, item, wire::WorkWrapping, now);
  });
}

Result<int> WrapUps::EndEach(
    const std::vector<std::string>& ids, int64_t epoch, const char* reason,
    const std::function<Result<bool>(sql::Tx&, const WorkItem&)>& is_over) {
  const Time now = clock_.Now();
  int ended = 0;
  for (const std::string& id : ids) {
    // Each in its own transaction, so that no locks are held from one to the next.
    ASSIGN_OR_RETURN(const bool one, database_.Transact([&](sql::Tx& tx) -> Result<bool> {
      RETURN_IF_ERROR(store::CheckEpoch(tx, epoch));
      ASSIGN_OR_RETURN(auto item, store::FindItemForChange(tx, id));
      if (!item || item->status != ItemStatus::kWrapping) return false;  // in the last moment
      ASSIGN_OR_RETURN(const bool over, is_over(tx, *item));
      if (over) RETURN_IF_ERROR(EndIn(tx, *item, reason, now));
      return over;
    }));
    ended += one ? 1 : 0;
  }
  return ended;
}

Result<int> WrapUps::EndDue(int64_t epoch) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const auto ids, database_.Read([&](sql::Tx& tx) {
    return store::ListDueWrapUps(tx, now, kEndMax);
  }));
  // Extended in the last moment, perhaps.
  return EndEach(ids, epoch, "WRAP_UP_ENDED", [&](sql::Tx&, const WorkItem& item) -> Result<bool> {
    return item.wrap_up_until <= now;
  });
}

Result<int> WrapUps::EndOfLost(int64_t epoch) {
  ASSIGN_OR_RETURN(const auto ids, database_.Read([](sql::Tx& tx) {
    return store::ListWrapUpsOfLost(tx, kEndMax);
  }));
  return EndEach(ids, epoch, "AGENT_LOST", [](sql::Tx& tx, const WorkItem& item) -> Result<bool> {
    ASSIGN_OR_RETURN(const Agent agent, store::LoadAgentForChange(tx, item.agent_id));
    return agent.connection == Connection::kNone;
  });
}

}  // namespace muara::routing

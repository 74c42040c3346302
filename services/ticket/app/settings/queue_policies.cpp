#include "services/ticket/app/settings/queue_policies.h"

#include "libs/bus/claim.h"
#include "libs/calendar/calendar.h"
#include "services/ticket/store/sla/book.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kTriesMax = 2;

// None where this machine no longer knows its zone: then the calendar on the wall has to do.
Result<std::shared_ptr<const Schedule>> ScheduleOf(sql::Tx& tx, const std::string& calendar_id) {
  ASSIGN_OR_RETURN(const Calendar calendar, store::LoadCalendar(tx, calendar_id));
  auto schedule = Schedule::Of(calendar);
  if (!schedule.ok()) return std::shared_ptr<const Schedule>();
  return std::make_shared<const Schedule>(*std::move(schedule));
}

// Nobody changes or deletes the calendar until this transaction ends.
muara::Status CheckCalendar(sql::Tx& tx, const QueuePolicy& policy, Time now) {
  if (policy.calendar_id.empty()) return Ok();
  RETURN_IF_ERROR(store::LockBook(tx));
  const auto schedule = ScheduleOf(tx, policy.calendar_id);
  if (!schedule.ok() && schedule.error().code == Code::kNotFound) {
    return InvalidFields({{"calendar_id", "names a calendar that is not there"}});
  }
  RETURN_IF_ERROR(schedule);
  if (*schedule == nullptr) {
    return InvalidFields({{"calendar_id", "names a calendar whose zone is not known here"}});
  }
  std::vector<Violation> problems;
  const auto check = [&](const char* field, Duration duration) {
    if ((*schedule)->AddWorkingTime(now, duration)) return;
    problems.push_back({field, "is more than its calendar has in 20 years"});
  };
  check("reopen_window_minutes", policy.lifecycle.reopen_window);
  check("close_after_minutes", policy.lifecycle.close_after);
  return problems.empty() ? Ok() : muara::Status(InvalidFields(std::move(problems)));
}

}  // namespace

Result<QueuePolicy> QueuePolicies::Of(sql::Tx& tx, const std::string& queue_id) const {
  for (int i = 0; i < kTriesMax; ++i) {
    ASSIGN_OR_RETURN(auto found, store::FindPolicy(tx, queue_id));
    if (!found) break;
    if (found->calendar_id.empty()) return *found;
    auto schedule = ScheduleOf(tx, found->calendar_id);
    // Between the two reads the policy took another calendar, and this one was deleted.
    if (!schedule.ok() && schedule.error().code == Code::kNotFound && i + 1 < kTriesMax) continue;
    RETURN_IF_ERROR(schedule);
    found->lifecycle.schedule = *std::move(schedule);
    return *found;
  }
  QueuePolicy policy;
  policy.queue_id = queue_id;
  policy.lifecycle = defaults_;
  return policy;
}

Result<QueuePolicy> QueuePolicies::Get(const std::string& queue_id) {
  return database_.Read([&](sql::Tx& tx) { return Of(tx, queue_id); });
}

Result<std::vector<QueuePolicy>> QueuePolicies::List(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListPolicies(tx, limit, after); });
}

Result<QueuePolicy> QueuePolicies::Put(const Edit& edit, QueuePolicy policy) {
  LifecyclePolicy& lifecycle = policy.lifecycle;
  if (lifecycle.reopen_window.count() == 0) lifecycle.reopen_window = defaults_.reopen_window;
  if (lifecycle.close_after.count() == 0) lifecycle.close_after = defaults_.close_after;
  RETURN_IF_ERROR(Validate(policy));
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<QueuePolicy> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    ASSIGN_OR_RETURN(const QueuePolicy before, Of(tx, policy.queue_id));
    if (!first) return before;
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    RETURN_IF_ERROR(CheckCalendar(tx, policy, now));
    policy.version = before.version + 1;
    RETURN_IF_ERROR(store::SavePolicy(tx, policy));
    // What counts in a business calendar keeps the time that it got when it was resolved.
    const bool by_wall = policy.calendar_id.empty();
    const bool other =
        lifecycle.close_after != before.lifecycle.close_after || !before.calendar_id.empty();
    if (by_wall && other) {
      RETURN_IF_ERROR(store::BeginClosingWalk(tx));
    }
    RETURN_IF_ERROR(
        log_.Append(tx, wire::QueuePolicyChanged(policy, {edit.actor, "ADMIN", ""}), now));
    return policy;
  });
}

muara::Status QueuePolicies::TakeDefaults() const {
  return database_.Transact(
      [&](sql::Tx& tx) { return store::SetCloseAfterDefault(tx, defaults_.close_after); });
}

}  // namespace muara::ticket

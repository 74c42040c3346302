#include "services/ticket/app/sla/policies.h"

#include <algorithm>

#include "libs/base/slug.h"
#include "libs/bus/claim.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/settings/queue_policies.h"
#include "services/ticket/store/sla/book.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

Error Exists(const char* reason, const char* what) {
  return MakeError(Code::kAlreadyExists, reason, std::string("there is such a ") + what);
}

muara::Status CheckCount(size_t count, size_t most, const char* reason) {
  if (count < most) return Ok();
  return MakeError(Code::kResourceExhausted, reason,
                   "there are " + std::to_string(most) + " of them");
}

muara::Status CheckExpected(int expected, int version) {
  if (expected == 0 || expected == version) return Ok();
  return MakeError(Code::kAborted, "STALE_VERSION",
                   "it has changed since it was read: read it again");
}

wire::Cause CauseOf(const SlaChange& change, const char* reason) {
  return {change.actor, reason, ""};
}

}  // namespace

muara::Status SlaPolicies::CheckCalendar(sql::Tx& tx, const Calendar& calendar, Time now) {
  const auto schedule = Schedule::Of(calendar);
  std::vector<Violation> problems;
  if (!schedule.ok()) problems = schedule.error().violations;
  if (!IsSlug(calendar.id)) problems.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  if (calendar.display_name.size() > 256) {
    problems.push_back({"display_name", "is longer than 256 bytes"});
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  const auto first = schedule->AddWorkingTime(now, Duration(1));
  if (!first || *first > now + std::chrono::duration_cast<Duration>(Schedule::kIdleMax)) {
    return InvalidFields({{"days", "have no working time within a year"}});
  }
  ASSIGN_OR_RETURN(const auto policies, store::ListSlaPolicies(tx, kPoliciesMax, ""));
  for (const SlaPolicy& policy : policies) {
    for (const SlaTarget& target : policy.targets) {
      if (target.calendar_id == calendar.id && !schedule->AddWorkingTime(now, target.duration)) {
        problems.push_back({"days", "are too few for what policy " + policy.id + " promises"});
      }
    }
  }
  ASSIGN_OR_RETURN(const auto counted, store::LongestBy(tx, calendar.id));
  if (counted && !schedule->AddWorkingTime(now, counted->longest)) {
    problems.push_back({"days", "are too few for the times of queue " + counted->queue_id});
  }
  return problems.empty() ? Ok() : muara::Status(InvalidFields(std::move(problems)));
}

muara::Status SlaPolicies::CheckPolicy(sql::Tx& tx, const SlaPolicy& policy, Time now) {
  std::vector<Violation> problems = ProblemsOf(policy);
  ASSIGN_OR_RETURN(const SlaBook book, store::LoadBook(tx));
  for (const SlaTarget& target : policy.targets) {
    if (target.duration > kTargetMax || book.Add(target, now, target.duration)) continue;
    const auto known = store::LoadCalendar(tx, target.calendar_id);
    problems.push_back({"targets", known.ok() ? "has more than its calendar has in 20 years"
                                              : "names a calendar that is not there"});
  }
  return problems.empty() ? Ok() : muara::Status(InvalidFields(std::move(problems)));
}

Result<Calendar> SlaPolicies::CreateCalendar(const SlaChange& change, Calendar calendar) {
  const Time now = clock_.Now();
  calendar.id = change.id;
  calendar.create_time = calendar.update_time = now;
  return database_.Transact([&](sql::Tx& tx) -> Result<Calendar> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return store::LoadCalendar(tx, change.id);
    RETURN_IF_ERROR(CheckCalendar(tx, calendar, now));
    RETURN_IF_ERROR(store::TurnPage(tx, now));
    ASSIGN_OR_RETURN(const auto all, store::ListCalendars(tx, kCalendarsMax, ""));
    const bool there = std::any_of(all.begin(), all.end(),
                                   [&](const Calendar& one) { return one.id == change.id; });
    if (there) return Exists("CALENDAR_EXISTS", "business calendar");
    RETURN_IF_ERROR(CheckCount(all.size(), kCalendarsMax, "TOO_MANY_CALENDARS"));
    RETURN_IF_ERROR(store::SaveCalendar(tx, calendar));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::BusinessCalendarChanged(calendar, CauseOf(change, "CREATED")), now));
    return calendar;
  });
}

Result<Calendar> SlaPolicies::GetCalendar(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadCalendar(tx, id); });
}

Result<std::vector<Calendar>> SlaPolicies::ListCalendars(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListCalendars(tx, limit, after); });
}

Result<Calendar> SlaPolicies::UpdateCalendar(const SlaChange& change,
                                             const CalendarUpdate& update) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Calendar> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return store::LoadCalendar(tx, change.id);
    RETURN_IF_ERROR(store::TurnPage(tx, now));
    ASSIGN_OR_RETURN(Calendar calendar, store::LoadCalendar(tx, change.id));
    RETURN_IF_ERROR(CheckExpected(change.expected_version, calendar.version));
    if (update.display_name) calendar.display_name = *update.display_name;
    if (update.time_zone) calendar.time_zone = *update.time_zone;
    if (update.week) calendar.week = *update.week;
    if (update.holidays) calendar.holidays = *update.holidays;
    RETURN_IF_ERROR(CheckCalendar(tx, calendar, now));
    calendar.update_time = now;
    ++calendar.version;
    RETURN_IF_ERROR(store::SaveCalendar(tx, calendar));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::BusinessCalendarChanged(calendar, CauseOf(change, "UPDATED")), now));
    return calendar;
  });
}

Result<Calendar> SlaPolicies::DeleteCalendar(const SlaChange& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Calendar> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    Calendar gone;
    gone.id = change.id;
    if (!first) return gone;
    RETURN_IF_ERROR(store::TurnPage(tx, now));
    ASSIGN_OR_RETURN(gone, store::LoadCalendar(tx, change.id));
    RETURN_IF_ERROR(CheckExpected(change.expected_version, gone.version));
    ASSIGN_OR_RETURN(const auto policies, store::ListSlaPolicies(tx, kPoliciesMax, ""));
    for (const SlaPolicy& policy : policies) {
      for (const SlaTarget& target : policy.targets) {
        if (target.calendar_id != change.id) continue;
        return MakeError(Code::kFailedPrecondition, "CALENDAR_IN_USE",
                         "policy " + policy.id + " counts by it: change that first");
      }
    }
    ASSIGN_OR_RETURN(const auto counted, store::LongestBy(tx, change.id));
    if (counted) {
      return MakeError(Code::kFailedPrecondition, "CALENDAR_IN_USE",
                       "queue " + counted->queue_id + " counts by it: change that first");
    }
    RETURN_IF_ERROR(store::DeleteCalendar(tx, change.id));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::BusinessCalendarDeleted(gone, CauseOf(change, "DELETED")), now));
    return gone;
  });
}

Result<SlaPolicy> SlaPolicies::CreatePolicy(const SlaChange& change, SlaPolicy policy) {
  const Time now = clock_.Now();
  policy.id = change.id;
  policy.create_time = policy.update_time = now;
  return database_.Transact([&](sql::Tx& tx) -> Result<SlaPolicy> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return store::LoadSlaPolicy(tx, change.id);
    RETURN_IF_ERROR(store::TurnPage(tx, now));
    RETURN_IF_ERROR(CheckPolicy(tx, policy, now));
    ASSIGN_OR_RETURN(const auto all, store::ListSlaPolicies(tx, kPoliciesMax, ""));
    const bool there = std::any_of(all.begin(), all.end(),
                                   [&](const SlaPolicy& one) { return one.id == change.id; });
    if (there) return Exists("POLICY_EXISTS", "policy");
    RETURN_IF_ERROR(CheckCount(all.size(), kPoliciesMax, "TOO_MANY_POLICIES"));
    RETURN_IF_ERROR(store::SaveSlaPolicy(tx, policy));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::SlaPolicyChanged(policy, CauseOf(change, "CREATED")), now));
    return policy;
  });
}

Result<SlaPolicy> SlaPolicies::GetPolicy(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadSlaPolicy(tx, id); });
}

Result<std::vector<SlaPolicy>> SlaPolicies::ListPolicies(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListSlaPolicies(tx, limit, after); });
}

Result<SlaPolicy> SlaPolicies::UpdatePolicy(const SlaChange& change, const PolicyUpdate& update) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<SlaPolicy> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return store::LoadSlaPolicy(tx, change.id);
    RETURN_IF_ERROR(store::TurnPage(tx, now));
    ASSIGN_OR_RETURN(SlaPolicy policy, store::LoadSlaPolicy(tx, change.id));
    RETURN_IF_ERROR(CheckExpected(change.expected_version, policy.version));
    if (update.display_name) policy.display_name = *update.display_name;
    if (update.position) policy.position = *update.position;
    if (update.rules) policy.rules = *update.rules;
    if (update.targets) policy.targets = *update.targets;
    RETURN_IF_ERROR(CheckPolicy(tx, policy, now));
    policy.update_time = now;
    ++policy.version;
    RETURN_IF_ERROR(store::SaveSlaPolicy(tx, policy));
    RETURN_IF_ERROR(
        log_.Append(tx, wire::SlaPolicyChanged(policy, CauseOf(change, "UPDATED")), now));
    return policy;
  });
}

Result<SlaPolicy> SlaPolicies::DeletePolicy(const SlaChange& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<SlaPolicy> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    SlaPolicy gone;
    gone.id = change.id;
    if (!first) return gone;
    RETURN_IF_ERROR(store::TurnPage(tx, now));
    ASSIGN_OR_RETURN(gone, store::LoadSlaPolicy(tx, change.id));
    RETURN_IF_ERROR(CheckExpected(change.expected_version, gone.version));
    ASSIGN_OR_RETURN(const AccountId account, store::AccountUnder(tx, change.id));
    if (!account.empty()) {
      return MakeError(Code::kFailedPrecondition, "POLICY_IN_USE",
                       "it is the contract of account " + account.value + ": change that first");
    }
    RETURN_IF_ERROR(store::DeleteSlaPolicy(tx, change.id));
    RETURN_IF_ERROR(log_.Append(tx, wire::SlaPolicyDeleted(gone, CauseOf(change, "DELETED")), now));
    return gone;
  });
}

}  // namespace muara::ticket

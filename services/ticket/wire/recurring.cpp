#include "services/ticket/wire/recurring.h"

#include <algorithm>

#include "libs/calendar/days.h"
#include "libs/rpc/timestamp.h"

namespace muara::ticket::wire {

static_assert(static_cast<int>(RecurrenceUnit::kMonth) == v1::RECURRENCE_UNIT_MONTH);

namespace {

bool Has(const std::vector<Violation>& problems, const std::string& field) {
  return std::any_of(problems.begin(), problems.end(),
                     [&](const Violation& one) { return one.field == field; });
}

// Those that do not come of what could not be read.
void AddProblems(std::vector<Violation>& problems, const RecurringTicket& one) {
  const bool unit_known = !Has(problems, "unit");
  for (Violation& problem : one.Problems()) {
    const bool of_unit = problem.field == "weekdays" || problem.field == "month_day";
    const bool known = Has(problems, problem.field) && problem.field != "tags";
    if (!known && (unit_known || !of_unit)) problems.push_back(std::move(problem));
  }
}

}  // namespace

v1::RecurringTicket ToProto(const RecurringTicket& one) {
  v1::RecurringTicket out;
  const Recurrence& when = one.recurrence;
  out.set_id(one.id);
  out.set_disabled(!one.enabled);
  out.set_unit(static_cast<v1::RecurrenceUnit>(when.unit));
  out.set_every(when.every);
  for (const int day : when.weekdays) out.add_weekdays(day);
  out.set_month_day(when.month_day);
  out.set_time_of_day(Wall(when.minute_of_day));
  out.set_time_zone(when.time_zone);
  out.set_start_date(DateText(when.start));
  if (when.end) out.set_end_date(DateText(*when.end));
  out.set_contact_id(one.contact_id.value);
  out.set_subject(one.subject);
  out.set_text(one.text);
  out.set_queue_id(one.queue_id);
  out.set_priority(static_cast<v1::Priority>(one.priority));
  out.set_type(one.type);
  for (const std::string& tag : one.tags) out.add_tags(tag);
  if (one.next) rpc::SetTimestamp(out.mutable_next_time(), *one.next);
  out.set_last_ticket_id(one.last_ticket.value);
  out.set_version(one.version);
  return out;
}

Result<RecurringTicket> FromProto(const std::string& id, const v1::RecurringTicket& in) {
  std::vector<Violation> problems;
  RecurringTicket one;
  one.id = id;
  Recurrence& when = one.recurrence;
  if (!v1::RecurrenceUnit_IsValid(in.unit()) || in.unit() == v1::RECURRENCE_UNIT_UNSPECIFIED) {
    problems.push_back({"unit", "is required"});
  }
  const auto minute = MinuteOf(in.time_of_day());
  if (!minute) problems.push_back({"time_of_day", "is not HH:MM"});
  const auto start = DateOf(in.start_date());
  if (!start) problems.push_back({"start_date", "is not YYYY-MM-DD, 1970 to 2100"});
  const auto end = DateOf(in.end_date());
  if (!in.end_date().empty() && !end) {
    problems.push_back({"end_date", "is not YYYY-MM-DD, 1970 to 2100"});
  }
  one.enabled = !in.disabled();
  when.unit = static_cast<RecurrenceUnit>(in.unit());
  when.every = in.every();
  when.weekdays.insert(in.weekdays().begin(), in.weekdays().end());
  when.month_day = in.month_day();
  when.minute_of_day = minute.value_or(0);
  when.time_zone = in.time_zone();
  when.start = start.value_or(std::chrono::sys_days());
  when.end = end;
  one.contact_id.value = in.contact_id();
  one.subject = in.subject();
  one.text = in.text();
  one.queue_id = in.queue_id();
  if (in.priority() != v1::PRIORITY_UNSPECIFIED) {
    one.priority = static_cast<Priority>(in.priority());
  }
  one.type = in.type();
  one.tags.assign(in.tags().begin(), in.tags().end());
  AddProblems(problems, one);
  if (problems.empty()) return one;
  for (Violation& problem : problems) {
    if (problem.field != "id") problem.field.insert(0, "recurring_ticket.");
  }
  return InvalidFields(std::move(problems));
}

}  // namespace muara::ticket::wire

#include "services/ticket/store/sla/book.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kCalendarColumns =
    "id, display_name, time_zone, week, holidays, created_us, updated_us, version";
constexpr const char* kPolicyColumns =
    "id, display_name, position, rules, targets, created_us, updated_us, version";

// Fields are lines with a mark, for a line alone may not be empty.
std::string JoinFields(const std::vector<std::string>& fields) {
  std::vector<std::string> lines;
  for (const std::string& field : fields) lines.push_back("=" + field);
  return JoinLines(lines);
}

std::vector<std::string> SplitFields(const std::string& text) {
  std::vector<std::string> fields = SplitLines(text);
  for (std::string& field : fields) field.erase(0, 1);
  return fields;
}

// Lists are kept as lines; a list within a line is lines again, escaped by the outer ones.
template <class T, class Say>
std::string Join(const std::vector<T>& items, Say say) {
  std::vector<std::string> lines;
  for (const T& item : items) lines.push_back(say(item));
  return JoinLines(lines);
}

template <class T, class Read>
std::vector<T> Split(const std::string& text, Read read) {
  std::vector<T> items;
  for (const std::string& line : SplitLines(text)) items.push_back(read(line));
  return items;
}

int64_t Number(const std::string& text) { return std::atoll(text.c_str()); }

template <class E>
std::string JoinEnums(const std::vector<E>& values) {
  return Join(values, [](E value) { return std::to_string(static_cast<int>(value)); });
}

template <class E>
std::vector<E> SplitEnums(const std::string& text) {
  return Split<E>(text, [](const std::string& line) { return static_cast<E>(Number(line)); });
}

std::string JoinHours(const std::vector<Hours>& hours) {
  return Join(hours, [](const Hours& one) {
    return std::to_string(one.from_minute * 10000 + one.to_minute);
  });
}

std::vector<Hours> SplitHours(const std::string& text) {
  return Split<Hours>(text, [](const std::string& line) {
    const int both = static_cast<int>(Number(line));
    return Hours{both / 10000, both % 10000};
  });
}

std::string SayHoliday(const Holiday& holiday) {
  return JoinFields({std::to_string(holiday.date.time_since_epoch().count()), holiday.display_name,
                     JoinHours(holiday.hours)});
}

Holiday ReadHoliday(const std::string& line) {
  const auto fields = SplitFields(line);
  return {std::chrono::sys_days(std::chrono::days(Number(fields.at(0)))), fields.at(1),
          SplitHours(fields.at(2))};
}

std::string SayRule(const SlaRule& rule) {
  return JoinFields({rule.name, JoinLines(rule.queue_ids), JoinEnums(rule.priorities),
                     JoinEnums(rule.channels), JoinLines(rule.tags), JoinLines(rule.account_ids),
                     JoinLines(rule.contact_tags), JoinLines(rule.account_tags)});
}

SlaRule ReadRule(const std::string& line) {
  auto fields = SplitFields(line);
  fields.resize(std::max<size_t>(fields.size(), 8));  // older ones ask for no people
  return {fields.at(0),
          SplitLines(fields.at(1)),
          SplitEnums<Priority>(fields.at(2)),
          SplitEnums<Channel>(fields.at(3)),
          SplitLines(fields.at(4)),
          SplitLines(fields.at(5)),
          SplitLines(fields.at(6)),
          SplitLines(fields.at(7))};
}

std::string SayTarget(const SlaTarget& target) {
  char share[64];
  const auto end = std::to_chars(share, share + sizeof share, target.warn_share).ptr;
  return JoinFields({std::to_string(static_cast<int>(target.kind)),
                     std::to_string(target.priority ? static_cast<int>(*target.priority) : 0),
                     std::to_string(target.duration.count()), target.calendar_id,
                     std::string(share, end), JoinEnums(target.pauses_on)});
}

SlaTarget ReadTarget(const std::string& line) {
  const auto fields = SplitFields(line);
  SlaTarget target;
  target.kind = static_cast<TargetKind>(Number(fields.at(0)));
  if (Number(fields.at(1)) != 0) target.priority = static_cast<Priority>(Number(fields.at(1)));
  target.duration = Duration(Number(fields.at(2)));
  target.calendar_id = fields.at(3);
  std::from_chars(fields.at(4).data(), fields.at(4).data() + fields.at(4).size(),
                  target.warn_share);
  target.pauses_on = SplitEnums<Status>(fields.at(5));
  return target;
}

Calendar CalendarFrom(const sql::Row& row) {
  Calendar calendar;
  calendar.id = row.Text(0);
  calendar.display_name = row.Text(1);
  calendar.time_zone = row.Text(2);
  const auto week = SplitFields(row.Text(3));
  for (size_t i = 0; i < calendar.week.size(); ++i) calendar.week[i] = SplitHours(week.at(i));
  calendar.holidays = Split<Holiday>(row.Text(4), ReadHoliday);
  calendar.create_time = FromMicros(row.Int(5));
  calendar.update_time = FromMicros(row.Int(6));
  calendar.version = static_cast<int>(row.Int(7));
  return calendar;
}

SlaPolicy PolicyFrom(const sql::Row& row) {
  SlaPolicy policy;
  policy.id = row.Text(0);
  policy.display_name = row.Text(1);
  policy.position = static_cast<int>(row.Int(2));
  policy.rules = Split<SlaRule>(row.Text(3), ReadRule);
  policy.targets = Split<SlaTarget>(row.Text(4), ReadTarget);
  policy.create_time = FromMicros(row.Int(5));
  policy.update_time = FromMicros(row.Int(6));
  policy.version = static_cast<int>(row.Int(7));
  return policy;
}

}  // namespace

Result<int64_t> BookVersion(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT version FROM sla_book WHERE one = 1"));
  return rows[0].Int(0);
}

muara::Status TurnPage(sql::Tx& tx, Time now) {
  return tx.Post(
      "UPDATE sla_book SET version = CASE WHEN version < $1 THEN $1 "
      "ELSE version + 1 END WHERE one = 1",
      ToMicros(now));
}

muara::Status LockBook(sql::Tx& tx) {
  RETURN_IF_ERROR(tx.Query("SELECT version FROM sla_book WHERE one = 1 FOR UPDATE"));
  return Ok();
}

Result<SlaBook> LoadBook(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const int64_t version, BookVersion(tx));
  ASSIGN_OR_RETURN(const auto calendars, ListCalendars(tx, kCalendarsMax, ""));
  ASSIGN_OR_RETURN(auto policies, ListSlaPolicies(tx, kPoliciesMax, ""));
  std::map<std::string, Schedule> schedules;
  for (const Calendar& calendar : calendars) {
    const auto schedule = Schedule::Of(calendar);
    if (schedule.ok()) schedules.emplace(calendar.id, *schedule);
  }
  return SlaBook(version, std::move(policies), std::move(schedules));
}

Result<Calendar> LoadCalendar(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string("SELECT ") + kCalendarColumns +
                                                      " FROM business_calendar WHERE id = $1",
                                                  id));
  if (!rows.empty()) return CalendarFrom(rows[0]);
  return MakeError(Code::kNotFound, "CALENDAR_NOT_FOUND", "there is no such business calendar");
}

Result<SlaPolicy> LoadSlaPolicy(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kPolicyColumns + " FROM sla_policy WHERE id = $1", id));
  if (!rows.empty()) return PolicyFrom(rows[0]);
  return MakeError(Code::kNotFound, "POLICY_NOT_FOUND", "there is no such policy");
}

Result<std::vector<Calendar>> ListCalendars(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kCalendarColumns +
                                " FROM business_calendar WHERE id > $1 ORDER BY id LIMIT $2",
                            after, limit));
  std::vector<Calendar> calendars;
  for (const sql::Row& row : rows) calendars.push_back(CalendarFrom(row));
  return calendars;
}

Result<std::vector<SlaPolicy>> ListSlaPolicies(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kPolicyColumns +
                                " FROM sla_policy WHERE id > $1 ORDER BY id LIMIT $2",
                            after, limit));
  std::vector<SlaPolicy> policies;
  for (const sql::Row& row : rows) policies.push_back(PolicyFrom(row));
  return policies;
}

muara::Status SaveCalendar(sql::Tx& tx, const Calendar& calendar) {
  std::vector<std::string> week;
  for (const auto& hours : calendar.week) week.push_back(JoinHours(hours));
  return tx.Post(std::string("INSERT INTO business_calendar (") + kCalendarColumns +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET "
                     "display_name = excluded.display_name, time_zone = excluded.time_zone, "
                     "week = excluded.week, holidays = excluded.holidays, "
                     "updated_us = excluded.updated_us, version = excluded.version",
                 calendar.id, calendar.display_name, calendar.time_zone, JoinFields(week),
                 Join(calendar.holidays, SayHoliday), ToMicros(calendar.create_time),
                 ToMicros(calendar.update_time), calendar.version);
}

muara::Status SaveSlaPolicy(sql::Tx& tx, const SlaPolicy& policy) {
  return tx.Post(std::string("INSERT INTO sla_policy (") + kPolicyColumns +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET "
                     "display_name = excluded.display_name, position = excluded.position, "
                     "rules = excluded.rules, targets = excluded.targets, "
                     "updated_us = excluded.updated_us, version = excluded.version",
                 policy.id, policy.display_name, policy.position, Join(policy.rules, SayRule),
                 Join(policy.targets, SayTarget), ToMicros(policy.create_time),
                 ToMicros(policy.update_time), policy.version);
}

muara::Status DeleteCalendar(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM business_calendar WHERE id = $1", id);
}

muara::Status DeleteSlaPolicy(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM sla_policy WHERE id = $1", id);
}

}  // namespace muara::ticket::store

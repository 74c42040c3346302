#include "services/routing/store/calendars.h"

#include <sstream>

#include "services/routing/store/lists.h"

namespace muara::routing::store {
namespace {

constexpr const char* kNone = "-";

// "540-720,780-1020"; "-": none.
std::string JoinHours(const std::vector<Hours>& hours) {
  std::string out;
  for (const Hours& one : hours) {
    out += (out.empty() ? "" : ",") + std::to_string(one.from_minute) + "-" +
           std::to_string(one.to_minute);
  }
  return out.empty() ? kNone : out;
}

std::vector<Hours> SplitHours(const std::string& text) {
  std::vector<Hours> out;
  if (text == kNone) return out;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) {
    const size_t dash = part.find('-');
    out.push_back({std::atoi(part.c_str()), std::atoi(part.c_str() + dash + 1)});
  }
  return out;
}

std::string JoinWeek(const Calendar& calendar) {
  std::vector<std::string> words;
  for (const auto& hours : calendar.week) words.push_back(JoinHours(hours));
  return JoinWords(words);
}

// Days since 1970, each with its hours: "20466:600-660".
std::string JoinHolidays(const Calendar& calendar) {
  std::vector<std::string> words;
  for (const Holiday& holiday : calendar.holidays) {
    words.push_back(std::to_string(holiday.date.time_since_epoch().count()) + ":" +
                    JoinHours(holiday.hours));
  }
  return JoinWords(words);
}

KeptCalendar ToCalendar(const sql::Row& row) {
  KeptCalendar kept;
  kept.calendar.id = row.Text(0);
  kept.version = static_cast<int>(row.Int(1));
  kept.state = row.Int(2) != 0 ? CalendarState::kDeleted : CalendarState::kStands;
  kept.calendar.display_name = row.Text(3);
  kept.calendar.time_zone = row.Text(4);
  const auto week = SplitWords(row.Text(5));
  for (size_t i = 0; i < week.size() && i < kept.calendar.week.size(); ++i) {
    kept.calendar.week[i] = SplitHours(week[i]);
  }
  for (const std::string& word : SplitWords(row.Text(6))) {
    const std::chrono::days since(std::atoi(word.c_str()));
    kept.calendar.holidays.push_back(
        {std::chrono::sys_days(since), "", SplitHours(word.substr(word.find(':') + 1))});
  }
  return kept;
}

Result<std::optional<KeptCalendar>> Find(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT id, version, deleted, display_name, time_zone, "
                                        "week, holidays FROM business_calendar WHERE id = $1") +
                                lock,
                            id));
  if (rows.empty()) return std::optional<KeptCalendar>();
  return std::optional(ToCalendar(rows[0]));
}

}  // namespace

Result<std::optional<KeptCalendar>> FindCalendar(sql::Tx& tx, const std::string& id) {
  return Find(tx, id, "");
}

Result<std::optional<KeptCalendar>> FindCalendarForChange(sql::Tx& tx, const std::string& id) {
  return Find(tx, id, " FOR UPDATE");
}

Status SaveCalendar(sql::Tx& tx, KeptCalendar& kept) {
  ++kept.version;
  const Calendar& calendar = kept.calendar;
  return tx.Post(
      "INSERT INTO business_calendar (id, version, deleted, display_name, time_zone, week, "
      "holidays) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET "
      "version = $2, deleted = $3, display_name = $4, time_zone = $5, week = $6, holidays = $7",
      calendar.id, kept.version, kept.state == CalendarState::kDeleted ? 1 : 0,
      calendar.display_name, calendar.time_zone, JoinWeek(calendar), JoinHolidays(calendar));
}

Result<std::vector<std::string>> ListQueuesOfCalendar(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id FROM queue WHERE calendar_id = $1 ORDER BY id", id));
  std::vector<std::string> ids;
  for (const sql::Row& row : rows) ids.push_back(row.Text(0));
  return ids;
}

}  // namespace muara::routing::store

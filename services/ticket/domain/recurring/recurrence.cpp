#include "services/ticket/domain/recurring/recurrence.h"

namespace muara::ticket {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

constexpr int kDayMinutesMax = 24 * 60 - 1;
// Beyond this nothing comes: 365 months are some 30 years.
constexpr days kHorizon{366 * 31};

sys_days MondayOf(sys_days day) { return day - (std::chrono::weekday(day) - std::chrono::Monday); }

int MonthsOf(sys_days day) {
  const std::chrono::year_month_day date(day);
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month()));
}

bool IsMonthDay(sys_days day, int month_day) {
  const std::chrono::year_month_day date(day);
  const std::chrono::year_month_day_last last(date.year() / date.month() / std::chrono::last);
  const unsigned wanted = std::min(static_cast<unsigned>(month_day), unsigned{last.day()});
  return unsigned{date.day()} == wanted;
}

sys_days LocalDay(const Zone& zone, Time time) {
  const Time local = time + zone.OffsetOf(zone.At(time));
  return floor<days>(local);
}

}  // namespace

void Recurrence::Check(std::vector<Violation>& out) const {
  if (every < 1 || every > kEveryMax) out.push_back({"every", "is not 1 to 365"});
  if (minute_of_day < 0 || minute_of_day > kDayMinutesMax) {
    out.push_back({"time_of_day", "is not 00:00 to 23:59"});
  }
  if (!Zone::Find(time_zone)) out.push_back({"time_zone", "is no zone of the IANA database"});
  if (end && *end < start) out.push_back({"end_date", "is before start_date"});
  const bool week = unit == RecurrenceUnit::kWeek;
  if (week != !weekdays.empty()) {
    out.push_back({"weekdays", week ? "is required" : "goes with weeks alone"});
  }
  if (!weekdays.empty() && (*weekdays.begin() < 1 || *weekdays.rbegin() > 7)) {
    out.push_back({"weekdays", "has one that is not 1 (Monday) to 7"});
  }
  const bool month = unit == RecurrenceUnit::kMonth;
  if (month ? month_day < 1 || month_day > 31 : month_day != 0) {
    out.push_back({"month_day", month ? "is not 1 to 31" : "goes with months alone"});
  }
}

bool Recurrence::IsOn(sys_days day) const {
  if (day < start || (end && day > *end)) return false;
  switch (unit) {
    case RecurrenceUnit::kDay:
      return (day - start).count() % every == 0;
    case RecurrenceUnit::kWeek: {
      const int weeks = static_cast<int>((MondayOf(day) - MondayOf(start)).count() / 7);
      const auto weekday = std::chrono::weekday(day).iso_encoding();
      return weeks % every == 0 && weekdays.contains(static_cast<int>(weekday));
    }
    case RecurrenceUnit::kMonth:
      return (MonthsOf(day) - MonthsOf(start)) % every == 0 && IsMonthDay(day, month_day);
  }
  return false;
}

Time MomentOf(const Zone& zone, sys_days day, int minute_of_day) {
  const Time wall = Time(day) + std::chrono::minutes(minute_of_day);
  // No zone is further from UTC than this.
  const Time earliest = wall - std::chrono::hours(26);
  for (size_t stretch = zone.At(earliest);; ++stretch) {
    const Time moment = wall - zone.OffsetOf(stretch);
    if (moment >= zone.EndOf(stretch)) continue;
    const size_t of_moment = zone.At(moment);
    // Before its stretch began: the clocks jumped over it.
    return of_moment == stretch || stretch == 0 ? moment : zone.EndOf(stretch - 1);
  }
}

std::optional<Time> Recurrence::NextAfter(Time time) const {
  const auto zone = Zone::Find(time_zone);
  if (!zone) return std::nullopt;
  const sys_days from = std::max(start, LocalDay(*zone, time) - days(1));
  const sys_days until = std::min(from + kHorizon, end.value_or(from + kHorizon));
  for (sys_days day = from; day <= until; day += days(1)) {
    if (!IsOn(day)) continue;
    const Time moment = MomentOf(*zone, day, minute_of_day);
    if (moment > time) return moment;
  }
  return std::nullopt;
}

}  // namespace muara::ticket

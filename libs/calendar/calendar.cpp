#include "libs/calendar/calendar.h"

#include <algorithm>

namespace muara {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;

// What is wrong with the hours of one day; empty: nothing. They come sorted.
std::string ProblemOf(const std::vector<Hours>& hours) {
  if (hours.size() > kHoursMax) return "has more than 10 intervals on a day";
  for (size_t i = 0; i < hours.size(); ++i) {
    const Hours& one = hours[i];
    if (one.from_minute < 0 || one.to_minute > kDayMinutes || one.from_minute >= one.to_minute) {
      return "has an interval that is not from earlier to later within 00:00 to 24:00";
    }
    if (i > 0 && one.from_minute < hours[i - 1].to_minute) return "has intervals that overlap";
  }
  return "";
}

std::vector<Hours> Sorted(std::vector<Hours> hours) {
  std::sort(hours.begin(), hours.end(),
            [](const Hours& a, const Hours& b) { return a.from_minute < b.from_minute; });
  return hours;
}

std::vector<Violation> ProblemsOf(const Calendar& calendar) {
  std::vector<Violation> problems;
  for (const auto& hours : calendar.week) {
    const std::string problem = ProblemOf(Sorted(hours));
    if (problem.empty()) continue;
    problems.push_back({"days", problem});
    break;
  }
  std::map<sys_days, int> dates;
  for (const Holiday& holiday : calendar.holidays) {
    std::string problem = ProblemOf(Sorted(holiday.hours));
    if (++dates[holiday.date] > 1) problem = "has a date twice";
    if (problem.empty()) continue;
    problems.push_back({"holidays", problem});
    break;
  }
  if (calendar.holidays.size() > kHolidaysMax) problems.push_back({"holidays", "are over 1000"});
  return problems;
}

}  // namespace

Result<Schedule> Schedule::Of(const Calendar& calendar) {
  std::vector<Violation> problems = ProblemsOf(calendar);
  auto zone = Zone::Find(calendar.time_zone);
  if (!zone) {
    problems.insert(problems.begin(), {"time_zone", "is no zone of the IANA database"});
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return Schedule(std::move(*zone), calendar);
}

Schedule::Schedule(Zone zone, const Calendar& calendar) : zone_(std::move(zone)) {
  for (size_t i = 0; i < week_.size(); ++i) week_[i] = Sorted(calendar.week[i]);
  for (const Holiday& holiday : calendar.holidays) holidays_[holiday.date] = Sorted(holiday.hours);
}

const std::vector<Hours>& Schedule::HoursOn(sys_days day) const {
  if (const auto holiday = holidays_.find(day); holiday != holidays_.end()) return holiday->second;
  return week_[std::chrono::weekday(day).iso_encoding() - 1];
}

template <class Visit>
void Schedule::Walk(Time from, Time until, Visit visit) const {
  // Within one offset the wall clock runs evenly: there, days are days and minutes minutes.
  for (size_t stretch = zone_.At(from); from < until; ++stretch) {
    const Duration offset = zone_.OffsetOf(stretch);
    const Time end = std::min(until, zone_.EndOf(stretch));
    const Time local_end = end + offset;
    for (sys_days day = std::chrono::floor<days>(from + offset); day < local_end; day += days(1)) {
      for (const Hours& hours : HoursOn(day)) {
        const Time begin = std::max<Time>(day + minutes(hours.from_minute), from + offset);
        const Time close = std::min<Time>(day + minutes(hours.to_minute), local_end);
        if (begin < close && !visit(begin - offset, close - offset)) return;
      }
    }
    from = end;
  }
}

std::optional<Time> Schedule::AddWorkingTime(Time start, Duration duration) const {
  if (duration <= Duration(0)) return start;
  std::optional<Time> found;
  Walk(start, start + std::chrono::duration_cast<Duration>(kHorizon), [&](Time begin, Time end) {
    if (duration > end - begin) {
      duration -= end - begin;
      return true;
    }
    found = begin + duration;
    return false;
  });
  return found;
}

Duration Schedule::WorkingTimeBetween(Time from, Time to) const {
  Duration sum(0);
  Walk(from, to, [&](Time begin, Time end) {
    sum += end - begin;
    return true;
  });
  return sum;
}

bool Schedule::OpenAt(Time time) const {
  bool open = false;
  Walk(time, time + Duration(1), [&](Time, Time) {
    open = true;
    return false;
  });
  return open;
}

std::optional<Time> Schedule::NextChange(Time time) const {
  const Time horizon = time + std::chrono::duration_cast<Duration>(kHorizon);
  // The end of the working time that goes on at `time` without a gap.
  Time end = time;
  std::optional<Time> opens;
  Walk(time, horizon, [&](Time begin, Time close) {
    if (begin == end) {
      end = close;
      return true;
    }
    opens = begin;
    return false;
  });
  if (end == time) return opens;
  return end < horizon ? std::optional(end) : std::nullopt;
}

}  // namespace muara

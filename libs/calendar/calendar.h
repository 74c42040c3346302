// Business calendars: when we work, in the wall time of a zone. Working time is every instant whose
// local date and time of day lie within the hours of that date, so an hour that summer time skips
// gives none and one that it doubles counts twice. Pure; reads are thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "libs/calendar/zone.h"

namespace muara {

constexpr size_t kHoursMax = 10;       // intervals of one day
constexpr size_t kHolidaysMax = 1000;  // of one calendar
constexpr int kDayMinutes = 24 * 60;

// Local wall time in minutes since 00:00; `to` is not part of it and at most 24:00.
struct Hours {
  int from_minute = 0;
  int to_minute = 0;
  bool operator==(const Hours&) const = default;
};

struct Holiday {
  std::chrono::sys_days date;  // in the calendar's zone
  std::string display_name;
  std::vector<Hours> hours;  // instead of the weekday's; empty: nobody works
};

struct Calendar {
  std::string id;  // a slug
  std::string display_name;
  std::string time_zone;
  std::array<std::vector<Hours>, 7> week;  // Monday first
  std::vector<Holiday> holidays;
  Time create_time;
  Time update_time;
  int version = 1;
};

// A calendar made ready for reckoning.
class Schedule {
 public:
  // How far ahead a moment is searched for, and how soon a calendar must have working time.
  static constexpr auto kHorizon = std::chrono::years(20);
  static constexpr auto kIdleMax = std::chrono::years(1);

  // INVALID_FIELDS names time_zone, days and holidays as they are wrong.
  static Result<Schedule> Of(const Calendar& calendar);

  // The first moment up to which `duration` of working time has passed since `start`; `start` for
  // none. Nothing where that is beyond the horizon.
  std::optional<Time> AddWorkingTime(Time start, Duration duration) const;
  // What AddWorkingTime adds up: zero where `to` is not after `from`.
  Duration WorkingTimeBetween(Time from, Time to) const;

  bool OpenAt(Time time) const;
  // The next moment after this one at which OpenAt says something else; hours that adjoin are one
  // stretch. Nothing where that is beyond the horizon.
  std::optional<Time> NextChange(Time time) const;

 private:
  Schedule(Zone zone, const Calendar& calendar);
  const std::vector<Hours>& HoursOn(std::chrono::sys_days day) const;
  // Calls `visit(begin, end)` for the working intervals within [from, until) in order until it says
  // false.
  template <class Visit>
  void Walk(Time from, Time until, Visit visit) const;

  Zone zone_;
  std::array<std::vector<Hours>, 7> week_;
  std::map<std::chrono::sys_days, std::vector<Hours>> holidays_;
};

}  // namespace muara

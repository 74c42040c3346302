// Dates that come again: every so many days, weeks or months, at a wall time of a zone. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "libs/calendar/zone.h"

namespace muara::ticket {

constexpr int kEveryMax = 365;

// Numbers as on the wire and in the store.
enum class RecurrenceUnit { kDay = 1, kWeek = 2, kMonth = 3 };

struct Recurrence {
  RecurrenceUnit unit = RecurrenceUnit::kDay;
  int every = 1;           // 1 to 365 units, counted from the one of the start
  std::set<int> weekdays;  // WEEK: 1 is Monday; at least one
  int month_day = 0;       // MONTH: 1 to 31; a shorter month has it on its last day
  int minute_of_day = 0;   // local wall time
  std::string time_zone;   // IANA
  std::chrono::sys_days start;
  std::optional<std::chrono::sys_days> end;  // the last day, with it

  // Everything that is wrong with it, by field.
  void Check(std::vector<Violation>& out) const;
  bool IsOn(std::chrono::sys_days day) const;
  // The first time after this one. Where summer time skips the wall time, the moment of the skip;
  // where it comes twice, the first. None: it is over.
  std::optional<Time> NextAfter(Time time) const;
};

// The first moment that has this wall time, or the one that skips it.
Time MomentOf(const Zone& zone, std::chrono::sys_days day, int minute_of_day);

}  // namespace muara::ticket

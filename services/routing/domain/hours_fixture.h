// Hours made by hand, for tests: in UTC, the same each day.
#pragma once

#include "libs/base/check.h"
#include "services/routing/domain/hours.h"

namespace muara::routing {

inline SharedHours Daily(const std::vector<Hours>& hours) {
  Calendar calendar{.id = "office", .time_zone = "UTC"};
  calendar.week.fill(hours);
  auto made = HoursOf(calendar, CalendarState::kStands);
  CHECK(made.ok());
  return *made;
}

inline SharedHours ClosedAlways() { return Daily({}); }

}  // namespace muara::routing

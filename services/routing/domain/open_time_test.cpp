// A moment that is searched for is the one that is walked to.
#include "services/routing/domain/open_time.h"

#include <gtest/gtest.h>

#include <random>

#include "libs/base/check.h"

namespace muara::routing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Time kNow = FromMicros(1772348400000000);  // 2026-03-01T07:00:00Z

Schedule Ready(const Calendar& calendar) {
  auto schedule = Schedule::Of(calendar);
  CHECK(schedule.ok());
  return *schedule;
}

// Some days with some hours, often hardly any.
Calendar AnyCalendar(std::mt19937_64& random) {
  const char* const zones[] = {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"};
  Calendar calendar{.id = "any", .time_zone = zones[random() % 4]};
  const int busy = static_cast<int>(random() % 8);
  for (auto& day : calendar.week) {
    if (static_cast<int>(random() % 8) >= busy) continue;
    const int from = static_cast<int>(random() % 1380);
    const int minutes = random() % 2 == 0 ? 1 : static_cast<int>(random() % (1440 - from)) + 1;
    day = {{from, from + minutes}};
  }
  if (random() % 4 == 0) calendar.week.fill({{0, kDayMinutes}});
  for (int i = 0; i < static_cast<int>(random() % 5); ++i) {
    const auto date = std::chrono::floor<std::chrono::days>(kNow) + std::chrono::days(i * 3);
    calendar.holidays.push_back({date, "Off", {}});
  }
  return calendar;
}

TEST(OpenTime, SaysWhatTheScheduleSays) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 40; ++i) {
    const Schedule schedule = Ready(AnyCalendar(random));
    const OpenTime open;
    for (int j = 0; j < 25; ++j) {
      // Years apart now and then, so that days are added up anew; on the minute, and between.
      const Duration away = hours(24 * (random() % 10 == 0 ? random() % 2000 : random() % 40));
      const Time from = kNow + (random() % 2 == 0 ? away : -away) + minutes(random() % 3000) +
                        Duration(random() % 2);
      const Duration wanted = random() % 3 == 0   ? Duration(random() % 100)
                              : random() % 2 == 0 ? minutes(random() % 600)
                                                  : hours(random() % 720);
      ASSERT_EQ(open.Add(schedule, from, wanted), schedule.AddWorkingTime(from, wanted))
          << ToRfc3339(from) << " " << wanted.count();
    }
  }
}

TEST(OpenTime, NeitherLooksBeyondTheHorizon) {
  Calendar calendar{.id = "once", .time_zone = "UTC"};
  const auto date = std::chrono::floor<std::chrono::days>(kNow);
  const auto horizon = std::chrono::duration_cast<Duration>(Schedule::kHorizon);
  calendar.holidays = {{std::chrono::floor<std::chrono::days>(kNow + horizon), "Once", {{0, 60}}}};
  const Schedule schedule = Ready(calendar);
  const OpenTime open;
  ASSERT_EQ(open.Add(schedule, date, minutes(60)), schedule.AddWorkingTime(date, minutes(60)));
  for (int day = -2; day <= 2; ++day) {
    const Time from = kNow + hours(24 * day);
    EXPECT_EQ(open.Add(schedule, from, minutes(1)), schedule.AddWorkingTime(from, minutes(1)));
  }
  EXPECT_EQ(OpenTime().Add(Ready({.id = "never", .time_zone = "UTC"}), kNow, minutes(1)),
            std::nullopt);
}

}  // namespace
}  // namespace muara::routing

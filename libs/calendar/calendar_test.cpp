// Working time in the zones and on the days where clocks do odd things.
#include "libs/calendar/calendar.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>

namespace muara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using namespace std::chrono_literals;  // NOLINT

Time Utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0) {
  return sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) +
         hours(hour) + minutes(minute);
}

sys_days Date(int year, unsigned month, unsigned day) {
  return std::chrono::floor<std::chrono::days>(Utc(year, month, day));
}

// The same hours on every day of the week.
Calendar Daily(const std::string& zone, std::vector<Hours> hours) {
  Calendar calendar;
  calendar.time_zone = zone;
  calendar.week.fill(hours);
  return calendar;
}

Schedule Ready(const Calendar& calendar) {
  auto schedule = Schedule::Of(calendar);
  CHECK(schedule.ok());
  return *schedule;
}

std::string Refused(const Calendar& calendar) {
  const auto schedule = Schedule::Of(calendar);
  if (schedule.ok()) return "";
  std::string fields;
  for (const Violation& one : schedule.error().violations) fields += one.field + " ";
  return fields;
}

TEST(Calendar, WhatCannotBeReckonedWithIsRefused) {
  EXPECT_EQ(Refused(Daily("Europe/Berlin", {{540, 1020}})), "");
  EXPECT_EQ(Refused(Daily("UTC", {{0, 1440}})), "");
  for (const char* zone : {"Mars/Olympus", "", "/etc/passwd", "../../etc/passwd", "localtime",
                           "Europe/../Europe/Berlin", "file:/etc/localtime", ":UTC"}) {
    EXPECT_EQ(Refused(Daily(zone, {})), "time_zone ") << zone;
  }
  EXPECT_EQ(Refused(Daily("UTC", {{60, 60}})), "days ");
  EXPECT_EQ(Refused(Daily("UTC", {{-1, 60}})), "days ");
  EXPECT_EQ(Refused(Daily("UTC", {{60, 1441}})), "days ");
  EXPECT_EQ(Refused(Daily("UTC", {{60, 120}, {100, 140}})), "days ");
  EXPECT_EQ(Refused(Daily("UTC", {{60, 120}, {120, 140}})), "") << "touching is no overlap";
  EXPECT_EQ(Refused(Daily("UTC", std::vector<Hours>(11, {0, 1}))), "days ");
  Calendar calendar = Daily("Nowhere", {{1, 0}});
  calendar.holidays = {{Date(2026, 1, 1), "", {}}, {Date(2026, 1, 1), "", {}}};
  EXPECT_EQ(Refused(calendar), "time_zone days holidays ");
}

TEST(Calendar, AddsOverNightsAndWeekends) {
  Calendar office = Daily("Europe/Berlin", {{540, 720}, {780, 1020}});
  office.week[5].clear();
  office.week[6].clear();
  const Schedule schedule = Ready(office);
  // Friday 16:00 in Berlin; an hour that day, the second on Monday.
  EXPECT_EQ(schedule.AddWorkingTime(Utc(2026, 1, 9, 15), 2h), Utc(2026, 1, 12, 9));
  EXPECT_EQ(schedule.AddWorkingTime(Utc(2026, 1, 9, 15), 1h), Utc(2026, 1, 9, 16))
      << "the end of a day, not the beginning of the next";
  EXPECT_EQ(schedule.AddWorkingTime(Utc(2026, 1, 10), 0h), Utc(2026, 1, 10));
  // Over lunch.
  EXPECT_EQ(schedule.AddWorkingTime(Utc(2026, 1, 12, 10, 30), 1h), Utc(2026, 1, 12, 12, 30));
  EXPECT_EQ(schedule.WorkingTimeBetween(Utc(2026, 1, 5), Utc(2026, 1, 12)), 35h);
  EXPECT_EQ(schedule.WorkingTimeBetween(Utc(2026, 1, 12), Utc(2026, 1, 5)), 0h);
}

TEST(Calendar, AnHourThatSummerTimeSkipsGivesNothing) {
  const Schedule night = Ready(Daily("Europe/Berlin", {{120, 180}}));
  EXPECT_EQ(night.WorkingTimeBetween(Utc(2026, 3, 28), Utc(2026, 3, 29)), 1h);
  EXPECT_EQ(night.WorkingTimeBetween(Utc(2026, 3, 28, 12), Utc(2026, 3, 29, 12)), 0h);
  EXPECT_EQ(night.AddWorkingTime(Utc(2026, 3, 28, 12), 30min), Utc(2026, 3, 30, 0, 30));
  const Schedule around = Ready(Daily("Europe/Berlin", {{60, 240}}));
  EXPECT_EQ(around.WorkingTimeBetween(Utc(2026, 3, 28, 12), Utc(2026, 3, 29, 12)), 2h);
  const Schedule always = Ready(Daily("Europe/Berlin", {{0, 1440}}));
  EXPECT_EQ(always.AddWorkingTime(Utc(2026, 3, 28, 12), 24h), Utc(2026, 3, 29, 12));
}

TEST(Calendar, AnHourThatWinterTimeDoublesCountsTwice) {
  const Schedule night = Ready(Daily("Europe/Berlin", {{120, 180}}));
  EXPECT_EQ(night.WorkingTimeBetween(Utc(2026, 10, 24, 12), Utc(2026, 10, 25, 12)), 2h);
  EXPECT_EQ(night.AddWorkingTime(Utc(2026, 10, 24, 12), 90min), Utc(2026, 10, 25, 1, 30));
  const Schedule half = Ready(Daily("Europe/Berlin", {{150, 160}}));
  EXPECT_EQ(half.AddWorkingTime(Utc(2026, 10, 24, 12), 15min), Utc(2026, 10, 25, 1, 35));
}

TEST(Calendar, HolidaysAreOfTheirZone) {
  Calendar jakarta = Daily("Asia/Jakarta", {{480, 1020}});
  jakarta.holidays = {{Date(2026, 8, 17), "Independence", {}},
                      {Date(2026, 12, 24), "Eve", {{480, 720}}}};
  const Schedule schedule = Ready(jakarta);
  // 17 August begins in Jakarta at 17:00 UTC of the 16th.
  EXPECT_EQ(schedule.WorkingTimeBetween(Utc(2026, 8, 16, 10), Utc(2026, 8, 18, 1)), 0h);
  EXPECT_EQ(schedule.AddWorkingTime(Utc(2026, 8, 16, 10), 1h), Utc(2026, 8, 18, 2));
  EXPECT_EQ(schedule.WorkingTimeBetween(Utc(2026, 12, 24, 0), Utc(2026, 12, 24, 12)), 4h);
}

TEST(Calendar, OddOffsetsAndLeapDays) {
  const Schedule kathmandu = Ready(Daily("Asia/Kathmandu", {{600, 660}}));
  EXPECT_EQ(kathmandu.AddWorkingTime(Utc(2026, 5, 1), 30min), Utc(2026, 5, 1, 4, 45));
  const Schedule johns = Ready(Daily("America/St_Johns", {{540, 600}}));
  EXPECT_EQ(johns.AddWorkingTime(Utc(2026, 1, 15), 30min), Utc(2026, 1, 15, 13));
  EXPECT_EQ(johns.AddWorkingTime(Utc(2026, 7, 15), 30min), Utc(2026, 7, 15, 12));
  const Schedule utc = Ready(Daily("UTC", {{0, 60}}));
  EXPECT_EQ(utc.AddWorkingTime(Utc(2028, 2, 28, 1), 90min), Utc(2028, 3, 1, 0, 30));
}

TEST(Calendar, ManyHoursAreAddedWithoutWalkingThem) {
  const Schedule schedule = Ready(Daily("Europe/Berlin", {{540, 1020}}));
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(schedule.AddWorkingTime(Utc(2026, 1, 1) + minutes(i), 200h));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s) << "25 days each";
}

TEST(Calendar, NothingIsFoundWhereNobodyWorks) {
  EXPECT_EQ(Ready(Daily("UTC", {})).AddWorkingTime(Utc(2026, 1, 1), 1us), std::nullopt);
  EXPECT_EQ(Ready(Daily("UTC", {})).WorkingTimeBetween(Utc(2026, 1, 1), Utc(2027, 1, 1)), 0h);
}

// As 1 and the moment, or 0: "1 2026-01-09T16:00:00Z".
std::string NextOf(const Schedule& schedule, Time time) {
  const auto next = schedule.NextChange(time);
  return (schedule.OpenAt(time) ? "1 " : "0 ") + (next ? ToRfc3339(*next) : "never");
}

TEST(Calendar, SaysWhetherItIsOpenAndUntilWhen) {
  Calendar office = Daily("Europe/Berlin", {{540, 720}, {780, 1020}});
  office.week[5].clear();
  office.week[6].clear();
  office.holidays = {{Date(2026, 1, 13), "Off", {}}, {Date(2026, 1, 14), "Half", {{600, 660}}}};
  const Schedule schedule = Ready(office);
  EXPECT_EQ(NextOf(schedule, Utc(2026, 1, 9, 7, 59)), "0 2026-01-09T08:00:00.000Z");
  EXPECT_EQ(NextOf(schedule, Utc(2026, 1, 9, 8)), "1 2026-01-09T11:00:00.000Z");
  EXPECT_EQ(NextOf(schedule, Utc(2026, 1, 9, 11)), "0 2026-01-09T12:00:00.000Z");
  EXPECT_EQ(NextOf(schedule, Utc(2026, 1, 9, 16)), "0 2026-01-12T08:00:00.000Z") << "Monday";
  EXPECT_EQ(NextOf(schedule, Utc(2026, 1, 12, 16)), "0 2026-01-14T09:00:00.000Z") << "a holiday";
  EXPECT_EQ(NextOf(schedule, Utc(2026, 1, 14, 9)), "1 2026-01-14T10:00:00.000Z");
}

TEST(Calendar, HoursThatAdjoinAreOneStretch) {
  EXPECT_EQ(NextOf(Ready(Daily("Europe/Berlin", {{0, 1440}})), Utc(2026, 3, 28)), "1 never");
  EXPECT_EQ(NextOf(Ready(Daily("UTC", {})), Utc(2026, 3, 28)), "0 never");
  EXPECT_EQ(NextOf(Ready(Daily("UTC", {{0, 600}, {600, 1440}})), Utc(2026, 3, 28)), "1 never");
  Calendar nights = Daily("UTC", {{0, 360}, {1320, 1440}});
  EXPECT_EQ(NextOf(Ready(nights), Utc(2026, 1, 1, 23)), "1 2026-01-02T06:00:00.000Z");
  Calendar always = Daily("UTC", {{0, 1440}});
  always.holidays = {{Date(2030, 12, 25), "", {{60, 1440}}}};
  EXPECT_EQ(NextOf(Ready(always), Utc(2026, 1, 1)), "1 2030-12-25T00:00:00.000Z");
  EXPECT_EQ(NextOf(Ready(always), Utc(2030, 12, 25)), "0 2030-12-25T01:00:00.000Z");
}

TEST(Calendar, OpensAndClosesByTheClockOnTheWall) {
  const Schedule night = Ready(Daily("Europe/Berlin", {{120, 180}}));
  EXPECT_EQ(NextOf(night, Utc(2026, 3, 28, 12)), "0 2026-03-30T00:00:00.000Z")
      << "the hour that is skipped is never open";
  EXPECT_EQ(NextOf(night, Utc(2026, 10, 25, 0)), "1 2026-10-25T02:00:00.000Z")
      << "the hour that comes twice is open for two";
  const Schedule half = Ready(Daily("Europe/Berlin", {{150, 160}}));
  EXPECT_EQ(NextOf(half, Utc(2026, 10, 25, 0, 40)), "0 2026-10-25T01:30:00.000Z")
      << "and opens twice";
  const Schedule late = Ready(Daily("Europe/Berlin", {{150, 300}}));
  EXPECT_EQ(NextOf(late, Utc(2026, 3, 29, 0, 59)), "0 2026-03-29T01:00:00.000Z")
      << "the clock jumps into the hours";
}

// Asks the C library minute by minute whether somebody works.
class Walker {
 public:
  explicit Walker(const Calendar& calendar) : calendar_(calendar) {
    setenv("TZ", calendar.time_zone.c_str(), 1);
    tzset();
  }
  ~Walker() {
    unsetenv("TZ");
    tzset();
  }
  bool Works(Time minute) const {
    const std::time_t stamp = ToMicros(minute) / 1000000;
    std::tm local{};
    localtime_r(&stamp, &local);
    const std::vector<Hours>* hours = &calendar_.week[(local.tm_wday + 6) % 7];
    for (const Holiday& holiday : calendar_.holidays) {
      if (holiday.date == Date(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday)) {
        hours = &holiday.hours;
      }
    }
    const int now = local.tm_hour * 60 + local.tm_min;
    for (const Hours& one : *hours) {
      if (one.from_minute <= now && now < one.to_minute) return true;
    }
    return false;
  }

 private:
  const Calendar& calendar_;
};

std::vector<Hours> RandomHours(std::mt19937& random) {
  std::vector<Hours> hours;
  int from = static_cast<int>(random() % 300);
  for (int i = static_cast<int>(random() % 4); i > 0 && from < 1400; --i) {
    const int to = std::min<int>(kDayMinutes, from + 1 + static_cast<int>(random() % 500));
    hours.push_back({from, to});
    from = to + static_cast<int>(random() % 200);
  }
  return hours;
}

TEST(Calendar, AgreesWithWalkingMinuteByMinute) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const char* zones[] = {"Europe/Berlin",       "Asia/Jakarta",     "Asia/Kathmandu",
                         "America/St_Johns",    "Antarctica/Troll", "Australia/Lord_Howe",
                         "America/Los_Angeles", "Africa/Casablanca"};
  const Time starts[] = {Utc(2026, 3, 25), Utc(2026, 10, 20), Utc(2028, 2, 26),
                         Utc(2026, 3, 6),  Utc(2026, 4, 1),   Utc(2026, 2, 12)};
  for (int round = 0; round < 60; ++round) {
    Calendar calendar = Daily(zones[random() % std::size(zones)], {});
    for (auto& hours : calendar.week) hours = RandomHours(random);
    const Time start = starts[random() % std::size(starts)] + minutes(random() % 1440);
    for (int i = 0; i < 2; ++i) {
      calendar.holidays.push_back({std::chrono::floor<std::chrono::days>(start) +
                                       std::chrono::days(2 * i + 1 + random() % 2),
                                   "", RandomHours(random)});
    }
    const Schedule schedule = Ready(calendar);
    const Walker walker(calendar);
    Duration worked(0);
    std::optional<Time> changes = schedule.NextChange(start);
    bool worked_before = walker.Works(start);
    for (int i = 0; i < 10 * kDayMinutes; ++i) {
      const Time now = start + minutes(i);
      const bool works = walker.Works(now);
      ASSERT_EQ(schedule.OpenAt(now), works) << calendar.time_zone << " " << ToRfc3339(now);
      if (works != worked_before) {
        ASSERT_EQ(changes, now) << calendar.time_zone << " " << (works ? "opens" : "closes");
        changes = schedule.NextChange(now);
        worked_before = works;
      }
      ASSERT_GT(changes.value_or(Time::max()), now) << calendar.time_zone << " has not changed";
      if (i % 97 == 0) {
        ASSERT_EQ(schedule.WorkingTimeBetween(start, now), worked)
            << calendar.time_zone << " " << ToRfc3339(start) << " to " << ToRfc3339(now);
      }
      if (works && i % 31 == 0) {
        ASSERT_EQ(schedule.AddWorkingTime(start, worked + 30s), now + 30s)
            << calendar.time_zone << " " << ToRfc3339(start);
        ASSERT_EQ(schedule.WorkingTimeBetween(start, now + 30s), worked + 30s);
      }
      if (works) worked += 1min;
    }
  }
}

}  // namespace
}  // namespace muara

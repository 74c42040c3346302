// When tickets come again, over months, leap years and changes of the clock.
#include "services/ticket/domain/recurring/recurrence.h"

#include <gmock/gmock.h>

namespace muara::ticket {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;  // NOLINT: dates

sys_days Day(int year, unsigned month, unsigned day) {
  return sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

Recurrence Every(RecurrenceUnit unit, int every, const std::string& zone = "UTC") {
  Recurrence one;
  one.unit = unit;
  one.every = every;
  one.time_zone = zone;
  one.minute_of_day = 9 * 60 + 30;
  one.start = Day(2026, 1, 1);
  return one;
}

// The first `count` times after this one.
std::vector<std::string> Times(const Recurrence& one, Time after, int count) {
  std::vector<std::string> times;
  for (auto next = one.NextAfter(after); next && count > 0; next = one.NextAfter(*next), --count) {
    times.push_back(ToRfc3339(*next).substr(0, 16));
  }
  return times;
}

using ::testing::ElementsAre;

TEST(Recurrence, CountsDaysWeeksAndMonthsFromItsStart) {
  EXPECT_THAT(Times(Every(RecurrenceUnit::kDay, 3), Time(Day(2026, 1, 1)), 3),
              ElementsAre("2026-01-01T09:30", "2026-01-04T09:30", "2026-01-07T09:30"));
  auto weekly = Every(RecurrenceUnit::kWeek, 2);  // 2026-01-01 is a Thursday
  weekly.weekdays = {1, 5};
  EXPECT_THAT(
      Times(weekly, Time(Day(2026, 1, 1)), 4),
      ElementsAre("2026-01-02T09:30", "2026-01-12T09:30", "2026-01-16T09:30", "2026-01-26T09:30"));
  auto monthly = Every(RecurrenceUnit::kMonth, 1);
  monthly.month_day = 31;
  EXPECT_THAT(Times(monthly, Time(Day(2026, 1, 31)) + 12h, 3),
              ElementsAre("2026-02-28T09:30", "2026-03-31T09:30", "2026-04-30T09:30"));
  EXPECT_THAT(Times(monthly, Time(Day(2028, 2, 1)), 1), ElementsAre("2028-02-29T09:30"));
}

TEST(Recurrence, IsAWallTimeAlsoWhenTheClocksChange) {
  auto berlin = Every(RecurrenceUnit::kDay, 1, "Europe/Berlin");
  EXPECT_THAT(Times(berlin, Time(Day(2026, 3, 28)), 2),
              ElementsAre("2026-03-28T08:30", "2026-03-29T07:30"));
  berlin.minute_of_day = 2 * 60 + 30;  // 29 March: skipped; 25 October: twice
  EXPECT_THAT(Times(berlin, Time(Day(2026, 3, 28)) + 12h, 2),
              ElementsAre("2026-03-29T01:00", "2026-03-30T00:30"));
  EXPECT_THAT(Times(berlin, Time(Day(2026, 10, 24)) + 12h, 2),
              ElementsAre("2026-10-25T00:30", "2026-10-26T01:30"));
  const auto far = Every(RecurrenceUnit::kDay, 1, "Pacific/Kiritimati");  // UTC+14
  EXPECT_THAT(Times(far, Time(Day(2026, 5, 1)), 1), ElementsAre("2026-05-01T19:30"));
}

TEST(Recurrence, EndsAndDoesNotBeginBeforeItsStart) {
  auto one = Every(RecurrenceUnit::kDay, 1);
  one.end = Day(2026, 1, 2);
  EXPECT_THAT(Times(one, Time(Day(2020, 1, 1)), 9),
              ElementsAre("2026-01-01T09:30", "2026-01-02T09:30"));
  EXPECT_FALSE(one.NextAfter(Time(Day(2026, 1, 3))));
}

TEST(Recurrence, NamesWhatMakesNoSense) {
  const auto problems = [](const Recurrence& one) {
    std::vector<Violation> out;
    one.Check(out);
    std::string fields;
    for (const Violation& violation : out) fields += violation.field + " ";
    return fields;
  };
  EXPECT_EQ(problems(Every(RecurrenceUnit::kDay, 1)), "");
  EXPECT_EQ(problems(Every(RecurrenceUnit::kDay, 0)), "every ");
  EXPECT_EQ(problems(Every(RecurrenceUnit::kWeek, 1)), "weekdays ");
  EXPECT_EQ(problems(Every(RecurrenceUnit::kMonth, 1)), "month_day ");
  EXPECT_EQ(problems(Every(RecurrenceUnit::kDay, 1, "Mars/Olympus")), "time_zone ");
  auto one = Every(RecurrenceUnit::kDay, 1);
  one.end = Day(2025, 1, 1);
  one.minute_of_day = 1440;
  one.month_day = 3;
  one.weekdays = {8};
  EXPECT_EQ(problems(one), "time_of_day end_date weekdays weekdays month_day ");
}

}  // namespace
}  // namespace muara::ticket

// How long a ticket can be reopened and when it closes, in business time.
#include <gtest/gtest.h>

#include "libs/calendar/calendar.h"
#include "services/ticket/domain/reply_target.h"

namespace muara::ticket {
namespace {

using namespace std::chrono_literals;  // NOLINT
using std::chrono::sys_days;

Time Utc(int year, int month, int day, int hour, int minute = 0) {
  return sys_days(std::chrono::year(year) / month / day) + std::chrono::hours(hour) +
         std::chrono::minutes(minute);
}

LifecyclePolicy In(const Calendar& calendar, Duration reopen_window, Duration close_after) {
  auto schedule = Schedule::Of(calendar);
  CHECK(schedule.ok());
  return {reopen_window, close_after, std::make_shared<const Schedule>(*schedule)};
}

Calendar NightsInBerlin() {
  Calendar calendar;
  calendar.time_zone = "Europe/Berlin";
  calendar.week.fill({{60, 240}});  // 01:00 to 04:00
  return calendar;
}

Calendar OfficeInJakarta() {
  Calendar calendar;
  calendar.time_zone = "Asia/Jakarta";
  for (int day = 0; day < 5; ++day) calendar.week[day] = {{540, 1020}};
  calendar.holidays = {{sys_days(std::chrono::year(2026) / 8 / 17), "Independence Day", {}}};
  return calendar;
}

TEST(Lifecycle, CountsOnTheWallWithoutABusinessCalendar) {
  const LifecyclePolicy policy{1h, 2h};
  EXPECT_EQ(policy.ReopensUntil(Utc(2026, 3, 29, 0)), Utc(2026, 3, 29, 1));
  EXPECT_EQ(policy.ClosesAt(Utc(2026, 3, 29, 0)), Utc(2026, 3, 29, 2));
}

TEST(Lifecycle, AnHourThatSummerTimeSkipsIsNotCounted) {
  const Time one_o_clock = Utc(2026, 3, 29, 0);  // CET; at 02:00 it becomes 03:00
  EXPECT_EQ(In(NightsInBerlin(), 1h, 2h).ClosesAt(one_o_clock), Utc(2026, 3, 29, 2));
  EXPECT_EQ(In(NightsInBerlin(), 1h, 121min).ClosesAt(one_o_clock), Utc(2026, 3, 29, 23, 1));
}

TEST(Lifecycle, AnHourThatWinterTimeDoublesCountsTwice) {
  const Time one_o_clock = Utc(2026, 10, 24, 23);  // CEST; at 03:00 it becomes 02:00
  EXPECT_EQ(In(NightsInBerlin(), 1h, 4h).ClosesAt(one_o_clock), Utc(2026, 10, 25, 3));
  EXPECT_EQ(In(NightsInBerlin(), 1h, 241min).ClosesAt(one_o_clock), Utc(2026, 10, 26, 0, 1));
}

TEST(Lifecycle, AHolidayAndAWeekendAreNotCounted) {
  const LifecyclePolicy policy = In(OfficeInJakarta(), 2h, 3h);
  Ticket ticket;
  const Time friday_four = Utc(2026, 8, 14, 9);
  ASSERT_TRUE(ticket.Resolve("", friday_four, policy).ok());
  const Time tuesday_ten = Utc(2026, 8, 18, 3);
  EXPECT_EQ(ticket.Receiving(tuesday_ten, policy), Reception::kReopened);
  EXPECT_EQ(ticket.Receiving(tuesday_ten + Duration(1), policy), Reception::kFollowUp);
  EXPECT_EQ(ticket.Due(), tuesday_ten + 1h);
}

TEST(Lifecycle, ACalendarThatHasLostItsTimeEndsAtItsHorizon) {
  Calendar calendar;
  calendar.time_zone = "UTC";
  calendar.week[0] = {{0, 1}};
  const Time now = Utc(2026, 1, 5, 0);
  EXPECT_GT(In(calendar, 1h, 8760h).ClosesAt(now), now + 24h * 365 * 19);
}

TEST(ReplyTarget, EndpointsThatAreAddressesAreMailboxes) {
  const Mailboxes boxes = MailboxesIn({{"a@x.test", "one"}, {"b@x.test", "two"}, {"chat", "two"}});
  EXPECT_EQ(boxes.size(), 2u);
  EXPECT_EQ(MailboxOf(boxes, "two"), "b@x.test");
  EXPECT_EQ(MailboxOf(boxes, "three"), "a@x.test");
  EXPECT_EQ(MailboxOf({}, "two"), "");
}

}  // namespace
}  // namespace muara::ticket

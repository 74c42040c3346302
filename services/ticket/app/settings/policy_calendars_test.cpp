// Queues whose times count in a business calendar.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"

namespace muara::ticket {
namespace {

using namespace std::chrono_literals;  // NOLINT

class PolicyCalendarsTest : public SlaAppTest {
 protected:
  void SetUp() override {
    SlaAppTest::SetUp();
    day_ = std::chrono::ceil<std::chrono::days>(clock_.Now());
    clock_.Advance(day_ + 16h + 30min - clock_.Now());
    Declare("office", "UTC", {{540, 1020}});  // 09:00 to 17:00
  }
  static QueuePolicy Policy(const std::string& calendar_id = "office") {
    QueuePolicy policy;
    policy.queue_id = "general";
    policy.lifecycle = {1h, 2h};
    policy.calendar_id = calendar_id;
    return policy;
  }
  void Put(const QueuePolicy& policy) {
    const auto put = policies_->Put(Admin(), policy);
    ASSERT_TRUE(put.ok()) << put.error().message;
    while (*tickets_->AimClosing() > 0) continue;
  }
  TicketId Resolved() {
    const TicketId id = Take(Mail("sari" + std::to_string(++keys_) + "@x.test")).ticket_id;
    Resolve(id);
    return id;
  }
  void GoTo(Time time) { clock_.Advance(time - clock_.Now()); }
  std::string Refused(const QueuePolicy& policy) {
    const auto put = policies_->Put(Admin(), policy);
    if (put.ok()) return "OK";
    std::string text = put.error().reason;
    for (const Violation& one : put.error().violations) text += " " + one.field;
    return text;
  }
  std::string Narrowed(std::vector<Hours> monday) {
    CalendarUpdate update;
    update.week.emplace();
    update.week->at(0) = std::move(monday);
    const auto updated = sla_policies_->UpdateCalendar(Asked("office"), update);
    return updated.ok() ? "OK" : updated.error().violations.at(0).description;
  }

  std::chrono::sys_days day_;
};

TEST_P(PolicyCalendarsTest, TheWindowAndClosingCountWorkingTime) {
  Put(Policy());
  EXPECT_EQ(LastFact<v1::QueuePolicyChanged>("queue-policies/general").queue_policy().calendar_id(),
            "office");
  const TicketId in_time = Resolved(), late = Resolved(), closing = Resolved();
  EXPECT_EQ(Get(closing).Due(), day_ + 24h + 10h + 30min);
  GoTo(day_ + 24h + 9h + 30min);
  EXPECT_EQ(Answer(in_time, "sari@x.test").ticket_id, in_time);
  EXPECT_EQ(Get(in_time).status, Status::kOpen);
  clock_.Advance(Duration(1));
  EXPECT_EQ(Get(Answer(late, "sari@x.test").ticket_id).follow_up_of, late);
  GoTo(day_ + 24h + 10h + 30min - Duration(1));
  EXPECT_EQ(*tickets_->FireDue(), 0);
  clock_.Advance(Duration(1));
  EXPECT_EQ(*tickets_->FireDue(), 2);
  EXPECT_EQ(Get(closing).status, Status::kClosed);
}

TEST_P(PolicyCalendarsTest, WhatIsResolvedKeepsItsTimeAndTheNextCountsAnew) {
  const TicketId before = Resolved();
  const Time by_default = *Get(before).Due();
  Put(Policy());
  EXPECT_EQ(Get(before).Due(), by_default);
  const TicketId first = Resolved();
  CalendarUpdate update;
  update.holidays = {{day_ + std::chrono::days(1), "closed", {}}};
  ASSERT_TRUE(sla_policies_->UpdateCalendar(Asked("office"), update).ok());
  EXPECT_EQ(Get(first).Due(), day_ + 24h + 10h + 30min);
  EXPECT_EQ(Get(Resolved()).Due(), day_ + 48h + 10h + 30min);
  QueuePolicy elsewhere = Policy("");
  elsewhere.queue_id = "second";
  Put(elsewhere);
  EXPECT_EQ(Get(first).Due(), day_ + 24h + 10h + 30min) << "another queue is no matter of its";
  // The window is judged by the calendar as it is when the contact writes.
  GoTo(day_ + 24h + 9h + 31min);
  EXPECT_EQ(Answer(first, "sari@x.test").ticket_id, first);
  Put(Policy(""));
  EXPECT_EQ(Get(before).Due(), day_ + 18h + 30min) << "on the wall again, all of them";
}

TEST_P(PolicyCalendarsTest, ATicketThatComesIntoTheQueueCountsAsItDoes) {
  Put(Policy());
  const TicketId id = Take(Mail("sari@x.test")).ticket_id;
  Update elsewhere, back;
  elsewhere.queue_id = "second";
  back.queue_id = "general";
  ASSERT_TRUE(tickets_->Set(Of(id), elsewhere).ok());
  Resolve(id);
  ASSERT_TRUE(tickets_->Set(Of(id), back).ok());
  EXPECT_EQ(Get(id).Due(), day_ + 24h + 10h + 30min);
}

TEST_P(PolicyCalendarsTest, ACalendarIsThereAndHasTimeAsLongAsAQueueCountsByIt) {
  EXPECT_EQ(Refused(Policy("nowhere")), "INVALID_FIELDS calendar_id");
  EXPECT_EQ(Refused(Policy("No Slug")), "INVALID_FIELDS calendar_id");
  Put(Policy());
  EXPECT_EQ(policies_->Get("general")->calendar_id, "office");
  EXPECT_EQ(policies_->List(10, "")->at(0).calendar_id, "office");
  EXPECT_EQ(sla_policies_->DeleteCalendar(Asked("office")).error().reason, "CALENDAR_IN_USE");
  EXPECT_EQ(Narrowed({{540, 541}}), "OK");
  QueuePolicy longer = Policy();
  longer.lifecycle = {1000h, 2000h};
  EXPECT_EQ(Refused(longer), "INVALID_FIELDS reopen_window_minutes close_after_minutes");
  EXPECT_EQ(Narrowed({{540, 1020}}), "OK");
  Put(longer);
  EXPECT_EQ(Narrowed({{540, 541}}), "are too few for the times of queue general");
  Put(Policy(""));
  EXPECT_TRUE(sla_policies_->DeleteCalendar(Asked("office")).ok());
}

TEST_P(PolicyCalendarsTest, OfNamingACalendarAndDeletingItAtOnceOneWins) {
  for (int i = 0; i < 5; ++i) {
    const std::string id = "calendar-" + std::to_string(i);
    Declare(id, "UTC", {{0, 1440}});
    std::atomic<int> won{0};
    bus::AtOnce(2, [&](int which) {
      const bool done = which == 0 ? policies_->Put(Admin(), Policy(id)).ok()
                                   : sla_policies_->DeleteCalendar(Asked(id)).ok();
      won += done ? 1 : 0;
    });
    EXPECT_EQ(won, 1);
    EXPECT_TRUE(policies_->Get("general").ok());
  }
}

MUARA_ON_BOTH_ENGINES(PolicyCalendarsTest);

}  // namespace
}  // namespace muara::ticket

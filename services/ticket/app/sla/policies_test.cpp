// Calendars and policies: done once, refused, told, tried.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"

namespace muara::ticket {
namespace {

using namespace std::chrono_literals;  // NOLINT

class SlaPoliciesTest : public SlaAppTest {};

TEST_P(SlaPoliciesTest, KeepsACalendarAsItWasDeclared) {
  Calendar calendar;
  calendar.display_name = "Büro\tmit\nUmbruch";
  calendar.time_zone = "Europe/Berlin";
  calendar.week[0] = {{540, 720}, {780, 1440}};
  calendar.week[6] = {{0, 60}};
  calendar.holidays = {{std::chrono::sys_days(std::chrono::days(20000)), "", {}},
                       {std::chrono::sys_days(std::chrono::days(20001)), "Eve", {{1, 2}, {3, 4}}}};
  ASSERT_TRUE(sla_policies_->CreateCalendar(Asked("office"), calendar).ok());
  const auto kept = sla_policies_->GetCalendar("office");
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->display_name, calendar.display_name);
  EXPECT_EQ(kept->week, calendar.week);
  ASSERT_EQ(kept->holidays.size(), 2);
  EXPECT_EQ(kept->holidays[1].date, calendar.holidays[1].date);
  EXPECT_EQ(kept->holidays[1].hours, calendar.holidays[1].hours);
  EXPECT_EQ(FactTypes("businessCalendars/office"), "BusinessCalendarChanged");
}

TEST_P(SlaPoliciesTest, KeepsAPolicyAsItWasDeclared) {
  Declare("office", "UTC", {{0, 1440}});
  SlaPolicy policy;
  policy.display_name = "Gold";
  policy.position = -7;
  policy.rules = {{"", {"mail", "chat"}, {Priority::kHigh}, {Channel::kChat}, {"a\nb", "c\td"}},
                  {"second", {}, {}, {}, {}}};
  policy.targets = {Target(TargetKind::kResolution, 1h, 0.8), Target(TargetKind::kFirstReply, 1s)};
  policy.targets[0].calendar_id = "office";
  policy.targets[0].priority = Priority::kUrgent;
  policy.targets[1].pauses_on.clear();
  ASSERT_TRUE(sla_policies_->CreatePolicy(Asked("gold"), policy).ok());
  const auto kept = sla_policies_->GetPolicy("gold");
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->position, -7);
  ASSERT_EQ(kept->rules.size(), 2);
  EXPECT_EQ(kept->rules[0].tags, policy.rules[0].tags);
  EXPECT_EQ(kept->rules[0].queue_ids, policy.rules[0].queue_ids);
  EXPECT_EQ(kept->rules[1].name, "second");
  EXPECT_EQ(kept->targets, policy.targets);
  EXPECT_EQ(FactTypes("slaPolicies/gold"), "SlaPolicyChanged");
}

TEST_P(SlaPoliciesTest, DoneTwiceIsDoneOnce) {
  const SlaPolicy policy = Policy({Target(TargetKind::kFirstReply, 1h)});
  ASSERT_TRUE(sla_policies_->CreatePolicy(Asked("p", "k1"), policy).ok());
  EXPECT_TRUE(sla_policies_->CreatePolicy(Asked("p", "k1"), policy).ok());
  EXPECT_EQ(sla_policies_->CreatePolicy(Asked("p", "k2"), policy).error().reason, "POLICY_EXISTS");
  PolicyUpdate update;
  update.position = 3;
  EXPECT_EQ(sla_policies_->UpdatePolicy(Asked("p", "k3", 1), update)->version, 2);
  EXPECT_EQ(sla_policies_->UpdatePolicy(Asked("p", "k3", 1), update)->version, 2);
  EXPECT_EQ(sla_policies_->UpdatePolicy(Asked("p", "k4", 1), update).error().reason,
            "STALE_VERSION");
  EXPECT_EQ(sla_policies_->DeletePolicy(Asked("p", "k5"))->position, 3);
  EXPECT_EQ(sla_policies_->DeletePolicy(Asked("p", "k5"))->id, "p");
  EXPECT_EQ(sla_policies_->DeletePolicy(Asked("p", "k6")).error().reason, "POLICY_NOT_FOUND");
  EXPECT_EQ(FactTypes("slaPolicies/p"), "SlaPolicyChanged SlaPolicyChanged SlaPolicyDeleted");
}

TEST_P(SlaPoliciesTest, ACalendarInUseStays) {
  Declare("office", "UTC", {{0, 1440}});
  SlaPolicy policy = Policy({Target(TargetKind::kFirstReply, 1h)});
  policy.targets[0].calendar_id = "office";
  Promise("p", policy);
  EXPECT_EQ(sla_policies_->DeleteCalendar(Asked("office")).error().reason, "CALENDAR_IN_USE");
  ASSERT_TRUE(sla_policies_->DeletePolicy(Asked("p")).ok());
  EXPECT_TRUE(sla_policies_->DeleteCalendar(Asked("office")).ok());
  EXPECT_EQ(sla_policies_->GetCalendar("office").error().reason, "CALENDAR_NOT_FOUND");
  EXPECT_EQ(sla_policies_->CreatePolicy(Asked("q"), policy).error().reason, "INVALID_FIELDS");
}

TEST_P(SlaPoliciesTest, APolicyAndTheEndOfItsCalendarNeverPassEachOther) {
  for (int round = 0; round < 5; ++round) {
    const std::string office = "office-" + std::to_string(round);
    Declare(office, "UTC", {{0, 1440}});
    SlaPolicy policy = Policy({Target(TargetKind::kFirstReply, 1h)});
    policy.targets[0].calendar_id = office;
    const SlaChange create = Asked("p-" + std::to_string(round)), remove = Asked(office);
    bool made = false, gone = false;
    bus::AtOnce(2, [&](int thread) {
      if (thread == 0) made = sla_policies_->CreatePolicy(create, policy).ok();
      if (thread == 1) gone = sla_policies_->DeleteCalendar(remove).ok();
    });
    EXPECT_NE(made, gone);
  }
}

TEST_P(SlaPoliciesTest, ACalendarThatCannotHoldWhatIsPromisedIsRefused) {
  Declare("office", "UTC", {{0, 1440}});
  SlaPolicy policy = Policy({Target(TargetKind::kFirstReply, 366 * 24h)});
  policy.targets[0].calendar_id = "office";
  Promise("p", policy);
  CalendarUpdate update;
  update.week.emplace();
  (*update.week)[0] = {{0, 60}};
  EXPECT_EQ(sla_policies_->UpdateCalendar(Asked("office"), update).error().reason,
            "INVALID_FIELDS");
  update.week->fill({});
  EXPECT_EQ(sla_policies_->UpdateCalendar(Asked("office"), update).error().reason,
            "INVALID_FIELDS");
  EXPECT_EQ(sla_policies_->GetCalendar("office")->version, 1);
}

TEST_P(SlaPoliciesTest, APreviewTellsWhatWouldComeAndChangesNothing) {
  Promise("p", Policy({Target(TargetKind::kResolution, 8h)}));
  const Time opened = clock_.Now();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  Take(Mail("bob@example.test"));
  Close(Take(Mail("eve@example.test")).ticket_id);
  clock_.Advance(2h);
  SlaPolicy harder =
      Policy({Target(TargetKind::kResolution, 1h), Target(TargetKind::kFirstReply, 4h)});
  harder.id = "p";
  const auto tried = sla_policies_->Try(harder, 3);
  ASSERT_TRUE(tried.ok()) << tried.error().message;
  EXPECT_EQ(tried->tickets, 2);
  EXPECT_FALSE(tried->incomplete);
  EXPECT_EQ(tried->changed, 4);
  EXPECT_EQ(tried->breached, 2);
  ASSERT_EQ(tried->changes.size(), 3);
  EXPECT_EQ(tried->changes[0].ticket_id, id);
  EXPECT_EQ(tried->changes[0].kind, TargetKind::kFirstReply);
  EXPECT_EQ(tried->changes[0].old_due, std::nullopt);
  EXPECT_EQ(tried->changes[0].new_due, opened + 4h);
  EXPECT_EQ(tried->changes[1].old_due, opened + 8h);
  EXPECT_EQ(tried->changes[1].new_due, opened + 1h);
  EXPECT_TRUE(tried->changes[1].breaches);
  EXPECT_EQ(Clocks(id), "RESOLUTION RUNNING");
  EXPECT_EQ(Fire(), 0);
  SlaPolicy later = harder;
  later.id = "q";
  EXPECT_EQ(sla_policies_->Try(later, 3)->changed, 0) << "p is asked first";
  SlaPolicy same = Policy({Target(TargetKind::kResolution, 8h)});
  same.id = "p";
  EXPECT_EQ(sla_policies_->Try(same, 3)->changed, 0);
}

TEST_P(SlaPoliciesTest, APreviewThatTakesTooLongSaysWhatItSaw) {
  for (int i = 0; i < 101; ++i) Take(Mail("ann" + std::to_string(i) + "@example.test"));
  SlaPolicy policy = Policy({Target(TargetKind::kResolution, 8h)});
  policy.id = "p";
  const auto all = sla_policies_->Try(policy, 3);
  EXPECT_EQ(all->tickets, 101);
  EXPECT_FALSE(all->incomplete);
  SlaPolicies hurried(*database_, *log_, clock_, Duration(0));
  const auto some = hurried.Try(policy, 3);
  EXPECT_EQ(some->tickets, 100) << "a first page is always looked at";
  EXPECT_TRUE(some->incomplete);
}

MUARA_ON_BOTH_ENGINES(SlaPoliciesTest);

}  // namespace
}  // namespace muara::ticket

// Clocks within the changes of real tickets, as time passes, and after other policies.
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;  // NOLINT

class SlaTest : public SlaAppTest {
 protected:
  std::string KindsTold(const TicketId& id, const std::string& type) {
    std::string kinds;
    for (const auto& fact : Facts(id.value)) {
      v1::SlaBreached breached;  // warned is the same on the wire
      if (!fact.type.ends_with("." + type) || !breached.ParseFromString(fact.data)) continue;
      kinds += (kinds.empty() ? "" : " ") +
               std::string(TargetKindName(static_cast<TargetKind>(breached.clock().kind())));
    }
    return kinds;
  }
  void Everything() {
    Promise("all",
            Policy({Target(TargetKind::kFirstReply, 1h, 0.5), Target(TargetKind::kNextReply, 2h),
                    Target(TargetKind::kPeriodicUpdate, 3h), Target(TargetKind::kResolution, 8h),
                    Target(TargetKind::kQueueWait, 30min)}));
  }
};

TEST_P(SlaTest, ATicketWithoutAPromiseHasNoClocks) {
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(Clocks(id), "");
  EXPECT_EQ(Fire(), 0);
  EXPECT_EQ(sla_->Explain(TicketId{"nowhere"}).error().reason, "TICKET_NOT_FOUND");
}

TEST_P(SlaTest, TheLifeOfATicketMovesItsClocks) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(Clocks(id), "FIRST_REPLY RUNNING, RESOLUTION RUNNING, QUEUE_WAIT RUNNING");
  clock_.Advance(10min);
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Ani").ok());
  clock_.Advance(10min);
  ASSERT_TRUE(tickets_->Note(Of(id), "among us").ok());
  EXPECT_EQ(Clocks(id), "FIRST_REPLY RUNNING, RESOLUTION RUNNING, QUEUE_WAIT MET");
  ASSERT_TRUE(tickets_->Reply(Of(id), {"hello"}).ok());
  clock_.Advance(1min);
  ASSERT_TRUE(tickets_->Pend(Of(id), std::nullopt).ok());
  EXPECT_EQ(Clocks(id),
            "PERIODIC_UPDATE PAUSED, RESOLUTION PAUSED, FIRST_REPLY MET, QUEUE_WAIT MET");
  clock_.Advance(100h);
  EXPECT_EQ(Fire(), 0);
  Answer(id, "ann@example.test");
  EXPECT_EQ(Clocks(id),
            "NEXT_REPLY RUNNING, PERIODIC_UPDATE RUNNING, RESOLUTION RUNNING, FIRST_REPLY MET, "
            "QUEUE_WAIT MET");
  Resolve(id);
  EXPECT_EQ(Clocks(id),
            "NEXT_REPLY CANCELLED, PERIODIC_UPDATE CANCELLED, FIRST_REPLY MET, RESOLUTION MET, "
            "QUEUE_WAIT MET");
  clock_.Advance(1h);
  Answer(id, "ann@example.test");
  EXPECT_EQ(Clocks(id).substr(0, 70),
            "NEXT_REPLY RUNNING, PERIODIC_UPDATE RUNNING, RESOLUTION RUNNING, NEXT_");
}

TEST_P(SlaTest, MachineMailStartsAndEndsNothing) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  ASSERT_TRUE(tickets_->Reply(Of(id), {"hello"}).ok());
  clock_.Advance(1min);
  Submission away = Mail("ann@example.test");
  away.origin = Origin::kAutoReply;
  Take(Hinted(away, HintKind::kReplyToken, id.value));
  EXPECT_EQ(Clocks(id).find("NEXT_REPLY"), std::string::npos);
}

TEST_P(SlaTest, WarningAndBreachAreToldOnceAndNotEarly) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  clock_.Advance(30min - 1us);
  EXPECT_EQ(Fire(), 0);
  clock_.Advance(1us);
  EXPECT_EQ(Fire(), 2);
  EXPECT_EQ(Fire(), 0);
  clock_.Advance(30min);
  EXPECT_EQ(Fire(), 1);
  EXPECT_EQ(Fire(), 0);
  EXPECT_EQ(KindsTold(id, "SlaWarned"), "FIRST_REPLY");
  EXPECT_EQ(KindsTold(id, "SlaBreached"), "QUEUE_WAIT FIRST_REPLY");
  const auto told = LastFact<v1::SlaBreached>(id.value);
  EXPECT_EQ(told.ticket().id(), id.value);
  EXPECT_EQ(told.clock().due_time().seconds(), ToMicros(clock_.Now()) / 1000000);
  EXPECT_EQ(told.clock().state(), v1::SLA_CLOCK_STATE_BREACHED);
  ASSERT_TRUE(tickets_->Reply(Of(id), {"sorry"}).ok());
  EXPECT_EQ(Clocks(id).find("MET"), std::string::npos);
}

TEST_P(SlaTest, AReplyInTimeIsNeverToldAndALateOneAlways) {
  Promise("p", Policy({Target(TargetKind::kFirstReply, 1h)}));
  const TicketId good = Take(Mail("ann@example.test")).ticket_id;
  const TicketId late = Take(Mail("bob@example.test")).ticket_id;
  clock_.Advance(59min);
  ASSERT_TRUE(tickets_->Reply(Of(good), {"hello"}).ok());
  clock_.Advance(2min);
  ASSERT_TRUE(tickets_->Reply(Of(late), {"hello"}).ok());
  EXPECT_EQ(Fire(), 0);
  EXPECT_EQ(FactTypes(good.value), "TicketOpened ReplyWritten");
  EXPECT_EQ(FactTypes(late.value), "TicketOpened SlaBreached ReplyWritten");
}

TEST_P(SlaTest, TwoReplicasTellEachOnce) {
  Promise("p", Policy({Target(TargetKind::kFirstReply, 1h)}));
  std::vector<TicketId> ids;
  for (int i = 0; i < 60; ++i) {
    ids.push_back(Take(Mail("c" + std::to_string(i) + "@x.test")).ticket_id);
  }
  clock_.Advance(1h);
  Sla other(*database_, *log_, clock_);
  bus::AtOnce(4, [&](int thread) {
    Sla& mine = thread % 2 == 0 ? *sla_ : other;
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(mine.FireDue().ok());
  });
  Fire();
  for (const TicketId& id : ids) EXPECT_EQ(FactTypes(id.value), "TicketOpened SlaBreached");
}

TEST_P(SlaTest, AnotherPriorityOrQueueKeepsWhatHasPassed) {
  SlaPolicy policy = Policy({Target(TargetKind::kResolution, 8h)});
  policy.targets.push_back(Target(TargetKind::kResolution, 2h));
  policy.targets.back().priority = Priority::kUrgent;
  policy.rules[0].queue_ids = {"general"};
  Promise("general", policy);
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const Time opened = clock_.Now();
  clock_.Advance(1h);
  Update urgent;
  urgent.priority = Priority::kUrgent;
  ASSERT_TRUE(tickets_->Set(Of(id), urgent).ok());
  EXPECT_EQ(DueOf(id), opened + 2h);
  Update elsewhere;
  elsewhere.queue_id = "billing";
  ASSERT_TRUE(tickets_->Set(Of(id), elsewhere).ok());
  EXPECT_EQ(Clocks(id), "RESOLUTION CANCELLED");
  Update back;
  back.queue_id = "general";
  ASSERT_TRUE(tickets_->Set(Of(id), back).ok());
  EXPECT_EQ(Clocks(id), "RESOLUTION RUNNING");
  EXPECT_EQ(DueOf(id), opened + 2h);
}

TEST_P(SlaTest, APolicyComesToOpenTicketsInTheBackground) {
  std::vector<TicketId> ids;
  const Time opened = clock_.Now();
  for (int i = 0; i < 150; ++i) {
    ids.push_back(Take(Mail("c" + std::to_string(i) + "@x.test")).ticket_id);
  }
  Resolve(ids[0]);
  clock_.Advance(2h);
  Promise("p", Policy({Target(TargetKind::kFirstReply, 1h), Target(TargetKind::kResolution, 4h)}));
  EXPECT_EQ(sla_->Progress()->waiting, 149);
  EXPECT_EQ(*sla_->SettleBehind(), 100);
  EXPECT_EQ(sla_->Progress()->waiting, 49) << "what is done stays done, whoever goes on";
  Sla restarted(*database_, *log_, clock_);
  EXPECT_EQ(*restarted.SettleBehind(), 49);
  EXPECT_EQ(*restarted.SettleBehind(), 0);
  EXPECT_EQ(sla_->Progress()->tickets, 149);
  EXPECT_EQ(Clocks(ids[0]), "") << "what is done with is judged by nobody";
  EXPECT_EQ(DueOf(ids[1]), opened + 1h) << "counted from its opening";
  EXPECT_EQ(Fire(), 149);
  PolicyUpdate longer;
  longer.targets = {Target(TargetKind::kResolution, 12h)};
  ASSERT_TRUE(sla_policies_->UpdatePolicy(Asked("p"), longer).ok());
  while (*sla_->SettleBehind() > 0) continue;
  EXPECT_EQ(Clocks(ids[1]), "RESOLUTION RUNNING, FIRST_REPLY BREACHED");
  EXPECT_EQ(DueOf(ids[1]), opened + 12h);
  ASSERT_TRUE(sla_policies_->DeletePolicy(Asked("p")).ok());
  while (*sla_->SettleBehind() > 0) continue;
  EXPECT_EQ(Clocks(ids[1]), "FIRST_REPLY BREACHED, RESOLUTION CANCELLED");
  clock_.Advance(100h);
  EXPECT_EQ(Fire(), 0);
}

TEST_P(SlaTest, ACalendarThatChangesMovesWhatIsDue) {
  Declare("office", "UTC", {{0, 1440}});
  SlaPolicy policy = Policy({Target(TargetKind::kResolution, 2h)});
  policy.targets[0].calendar_id = "office";
  Promise("p", policy);
  const Time opened = clock_.Now();  // Sunday 07:00 UTC
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(DueOf(id), opened + 2h);
  CalendarUpdate update;
  update.week.emplace();
  update.week->fill({{540, 1020}});
  ASSERT_TRUE(sla_policies_->UpdateCalendar(Asked("office"), update).ok());
  EXPECT_EQ(*sla_->SettleBehind(), 1);
  EXPECT_EQ(DueOf(id), opened + 4h);
}

TEST_P(SlaTest, TheExplanationAddsUp) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Ani").ok());
  clock_.Advance(2h);
  ASSERT_TRUE(tickets_->Pend(Of(id), std::nullopt).ok());
  clock_.Advance(3h);
  const auto clocks = sla_->Explain(id);
  ASSERT_TRUE(clocks.ok());
  const auto resolution = std::find_if(clocks->begin(), clocks->end(), [](const Explained& one) {
    return one.clock.kind == TargetKind::kResolution;
  });
  ASSERT_NE(resolution, clocks->end());
  ASSERT_EQ(resolution->parts.size(), 2);
  EXPECT_EQ(resolution->parts[0].working, 2h);
  EXPECT_EQ(resolution->parts[1].interval.why, Status::kPending);
  EXPECT_EQ(resolution->parts[1].interval.to, clock_.Now());
  EXPECT_EQ(resolution->elapsed, 2h);
  EXPECT_EQ(resolution->text,
            "RESOLUTION: policy all (rule all) promises 8 h round the clock, from "
            "2026-03-01T07:00:00.000Z. 2 h of it have passed, paused 3 h in PENDING. 6 h are left "
            "when it goes on.");
}

// The verdict was by the calendar of then, and so is what it is explained by.
TEST_P(SlaTest, AClockThatHasEndedIsExplainedByTheCalendarOfItsEnd) {
  Declare("office", "UTC", {{0, 1440}});
  SlaPolicy policy = Policy({Target(TargetKind::kResolution, 1h)});
  policy.targets[0].calendar_id = "office";
  Promise("p", policy);
  const TicketId late = Take(Mail("ann@example.test")).ticket_id;
  const TicketId running = Take(Mail("bob@example.test")).ticket_id;
  clock_.Advance(2h);
  Resolve(late);
  EXPECT_FALSE(sla_->Explain(late)->at(0).calendar_changed);
  CalendarUpdate update;
  update.week.emplace();
  update.week->fill({{1020, 1080}});
  ASSERT_TRUE(sla_policies_->UpdateCalendar(Asked("office"), update).ok());
  while (*sla_->SettleBehind() > 0) continue;
  const Explained ended = sla_->Explain(late)->at(0);
  EXPECT_EQ(ended.clock.state(), ClockState::kBreached);
  EXPECT_EQ(ended.elapsed, 2h);
  EXPECT_TRUE(ended.calendar_changed);
  EXPECT_TRUE(
      ended.text.ends_with("It was answered late at 2026-03-01T09:00:00.000Z. Its calendar "
                           "is another one since: by that of today it would be 0 s."))
      << ended.text;
  const Explained goes_on = sla_->Explain(running)->at(0);
  EXPECT_EQ(goes_on.elapsed, 0h) << "what goes is reckoned by the calendar of today";
  EXPECT_FALSE(goes_on.calendar_changed);
  ASSERT_TRUE(tickets_->Reopen(Of(late)).ok());
  EXPECT_EQ(sla_->Explain(late)->at(0).elapsed, 0h) << "it goes again";
}

TEST_P(SlaTest, AnUndoneChangeLeavesTheClocksAsTheyWere) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const std::string before = Clocks(id);
  const auto undone = React([&](sql::Tx& tx) -> muara::Status {
    auto ticket = store::LoadForChange(tx, id);
    ticket->status = Status::kResolved;
    RETURN_IF_ERROR(sla_->Follow(tx, {*ticket}, clock_.Now()));
    return MakeError(Code::kUnavailable, "NOT_NOW", "");
  });
  EXPECT_FALSE(undone.ok());
  EXPECT_EQ(Clocks(id), before);
}

MUARA_ON_BOTH_ENGINES(SlaTest);

}  // namespace
}  // namespace muara::ticket

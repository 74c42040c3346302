// When the first clock of a ticket is due: kept with the ticket, and told with every change of it.
#include "libs/bus/words.h"
#include "libs/rpc/timestamp.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/sla/sla_fixture.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

using namespace std::chrono_literals;  // NOLINT

class NextDueTest : public SlaAppTest {
 protected:
  void Everything() {
    Promise("all",
            Policy({Target(TargetKind::kFirstReply, 1h), Target(TargetKind::kNextReply, 2h),
                    Target(TargetKind::kResolution, 8h), Target(TargetKind::kQueueWait, 30min)}));
  }
  // As the last fact of the ticket says.
  std::optional<Time> Told(const TicketId& id) {
    const bus::Envelope last = Facts(id.value).back();
    const auto fact = bus::ReadMessage(last.type, last.data);
    const auto* field = fact->GetDescriptor()->FindFieldByName("ticket");
    const auto& ticket =
        static_cast<const v1::Ticket&>(fact->GetReflection()->GetMessage(*fact, field));
    if (!ticket.has_next_due_time()) return std::nullopt;
    return rpc::FromTimestamp(ticket.next_due_time());
  }
  // By the clocks themselves.
  std::optional<Time> Reckoned(const TicketId& id) {
    std::vector<SlaClock> clocks;
    for (const Explained& one : *sla_->Explain(id)) clocks.push_back(one.clock);
    return EarliestDue(clocks);
  }
  // Kept, told and reckoned alike; since the time of its opening.
  std::optional<Duration> Due(const TicketId& id) {
    const Ticket ticket = Get(id);
    EXPECT_EQ(ticket.next_due, Told(id));
    EXPECT_EQ(ticket.next_due, Reckoned(id));
    if (!ticket.next_due) return std::nullopt;
    return *ticket.next_due - ticket.create_time;
  }
  void SettleAll() {
    while (*sla_->SettleBehind() > 0) continue;
  }
  PolicyUpdate Longer() {
    PolicyUpdate update;
    update.targets = {Target(TargetKind::kResolution, 12h)};
    return update;
  }
};

TEST_P(NextDueTest, EveryChangeTellsItByItsOwnFact) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(Due(id), 30min);
  clock_.Advance(10min);
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Ani").ok());
  EXPECT_EQ(Due(id), 1h);
  ASSERT_TRUE(tickets_->Note(Of(id), "among us").ok());
  EXPECT_EQ(Due(id), 1h);
  ASSERT_TRUE(tickets_->Reply(Of(id), {"hello"}).ok());
  EXPECT_EQ(Due(id), 8h);
  ASSERT_TRUE(tickets_->Pend(Of(id), std::nullopt).ok());
  EXPECT_EQ(Due(id), std::nullopt) << "all are paused";
  clock_.Advance(2h);
  Answer(id, "ann@example.test");
  EXPECT_EQ(Due(id), 2h + 10min + 2h) << "the next reply comes first";
  Update elsewhere;
  elsewhere.priority = Priority::kUrgent;
  ASSERT_TRUE(tickets_->Set(Of(id), elsewhere).ok());
  EXPECT_EQ(Due(id), 2h + 10min + 2h);
  Resolve(id);
  EXPECT_EQ(Due(id), std::nullopt);
  clock_.Advance(1h);
  ASSERT_TRUE(tickets_->Reopen(Of(id)).ok());
  EXPECT_EQ(Due(id), 8h + 2h + 1h) << "the resolution goes on where it stopped";
  ASSERT_TRUE(tickets_->Unassign(Of(id), UnassignRights::kAny).ok());
  EXPECT_EQ(Due(id), 3h + 10min + 30min) << "it waits in a queue again";
  ASSERT_TRUE(tickets_->MarkSpam(Of(id)).ok());
  EXPECT_EQ(Due(id), std::nullopt);
  EXPECT_EQ(FactTypes(id.value),
            "TicketOpened TicketAssigned NoteAdded ReplyWritten TicketPended MessageReceived "
            "TicketChanged TicketResolved TicketReopened TicketUnassigned TicketMarkedSpam");
}

TEST_P(NextDueTest, WhatIsLateStaysDueUntilItIsDone) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  clock_.Advance(45min);
  EXPECT_EQ(Fire(), 1);
  EXPECT_EQ(Due(id), 30min) << "told of with the breach";
  EXPECT_EQ(Get(id).version, 1);
  clock_.Advance(1h);
  ASSERT_TRUE(tickets_->Reply(Of(id), {"sorry"}).ok());
  EXPECT_EQ(FactTypes(id.value), "TicketOpened SlaBreached SlaBreached ReplyWritten");
  v1::SlaBreached breached;
  ASSERT_TRUE(breached.ParseFromString(Facts(id.value)[2].data));
  EXPECT_EQ(rpc::FromTimestamp(breached.ticket().next_due_time()), *Get(id).next_due)
      << "facts of one change say the same of its ticket";
  EXPECT_EQ(Due(id), 30min);
}

TEST_P(NextDueTest, APausedClockThatWasLateIsNotDue) {
  Promise("all", Policy({Target(TargetKind::kFirstReply, 1h)}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  ASSERT_TRUE(tickets_->Assign(Of(id), "7", "Ani").ok());
  clock_.Advance(2h);
  EXPECT_EQ(Fire(), 1);
  ASSERT_TRUE(tickets_->Hold(Of(id)).ok());
  EXPECT_EQ(Due(id), std::nullopt);
  ASSERT_TRUE(tickets_->Reopen(Of(id)).ok());
  EXPECT_EQ(Due(id), 1h);
}

TEST_P(NextDueTest, AnotherPolicyIsToldOfEveryTicketThatItMovesAndOfNoOther) {
  Everything();
  const TicketId moved = Take(Mail("ann@example.test")).ticket_id;
  const TicketId resolved = Take(Mail("bob@example.test")).ticket_id;
  Resolve(resolved);
  const std::string before = FactTypes(resolved.value);
  clock_.Advance(1min);
  ASSERT_TRUE(sla_policies_->UpdatePolicy(Asked("all"), Longer()).ok());
  SettleAll();
  EXPECT_EQ(Due(moved), 12h);
  const auto told = LastFact<v1::TicketChanged>(moved.value);
  ASSERT_EQ(told.fields_size(), 1);
  EXPECT_EQ(told.fields(0), "next_due_time");
  EXPECT_EQ(told.cause().reason(), "SLA_POLICY");
  EXPECT_EQ(told.cause().actor(), "services/ticket");
  EXPECT_EQ(Get(moved).version, 1) << "whoever has read it may change it still";
  EXPECT_LT(Get(moved).update_time, clock_.Now());
  ASSERT_TRUE(tickets_->Assign(Of(moved, "", 1), "7", "Ani").ok());
  EXPECT_EQ(FactTypes(resolved.value), before);

  const std::string told_before = FactTypes(moved.value);
  PolicyUpdate named;
  named.display_name = "The same in other words";
  ASSERT_TRUE(sla_policies_->UpdatePolicy(Asked("all"), named).ok());
  PolicyUpdate one_more;
  one_more.targets = Longer().targets;
  one_more.targets->push_back(Target(TargetKind::kNextReply, 1h));
  ASSERT_TRUE(sla_policies_->UpdatePolicy(Asked("all"), one_more).ok());
  SettleAll();
  EXPECT_EQ(FactTypes(moved.value), told_before) << "nothing of it has changed";

  ASSERT_TRUE(sla_policies_->DeletePolicy(Asked("all")).ok());
  SettleAll();
  EXPECT_EQ(Due(moved), std::nullopt);
}

TEST_P(NextDueTest, AnotherCalendarIsTold) {
  Declare("office", "UTC", {{0, 1440}});
  SlaPolicy policy = Policy({Target(TargetKind::kResolution, 2h)});
  policy.targets[0].calendar_id = "office";
  Promise("p", policy);
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;  // Sunday 07:00 UTC
  EXPECT_EQ(Due(id), 2h);
  CalendarUpdate update;
  update.week.emplace();
  update.week->fill({{540, 1020}});
  ASSERT_TRUE(sla_policies_->UpdateCalendar(Asked("office"), update).ok());
  SettleAll();
  EXPECT_EQ(Due(id), 4h);
}

// A change that finds its ticket behind settles it, so that nobody else tells of it.
TEST_P(NextDueTest, AChangeThatComesBeforeTheSettlingTellsIt) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const TicketId other = Take(Mail("bob@example.test")).ticket_id;
  ASSERT_TRUE(sla_policies_->UpdatePolicy(Asked("all"), Longer()).ok());
  ASSERT_TRUE(links_->Add(Of(id), LinkKind::kRelated, other).ok());
  EXPECT_EQ(Due(id), 12h);
  EXPECT_EQ(Due(other), 12h);
  EXPECT_EQ(Get(other).version, 1);
  SettleAll();
  EXPECT_EQ(FactTypes(other.value), "TicketOpened TicketLinked");
}

TEST_P(NextDueTest, WhatIsToldOfANewTicketBeginsNoClockAnew) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const TicketId other = Take(Mail("bob@example.test")).ticket_id;
  const std::string clocks = Clocks(other);
  clock_.Advance(10min);
  ASSERT_TRUE(links_->Add(Of(id), LinkKind::kRelated, other).ok());
  EXPECT_EQ(Clocks(other), clocks);
  EXPECT_EQ(Due(other), 30min) << "since its opening";
}

TEST_P(NextDueTest, TwoReplicasTellItOnce) {
  Everything();
  std::vector<TicketId> ids;
  for (int i = 0; i < 60; ++i) {
    ids.push_back(Take(Mail("c" + std::to_string(i) + "@x.test")).ticket_id);
  }
  ASSERT_TRUE(sla_policies_->UpdatePolicy(Asked("all"), Longer()).ok());
  Sla other(*database_, *log_, clock_);
  bus::AtOnce(4, [&](int thread) {
    Sla& mine = thread % 2 == 0 ? *sla_ : other;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(mine.SettleBehind().ok());
  });
  SettleAll();
  for (const TicketId& id : ids) {
    EXPECT_EQ(FactTypes(id.value), "TicketOpened TicketChanged");
    EXPECT_EQ(Due(id), 12h);
  }
}

TEST_P(NextDueTest, WhatWasOpenBeforeItWasKeptIsToldOnce) {
  Everything();
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  // As the release before this one leaves it, and the migration finds it.
  ASSERT_TRUE(React([&](sql::Tx& tx) -> muara::Status {
                RETURN_IF_ERROR(tx.Post("UPDATE ticket SET next_due_us = NULL"));
                return tx.Post("UPDATE sla_ledger SET book = 0");
              }).ok());
  SettleAll();
  SettleAll();
  EXPECT_EQ(Due(id), 30min);
  EXPECT_EQ(FactTypes(id.value), "TicketOpened TicketChanged");
}

MUARA_ON_BOTH_ENGINES(NextDueTest);

}  // namespace
}  // namespace muara::ticket

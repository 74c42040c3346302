// Rules that a time sets off: each ticket once for each of its times, never early.
#include "services/ticket/app/rules/rules_fixture.h"

namespace muara::ticket {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class SchedulesTest : public RulesAppTest {
 protected:
  // All that is due; how many tickets were asked of.
  int Run() {
    int all = 0;
    for (int asked = 1; asked > 0; all += asked) {
      const auto done = schedules_->RunDue();
      EXPECT_TRUE(done.ok()) << done.error().message;
      asked = done.ok() ? *done : 0;
    }
    return all;
  }
  size_t Notes(const TicketId& id) { return On(id).size() - 1; }
};

TEST_P(SchedulesTest, ATicketIsAskedOfOnceAtItsTimeAndNeverEarly) {
  Put(After("old", TimeBase::kCreated, hours(24), {Do(kNote, "a day")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  EXPECT_EQ(*schedules_->NextDue(), clock_.Now() + hours(24) + kScheduleSlack);
  clock_.Advance(hours(24));
  EXPECT_EQ(Run(), 0);
  clock_.Advance(kScheduleSlack);
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(Notes(id), 1);
  EXPECT_EQ(Runs(id), "old RAN note\n");
  EXPECT_FALSE(schedules_->NextDue()->has_value());
}

TEST_P(SchedulesTest, ANewTimeIsAnotherOccasion) {
  Put(After("silent", TimeBase::kLastInbound, hours(1), {Do(kNote, "silent")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  clock_.Advance(std::chrono::minutes(50));
  Answer(id, "ann@example.test");
  clock_.Advance(std::chrono::minutes(50));
  EXPECT_EQ(Run(), 0) << "she wrote since";
  clock_.Advance(std::chrono::minutes(50));
  EXPECT_EQ(Run(), 1);
  clock_.Advance(seconds(1));
  Answer(id, "ann@example.test");
  clock_.Advance(hours(2));
  EXPECT_EQ(Run(), 1);
  EXPECT_EQ(Runs(id), "silent RAN note\nsilent RAN note\n");
}

TEST_P(SchedulesTest, ConditionsAreAskedOfTheTicketAsItThenIs) {
  Rule rule = After("waits", TimeBase::kStatusChanged, hours(1), {Do(ActionKind::kResolve)});
  rule.groups = {{Match::kAll, {{"status", Op::kIs, {"PENDING"}}}}};
  Put(rule);
  const TicketId pending = Take(Mail("ann@example.test")).ticket_id;
  const TicketId open = Take(Mail("bob@example.test")).ticket_id;
  Into(pending, Status::kPending);
  Into(open, Status::kOpen);
  ASSERT_TRUE(tickets_->Note(Of(pending), "changes no status").ok());
  clock_.Advance(hours(1) + kScheduleSlack);
  EXPECT_EQ(Run(), 2);
  EXPECT_EQ(Get(pending).status, Status::kResolved);
  EXPECT_EQ(Get(open).status, Status::kOpen);
}

TEST_P(SchedulesTest, WhatIsOverIsLeftAlone) {
  Put(After("old", TimeBase::kCreated, hours(1), {Do(kNote, "x")}));
  Into(Take(Mail("ann@example.test")).ticket_id, Status::kClosed);
  Into(Take(Mail("bob@example.test")).ticket_id, Status::kSpam);
  clock_.Advance(hours(2));
  const std::string before = FactTypes();
  EXPECT_EQ(Run(), 2);
  EXPECT_EQ(FactTypes(), before);
}

TEST_P(SchedulesTest, SchedulesDoNotSetOffThemselvesForEver) {
  Put(After("echo", TimeBase::kUpdated, seconds(60), {Do(kNote, "echo")}));
  Put(After("answer", TimeBase::kUpdated, seconds(90), {Do(kNote, "answer")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  for (int i = 0; i < 100; ++i) {
    clock_.Advance(seconds(30));
    Run();
  }
  EXPECT_EQ(Notes(id), 2) << Runs(id);
}

TEST_P(SchedulesTest, SeveralReplicasAskOnce) {
  Put(After("old", TimeBase::kCreated, hours(1), {Do(kNote, "x")}));
  std::vector<TicketId> ids;
  for (int i = 0; i < 12; ++i) ids.push_back(Take(Mail("ann@example.test")).ticket_id);
  clock_.Advance(hours(2));
  bus::AtOnce(3, [&](int) { EXPECT_TRUE(schedules_->RunDue().ok()); });
  Run();
  for (const TicketId& id : ids) EXPECT_EQ(Notes(id), 1);
}

TEST_P(SchedulesTest, WhatRulesDidIsForgottenAfterThirtyDays) {
  Put(After("old", TimeBase::kCreated, hours(1), {Do(kNote, "x")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  clock_.Advance(hours(2));
  Run();
  clock_.Advance(kRunsKept);
  EXPECT_EQ(*schedules_->Prune(), 0);
  clock_.Advance(seconds(1));
  EXPECT_EQ(*schedules_->Prune(), 0) << "the ticket is still as the rule left it";
  ASSERT_TRUE(tickets_->Note(Of(id), "I am at it").ok());
  EXPECT_EQ(*schedules_->Prune(), 1);
  EXPECT_EQ(Runs(id), "");
}

TEST_P(SchedulesTest, APreviewTellsWhoseTimeCame) {
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  const Time came = clock_.Now() + hours(1);
  clock_.Advance(hours(3));
  const Rule rule = After("try", TimeBase::kCreated, hours(1), {Do(kNote, "x")});
  const auto found = preview_->Ask(rule, {came, clock_.Now()}, {});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->matches.size(), 1);
  EXPECT_EQ(found->matches[0].fact.ticket_id, id);
  EXPECT_EQ(found->matches[0].fact.time, came);
  EXPECT_EQ(preview_->Ask(rule, {came + seconds(1), clock_.Now()}, {})->looked_at, 0);
}

TEST_P(SchedulesTest, ALongScheduleDoesNotSetOffItselfEither) {
  Put(After("stale", TimeBase::kUpdated, hours(24 * 40), {Do(kNote, "stale")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  for (int i = 0; i < 30; ++i) {
    clock_.Advance(hours(24 * 10));
    Run();
    while (*schedules_->Prune() > 0) {
    }
  }
  EXPECT_EQ(Notes(id), 1) << Runs(id);
}

TEST_P(SchedulesTest, ARuleThatIsMadeAgainUnderItsNameIsAnotherOne) {
  Put(After("old", TimeBase::kCreated, hours(1), {Do(kNote, "x")}));
  const TicketId id = Take(Mail("ann@example.test")).ticket_id;
  clock_.Advance(hours(2));
  Run();
  ASSERT_TRUE(rules_->Delete(Admin(), "old").ok());
  Put(After("old", TimeBase::kCreated, hours(1), {Do(kSetPriority)}));
  Run();
  EXPECT_EQ(Runs(id), "old RAN note\nold RAN set_priority\n");
  EXPECT_EQ(Get(id).priority, Priority::kUrgent) << "it was told that it was done";
}

TEST_P(SchedulesTest, NothingIsWrittenBeforeATicketIsReached) {
  Put(After("old", TimeBase::kCreated, hours(24), {Do(kNote, "a day")}));
  Take(Mail("ann@example.test"));
  const auto place = [&] {
    return *database_->Read(
        [](sql::Tx& tx) { return store::FindPlace(tx, "old", TimeBase::kCreated); });
  };
  EXPECT_EQ(Run(), 0);
  EXPECT_FALSE(place().has_value());
  clock_.Advance(hours(25));
  EXPECT_EQ(Run(), 1);
  EXPECT_TRUE(place().has_value());
}

TEST_P(SchedulesTest, APreviewGoesOnAmongTicketsOfOneTime) {
  ASSERT_TRUE(database_
                  ->Transact([](sql::Tx& tx) -> muara::Status {
                    for (int i = 0; i < kPreviewFactsMax + 5; ++i) {
                      RETURN_IF_ERROR(
                          tx.Execute("INSERT INTO ticket_status_time (ticket_id, status, since_us) "
                                     "VALUES ($1, 1, 5000000)",
                                     "t" + std::to_string(i)));
                    }
                    return Ok();
                  })
                  .ok());
  const Rule rule = After("try", TimeBase::kStatusChanged, hours(1), {Do(kNote, "x")});
  const PreviewSpan span{FromMicros(5000000) + hours(1), clock_.Now()};
  const auto first = preview_->Ask(rule, span, {});
  ASSERT_TRUE(first.ok() && first->next);
  EXPECT_EQ(first->looked_at, kPreviewFactsMax);
  const auto rest = preview_->Ask(rule, span, *first->next);
  EXPECT_EQ(rest->looked_at, 5);
  EXPECT_FALSE(rest->next);
}

MUARA_ON_BOTH_ENGINES(SchedulesTest);

}  // namespace
}  // namespace muara::ticket

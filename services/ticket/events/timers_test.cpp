// What is due by itself is done at its time: once, never early, also by several replicas and after
// a restart.
#include "services/ticket/events/timers.h"

#include "libs/testing/eventually.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using std::chrono::milliseconds;

// A process of its own on the same store, by the real clock.
struct Replica {
  Replica(sql::Database& database, bus::EventLog& log)
      : policies(database, log, clock, LifecyclePolicy()),
        journal(log, {&bell}),
        tickets(database, journal, clock, policies) {}
  SystemClock clock;
  QueuePolicies policies;
  DueBell bell;
  Journal journal;
  Tickets tickets;
  events::Timers timers{tickets, policies, bell, clock};
};

class TimersTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    clock_.Advance(SystemClock().Now() - clock_.Now());
    one_ = std::make_unique<Replica>(*database_, *log_);
    id_ = Take(Mail("sari@x.test")).ticket_id;
    Into(id_, Status::kOpen);
  }
  bool Woken() { return Get(id_).status == Status::kOpen; }

  std::unique_ptr<Replica> one_;
  TicketId id_;
};

TEST_P(TimersTest, WakeWhatIsSnoozedWhileTheySleepAtItsTime) {
  ASSERT_TRUE(one_->timers.Start().ok());
  const Time until = one_->clock.Now() + milliseconds(400);
  ASSERT_TRUE(one_->tickets.Snooze(Of(id_), until).ok());
  ASSERT_TRUE(testing::Eventually([&] { return Woken(); }));
  EXPECT_GE(Get(id_).update_time, until);
  EXPECT_LT(Get(id_).update_time, until + milliseconds(500)) << "woken by the next look instead";
  const auto fact = LastFact<v1::TicketReopened>(id_.value);
  EXPECT_EQ(fact.cause().actor(), "services/ticket");
  EXPECT_EQ(fact.cause().reason(), "UNTIL_PASSED");
  EXPECT_FALSE(fact.ticket().has_until_time());
}

TEST_P(TimersTest, SeveralReplicasDoEachOnce) {
  Replica two(*database_, *log_);
  ASSERT_TRUE(one_->timers.Start().ok());
  ASSERT_TRUE(two.timers.Start().ok());
  std::vector<TicketId> ids{id_};
  for (int i = 0; i < 9; ++i) {
    ids.push_back(Take(Mail("sari@x.test")).ticket_id);
    Into(ids.back(), Status::kOpen);
  }
  // Far enough off for the slowest machine to set all ten before it comes.
  const Time until = one_->clock.Now() + milliseconds(2000);
  for (const TicketId& id : ids) ASSERT_TRUE(one_->tickets.Pend(Of(id), until).ok());
  for (const TicketId& id : ids) {
    ASSERT_TRUE(testing::Eventually([&] { return Get(id).status == Status::kOpen; }));
    EXPECT_EQ(FactTypes(id.value), "TicketOpened TicketAssigned TicketPended TicketReopened");
  }
}

TEST_P(TimersTest, ARestartLosesNone) {
  ASSERT_TRUE(one_->tickets.Snooze(Of(id_), one_->clock.Now() + milliseconds(1)).ok());
  one_.reset();
  Replica next(*database_, *log_);
  ASSERT_TRUE(next.timers.Start().ok());
  EXPECT_TRUE(testing::Eventually([&] { return Woken(); }));
}

TEST_P(TimersTest, AMessageOfTheContactComesFirstAndTheTimeIsForgotten) {
  ASSERT_TRUE(tickets_->Pend(Of(id_), Later()).ok());
  Answer(id_, "sari@x.test");
  clock_.Advance(std::chrono::hours(2));
  EXPECT_EQ(*tickets_->FireDue(), 0);
  EXPECT_EQ(LastFact<v1::MessageReceived>(id_.value).reopened(), true);
}

TEST_P(TimersTest, WhatIsPutAwaySleepsOnAndWakesOnceItIsBack) {
  Into(id_, Status::kSnoozed);
  ASSERT_TRUE(tickets_->Delete(Of(id_)).ok());
  clock_.Advance(std::chrono::hours(2));
  EXPECT_EQ(*tickets_->FireDue(), 0);
  EXPECT_EQ(*tickets_->NextDue(), std::nullopt);
  ASSERT_TRUE(tickets_->Restore(Of(id_)).ok());
  EXPECT_EQ(*tickets_->FireDue(), 1);
  EXPECT_TRUE(Woken());
}

TEST_P(TimersTest, AreNotOneMicrosecondEarly) {
  const Time until = Later();
  ASSERT_TRUE(tickets_->Snooze(Of(id_), until).ok());
  EXPECT_EQ(*tickets_->NextDue(), until);
  clock_.Advance(std::chrono::hours(1) - Duration(1));
  EXPECT_EQ(*tickets_->FireDue(), 0);
  clock_.Advance(Duration(1));
  EXPECT_EQ(*tickets_->FireDue(), 1);
}

// Lets nothing happen to some tickets.
struct Broken final : Follower {
  muara::Status Follow(sql::Tx&, const Entry& entry, Time) override {
    if (entry.ticket.subject != "Broken") return Ok();
    ++tries;
    return MakeError(Code::kInternal, "BROKEN", "");
  }
  int tries = 0;
};

TEST_P(TimersTest, ThoseThatAlwaysFailStepAsideForTheOnesBehindThem) {
  Broken broken;
  for (int i = 0; i < 101; ++i) {
    Submission mail = Mail("sari@x.test");
    mail.content.subject = "Broken";
    const TicketId id = Take(mail).ticket_id;
    Into(id, Status::kOpen);
    ASSERT_TRUE(tickets_->Snooze(Of(id), Later()).ok());
  }
  ASSERT_TRUE(tickets_->Snooze(Of(id_), Later() + Duration(1)).ok());
  Journal journal(*log_, {&broken});
  Tickets tickets(*database_, journal, clock_, *policies_);
  clock_.Advance(std::chrono::hours(2));
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(*tickets.FireDue(), 0);
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 100) << "one line a try";
  EXPECT_NE(said.find("BROKEN"), std::string::npos);
  EXPECT_LE(*tickets.NextDue(), clock_.Now()) << "some were not tried";
  EXPECT_EQ(*tickets.FireDue(), 1);
  EXPECT_TRUE(Woken());
  EXPECT_EQ(broken.tries, 101);
  EXPECT_EQ(*tickets.NextDue(), clock_.Now() + kAsideFirst);
  // Longer after every try, and no longer than the longest.
  for (const Duration wait : {kAsideFirst, kAsideFirst * 2, kAsideFirst * 4}) {
    EXPECT_EQ(*tickets.NextDue(), clock_.Now() + wait);
    clock_.Advance(wait);
    EXPECT_EQ(*tickets.FireDue(), 0);
    EXPECT_EQ(*tickets.FireDue(), 0);
  }
  EXPECT_EQ(broken.tries, 404);
  for (int i = 0; i < 20; ++i) {
    clock_.Advance(kAsideLongest);
    EXPECT_EQ(*tickets.FireDue(), 0);
  }
  EXPECT_EQ(*tickets_->FireDue(), 100) << "somebody mended them";
  EXPECT_EQ(*tickets_->FireDue(), 1);
}

MUARA_ON_BOTH_ENGINES(TimersTest);

}  // namespace
}  // namespace muara::ticket

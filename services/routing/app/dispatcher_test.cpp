// One leader at a time, whoever else tries; capacity holds whatever happens at once.
#include "services/routing/app/dispatcher.h"

#include <random>
#include <set>

#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

constexpr Duration kLease = std::chrono::seconds(2);

class DispatcherTest : public RoutingTest {};

TEST_P(DispatcherTest, LeadershipChangesOnlyAfterTheLease) {
  const auto two = NewReplica();
  Step();
  EXPECT_TRUE(one_->dispatcher.leads());
  ASSERT_TRUE(two->dispatcher.Step().ok());
  EXPECT_FALSE(two->dispatcher.leads());
  clock_.Advance(kLease);
  ASSERT_TRUE(two->dispatcher.Step().ok());
  EXPECT_FALSE(two->dispatcher.leads()) << "the lease still stands at its last moment";
  clock_.Advance(std::chrono::seconds(1));
  ASSERT_TRUE(two->dispatcher.Step().ok());
  EXPECT_TRUE(two->dispatcher.leads());
  Step();
  EXPECT_FALSE(one_->dispatcher.leads());
}

TEST_P(DispatcherTest, ALeaderThatRenewsKeepsItsEpoch) {
  AddAgent("ann");
  const auto two = NewReplica();
  std::set<int64_t> epochs;
  for (int i = 0; i < 5; ++i) {
    Step();
    clock_.Advance(std::chrono::seconds(1));
    ASSERT_TRUE(two->dispatcher.Step().ok());
    EXPECT_FALSE(two->dispatcher.leads());
    Open("t" + std::to_string(i));
    Step();
    if (i < 4) epochs.insert(Pending("t" + std::to_string(i)).epoch);
  }
  EXPECT_EQ(epochs.size(), 1u);
}

TEST_P(DispatcherTest, AStoppedLeaderGivesWayAtOnce) {
  const auto two = NewReplica();
  ASSERT_TRUE(one_->dispatcher.Start().ok());
  EXPECT_TRUE(testing::Eventually([&] { return one_->dispatcher.leads(); }));
  one_->dispatcher.Stop();
  ASSERT_TRUE(two->dispatcher.Step().ok());
  EXPECT_TRUE(two->dispatcher.leads());
}

TEST_P(DispatcherTest, AfterATakeoverPendingOffersStandAndRunOut) {
  AddAgent("ann");
  Open("t1");
  Open("t2");
  Step();
  const Offer first = Pending("t1"), second = Pending("t2");
  clock_.Advance(kLease + std::chrono::seconds(1));
  const auto two = NewReplica();
  ASSERT_TRUE(two->dispatcher.Step().ok());
  ASSERT_TRUE(two->dispatcher.leads());
  EXPECT_EQ(PendingCount(), 2u);
  EXPECT_TRUE(two->offers.Accept(first.id, Key(), {"ann"}).ok());
  clock_.Advance(std::chrono::seconds(30));
  ASSERT_TRUE(two->dispatcher.Step().ok());
  EXPECT_EQ(GetOffer(second.id).status, OfferStatus::kTimedOut);
  ExpectCapacityIsRight();
}

TEST_P(DispatcherTest, TheOldLeadersPictureDoesNoHarm) {
  Step();
  clock_.Advance(kLease + std::chrono::seconds(1));
  const auto two = NewReplica();
  ASSERT_TRUE(two->dispatcher.Step().ok());
  AddAgent("ann");
  Open("t1");
  // The old one has not looked at its lease since: its offer is refused by the store.
  clock_.Advance(-(kLease + std::chrono::seconds(1)));
  const Status stepped = one_->dispatcher.Step();
  ASSERT_FALSE(stepped.ok());
  EXPECT_EQ(stepped.error().reason, "NOT_LEADER");
  EXPECT_EQ(PendingCount(), 0u);
}

TEST_P(DispatcherTest, AnEngineLearnsWhatAnotherReplicaChanged) {
  Step();
  const auto two = NewReplica();
  AddAgent("ann");
  ASSERT_TRUE(
      database_->Transact([&](sql::Tx& tx) { return two->work.OpenedIn(tx, Ticket("t1")); }).ok());
  clock_.Advance(kLease);
  Step();
  // SQLite has one process and so one floor: there the change comes with the next load alone.
  if (GetParam() == sql::Engine::kPostgres) {
    EXPECT_EQ(Pending("t1").agent_id, "ann");
  }
}

TEST_P(DispatcherTest, WhatAnotherReplicaChangesIsKnownInHalfASecond) {
  if (GetParam() == sql::Engine::kSqlite) return;  // one process, one floor
  AddAgent("ann");
  Step();
  const auto two = NewReplica();
  const auto of_two = [&](Status (Work::*reaction)(sql::Tx&, const TicketView&), const char* id) {
    const Status done =
        database_->Transact([&](sql::Tx& tx) { return (two->work.*reaction)(tx, Ticket(id)); });
    ASSERT_TRUE(done.ok());
  };
  of_two(&Work::OpenedIn, "t1");
  clock_.Advance(std::chrono::milliseconds(500));
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
  ASSERT_TRUE(
      two->people.SetPresence("ann", Key(), PresenceBy::kAgent, AgentStatus::kAway, "").ok());
  of_two(&Work::OpenedIn, "t2");
  of_two(&Work::OpenedIn, "t3");
  clock_.Advance(std::chrono::milliseconds(500));
  Step();
  of_two(&Work::EndedIn, "t2");
  ASSERT_TRUE(
      two->people.SetPresence("ann", Key(), PresenceBy::kAgent, AgentStatus::kAvailable, "").ok());
  clock_.Advance(std::chrono::milliseconds(500));
  Step();
  EXPECT_EQ(Get("t2").status, ItemStatus::kDone);
  EXPECT_EQ(Pending("t3").agent_id, "ann");
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(DispatcherTest, WhatWasMissedIsReadWithinAMinute) {
  if (GetParam() == sql::Engine::kSqlite) return;
  AddAgent("ann");
  Step();
  const auto two = NewReplica();
  // As of a replica whose clock is far behind.
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    RETURN_IF_ERROR(two->work.OpenedIn(tx, Ticket("t1")));
                    RETURN_IF_ERROR(tx.Execute("UPDATE work_item SET changed_us = 1"));
                    return Ok();
                  })
                  .ok());
  for (int i = 0; i < 59; ++i) {
    clock_.Advance(std::chrono::seconds(1));
    Step();
  }
  EXPECT_EQ(PendingCount(), 0u);
  clock_.Advance(std::chrono::seconds(1));
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(DispatcherTest, TheBestGoesFirst) {
  Open("low");
  clock_.Advance(Duration(1));
  TicketView urgent = Ticket("urgent");
  urgent.priority = 60;
  ASSERT_TRUE(React(&Work::OpenedIn, urgent).ok());
  AddAgent("ann", 1);
  Step();
  EXPECT_EQ(Pending("urgent").agent_id, "ann");
  AddAgent("bob", 1);
  Step();
  EXPECT_EQ(Pending("low").agent_id, "bob");
}

TEST_P(DispatcherTest, CapacityHoldsWhileEverythingHappensAtOnce) {
  constexpr int kItems = 60;
  const auto two = NewReplica();
  for (int i = 0; i < 4; ++i) AddAgent("agent" + std::to_string(i), 3 + i);
  for (int i = 0; i < kItems; ++i) {
    Open("t" + std::to_string(i), i % 3 == 0 ? Channel::kChat : Channel::kEmail);
  }
  std::atomic<int> left{4};  // who act
  bus::AtOnce(6, [&](int who) {
    std::minstd_rand random(static_cast<uint32_t>(who) + 1);
    if (who < 2) {  // two leaders that fight
      while (left > 0) {
        Replica& replica = who == 0 ? *one_ : *two;
        const Status stepped = replica.dispatcher.Step();
        EXPECT_TRUE(stepped.ok() || stepped.error().reason == "NOT_LEADER");
        if (random() % 4 == 0) clock_.Advance(std::chrono::milliseconds(700));
      }
      return;
    }
    for (int i = 0; i < 60; ++i) {
      for (const Offer& offer : *one_->offers.List(OfferStatus::kPending, "", 5, "")) {
        const int choice = static_cast<int>(random() % 8);
        if (choice < 4) (void)one_->offers.Accept(offer.id, Key(), {});
        if (choice == 4) (void)one_->offers.Reject(offer.id, Key(), {}, "");
        if (choice == 5 || choice == 6) {
          const auto reaction = choice == 5 ? &Work::EndedIn : &Work::ParkedIn;
          EXPECT_TRUE(React(reaction, Ticket(offer.work_item_id)).ok());
        }
        if (choice == 7) {
          SetPresence(offer.agent_id, AgentStatus::kAway);
          SetPresence(offer.agent_id, AgentStatus::kAvailable);
        }
      }
    }
    --left;
  });
  ExpectCapacityIsRight();
  std::set<std::string> offered;
  for (const Offer& offer : *one_->offers.List(OfferStatus::kPending, "", 200, "")) {
    EXPECT_TRUE(offered.insert(offer.work_item_id).second) << "two active offers of one item";
  }
}

MUARA_ON_BOTH_ENGINES(DispatcherTest);

}  // namespace
}  // namespace muara::routing

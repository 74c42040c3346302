// Where work stands, what it is told of its wait, and how that is compared with what came.
#include "services/routing/app/waits.h"

#include <random>

#include "services/routing/app/routing_fixture.h"
#include "services/routing/domain/rank.h"
#include "services/routing/store/waits.h"

namespace muara::routing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class WaitsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    waits_ = std::make_unique<Waits>(*database_, clock_, one_->policy, one_->hours);
    AddAgent("ann", 1);
  }
  TicketView Of(const std::string& id) {
    TicketView ticket = Ticket(id);
    ticket.assignee_id = "ann";
    return ticket;
  }
  // Ann takes it, 10 s after the one before it, and works until the next one.
  void Serve(const std::string& id) {
    ASSERT_EQ(Accepted(id).agent_id, "ann");
    clock_.Advance(seconds(10));
    ASSERT_TRUE(React(&Work::EndedIn, Of(id)).ok());
  }
  // s0 to s<count>, each there before the one before it was taken: `count` gaps of 10 s.
  void ServeSome(int count) {
    for (int i = 0; i <= count; ++i) Open("s" + std::to_string(i));
    for (int i = 0; i <= count; ++i) Serve("s" + std::to_string(i));
  }
  WaitNow WaitOf(const std::string& id) {
    const auto wait = waits_->Of(id);
    EXPECT_TRUE(wait.ok());
    return wait.ok() ? *wait : WaitNow();
  }
  Calibration Calibrated() {
    EXPECT_FALSE(*waits_->Settle());
    return *waits_->CalibrationOf("general");
  }

  std::unique_ptr<Waits> waits_;
};

TEST_P(WaitsTest, ThePaceOfWhatWaitedGivesARangeByPosition) {
  ServeSome(5);
  for (const char* id : {"t1", "t2", "t3"}) {
    Open(id);
    clock_.Advance(seconds(1));
  }
  const WaitNow third = WaitOf("t3");
  EXPECT_EQ(third.position, 3);
  EXPECT_EQ(third.able_agents, 1);
  EXPECT_EQ(third.gaps, 5);
  ASSERT_TRUE(third.range);
  const WaitRange expected = *EstimateWait({5, seconds(50)}, 3);
  EXPECT_EQ(third.range->p50, expected.p50);
  EXPECT_EQ(third.range->p90, expected.p90);
  EXPECT_EQ(third.unknown_reason, "");
  EXPECT_EQ(WaitOf("t1").position, 1);
  clock_.Advance(hours(25));
  EXPECT_EQ(WaitOf("t3").unknown_reason, "TOO_FEW_SERVED") << "that was yesterday";
}

// As rank.h says it in plain words, whatever a queue goes by.
TEST_P(WaitsTest, ThePositionIsTheRankAmongAllThatWait) {
  std::mt19937 random(11);
  const auto draw = [&](int below) { return static_cast<int>(random() % below); };
  std::vector<WorkItem> items;
  for (int i = 0; i < 40; ++i) {
    WorkItem item;
    item.id = "w" + std::to_string(draw(1000)) + "-" + std::to_string(i);
    item.queue_id = item.home_queue_id = "general";
    item.priority = draw(3) * 10;
    item.enqueue_time = clock_.Now() - std::chrono::minutes(draw(5));
    if (draw(2) == 0) item.due_time = clock_.Now() + std::chrono::minutes(draw(5) + 55);
    if (i % 8 == 7) item.status = ItemStatus::kParked;
    items.push_back(item);
  }
  for (const Order order : {Order::kPriority, Order::kDueTime}) {
    for (const int ageing : {0, 1, 10}) {
      Queue queue;
      queue.id = "general";
      queue.order = order;
      queue.ageing_per_minute = ageing;
      const Status checked = database_->Transact([&](sql::Tx& tx) -> Status {
        RETURN_IF_ERROR(tx.Execute("DELETE FROM work_item"));
        for (WorkItem& item : items) {
          item.version = 1;
          RETURN_IF_ERROR(one_->floor.Insert(tx, item, clock_.Now()));
        }
        RETURN_IF_ERROR(tx.Settle());
        for (const WorkItem& item : items) {
          const Rank own = RankOf(queue, item, clock_.Now());
          const auto before = std::count_if(items.begin(), items.end(), [&](const WorkItem& one) {
            return one.status == ItemStatus::kQueued &&
                   RankOf(queue, one, clock_.Now()).Before(own);
          });
          ASSIGN_OR_RETURN(const int counted, store::CountBefore(tx, queue, item));
          EXPECT_EQ(counted, before) << item.id << " order " << static_cast<int>(order);
        }
        return MakeError(Code::kAborted, "UNDO", "for the next one");
      });
      EXPECT_EQ(checked.error().reason, "UNDO") << checked.error().message;
    }
  }
}

TEST_P(WaitsTest, OnlyWhoIsThereAndOfTheQueueIsAble) {
  AddAgent("ben", 1, {"generals", "a-general", "general-two"});
  AddAgent("bob", 1, {"first", "general"});
  AddAgent("bea", 1, {"general", "last"});
  Open("t1");
  EXPECT_EQ(WaitOf("t1").able_agents, 3);
  SetPresence("bea", AgentStatus::kAway);
  EXPECT_EQ(WaitOf("t1").able_agents, 2);
}

TEST_P(WaitsTest, WithoutAnAbleAgentOrEnoughServedThereIsNoEstimate) {
  ServeSome(4);
  Open("t1");
  EXPECT_EQ(WaitOf("t1").unknown_reason, "TOO_FEW_SERVED");
  EXPECT_EQ(WaitOf("t1").gaps, 4);
  SetPresence("ann", AgentStatus::kAway);
  AddAgent("bob", 1, {"billing"});
  const WaitNow wait = WaitOf("t1");
  EXPECT_EQ(wait.able_agents, 0);
  EXPECT_EQ(wait.position, 1);
  EXPECT_FALSE(wait.range);
  EXPECT_EQ(wait.unknown_reason, "NO_ABLE_AGENT");
  AddAgent("cat", 1);
  EXPECT_EQ(WaitOf("t1").able_agents, 1);
  Open("t2");
  Step();
  EXPECT_EQ(WaitOf("t2").able_agents, 1) << "busy is able";
  EXPECT_EQ(waits_->Of("t1").error().reason, "NOT_WAITING");
  EXPECT_EQ(waits_->Of("none").error().reason, "WORK_ITEM_NOT_FOUND");
  EXPECT_EQ(waits_->CalibrationOf("none").error().reason, "QUEUE_NOT_FOUND");
}

TEST_P(WaitsTest, APaceIsNoEstimateWhereNobodyIsThere) {
  ServeSome(5);
  Open("t1");
  SetPresence("ann", AgentStatus::kAway);
  EXPECT_EQ(WaitOf("t1").gaps, 5);
  EXPECT_FALSE(WaitOf("t1").range);
  EXPECT_EQ(WaitOf("t1").unknown_reason, "NO_ABLE_AGENT");
  clock_.Advance(seconds(5));
  SetPresence("ann", AgentStatus::kAvailable);
  EXPECT_TRUE(WaitOf("t1").range);
}

TEST_P(WaitsTest, OfTwoEstimatesAtOnceTheFirstIsKept) {
  Open("t1");
  const Time first = clock_.Now();
  for (int i = 0; i < 2; ++i) {
    const auto kept = database_->Transact([&](sql::Tx& tx) {
      return store::KeepEstimate(tx,
                                 {"t1", "general", clock_.Now(), 1, {seconds(100), seconds(200)}});
    });
    ASSERT_TRUE(kept.ok());
    clock_.Advance(seconds(10));
  }
  Step();
  Pending("t1");
  EXPECT_EQ(Calibrated().count, 1);
  EXPECT_EQ(Calibrated().mean_error, seconds(100) - (clock_.Now() - first));
}

TEST_P(WaitsTest, TheFirstEstimateIsComparedWithWhatCame) {
  ServeSome(5);
  Open("busy");
  Accepted("busy");
  Open("t1");
  const WaitRange told = *WaitOf("t1").range;
  clock_.Advance(seconds(20));
  WaitOf("t1");  // asked again: the first one counts
  EXPECT_EQ(Calibrated().count, 0) << "it waits still";
  ASSERT_TRUE(React(&Work::EndedIn, Of("busy")).ok());
  Step();
  const Calibration found = Calibrated();
  EXPECT_EQ(found.count, 1);
  EXPECT_EQ(found.mean_error, seconds(20) - told.p50);
  EXPECT_EQ(found.within_p50, 0);
  EXPECT_EQ(found.within_p90, told.p90 >= seconds(20) ? 1 : 0);
  EXPECT_EQ(Calibrated().count, 1) << "settled once";
  ASSERT_TRUE(one_->offers.Reject(Pending("t1").id, Key(), {}, "").ok());
  clock_.Advance(kEstimatesKept - seconds(30));
  EXPECT_EQ(Calibrated().count, 1);
  clock_.Advance(seconds(40));
  EXPECT_EQ(Calibrated().count, 0) << "it is old";
}

TEST_P(WaitsTest, WhatEndsWithoutAnOfferIsNotCompared) {
  ServeSome(5);
  Open("busy");
  Accepted("busy");
  Open("t1");
  WaitOf("t1");
  clock_.Advance(seconds(1));
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  EXPECT_EQ(Calibrated().count, 0);
  ASSERT_TRUE(React(&Work::EndedIn, Of("busy")).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, Ticket("t1")).ok());
  clock_.Advance(seconds(1));
  Step();
  Pending("t1");
  EXPECT_EQ(Calibrated().count, 0) << "that is another wait, of which nothing was told";
}

MUARA_ON_BOTH_ENGINES(WaitsTest);

}  // namespace
}  // namespace muara::routing

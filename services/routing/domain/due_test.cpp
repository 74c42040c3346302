// Overflow, the maximum wait and hours: as plain rules, and as the engine tells of them.
#include "services/routing/domain/due.h"

#include <gtest/gtest.h>

#include "services/routing/domain/engine.h"
#include "services/routing/domain/hours_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Time kSeven = FromMicros(1772348400000000);  // 2026-03-01T07:00:00Z
// 08:00 to 17:00.
SharedHours Office() { return Daily({{480, 1020}}); }

Queue NewQueue(const std::function<void(Queue&)>& set) {
  Queue queue{.id = "a", .display_name = "A"};
  set(queue);
  return queue;
}

WorkItem Waiting(const std::string& id, Time since) {
  WorkItem item;
  item.id = id;
  item.queue_id = item.home_queue_id = "a";
  item.enqueue_time = since;
  return item;
}

TEST(Due, OverflowCountsTheTimeInWhichTheQueueIsOpen) {
  Queue queue = NewQueue([](Queue& one) {
    one.overflow_seconds = 600;
    one.overflow_queue_id = "b";
  });
  WorkItem item = Waiting("i", kSeven);
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(599)), std::nullopt);
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(600)), Due::kOverflow);
  queue.hours = Office();
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(69)), std::nullopt);
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(70)), Due::kOverflow);
  item = Waiting("i", kSeven + minutes(595));  // five minutes before it closes
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(25)), std::nullopt);
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(25) + minutes(5)), Due::kOverflow);
  queue.hours = ClosedAlways();
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(1000)), std::nullopt);
}

TEST(Due, OverflowCountsFromWhenItBeganToWaitInItsQueue) {
  const Queue queue = NewQueue([](Queue& one) {
    one.overflow_seconds = 600;
    one.overflow_queue_id = "b";
  });
  WorkItem item = Waiting("i", kSeven);
  item.wait_start = kSeven + minutes(20);
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(29)), std::nullopt) << "it was in hands";
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(30)), Due::kOverflow);
  item.MoveTo("b", kSeven + minutes(40));
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(90)), std::nullopt);
  item.MoveTo("a", kSeven + minutes(90));
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(99)), std::nullopt);
  item.MoveTo("a", kSeven + minutes(95));  // where it is
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(100)), Due::kOverflow);
  item.wait_start = kSeven + minutes(95);
  EXPECT_EQ(DueOf(queue, item, kSeven + minutes(100)), std::nullopt) << "the later one";
  EXPECT_EQ(item.enqueue_time, kSeven) << "it keeps its age";
}

TEST(Due, AClosedQueueSendsAwayOnceAndOnlyWhereItSaysSo) {
  Queue queue = NewQueue([](Queue& one) {
    one.hours = Office();
    one.overflow_queue_id = "b";
  });
  WorkItem item = Waiting("i", kSeven);
  EXPECT_EQ(DueOf(queue, item, kSeven), std::nullopt) << "it waits";
  queue.closed_hours = ClosedHours::kOverflow;
  EXPECT_EQ(DueOf(queue, item, kSeven), Due::kOverflow);
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(1)), std::nullopt) << "it is open";
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(10)), Due::kOverflow);
  item.home_queue_id = "c";
  EXPECT_EQ(DueOf(queue, item, kSeven), std::nullopt) << "it came by overflow";
}

TEST(Due, TheMaximumWaitIsToldOnceForEachWaitAndAfterOverflow) {
  Queue queue = NewQueue([](Queue& one) {
    one.max_wait_seconds = 60;
    one.overflow_queue_id = "b";
  });
  WorkItem item = Waiting("i", kSeven);
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(59)), std::nullopt);
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(60)), Due::kMaxWait);
  item.wait_start = kSeven + seconds(30);
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(60)), std::nullopt) << "it was in hands before";
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(90)), Due::kMaxWait);
  queue.overflow_seconds = 10;
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(90)), Due::kOverflow);
  item.home_queue_id = "c";
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(90)), Due::kMaxWait);
  item.is_overdue = true;
  EXPECT_EQ(DueOf(queue, item, kSeven + seconds(90)), std::nullopt);
  queue.hours = Office();
  item.is_overdue = false;
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(1)), std::nullopt) << "of its working time";
  EXPECT_EQ(DueOf(queue, item, kSeven + hours(1) + seconds(60)), Due::kMaxWait);
}

class OpeningTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Agent agent{.id = "ann", .queue_ids = {"a", "b"}, .capacity = 9};
    agent.status = AgentStatus::kAvailable;
    agent.connection = Connection::kLive;
    engine_.Put(agent);
    queue_ = NewQueue([](Queue& one) { one.hours = Office(); });
    Put(queue_);
    engine_.Put(Waiting("i", kSeven));
  }
  void Put(Queue& queue) {
    ++queue.version;
    engine_.Put(queue);
  }
  size_t GivenAt(Time now) { return engine_.Match(now).size(); }
  std::string ToldAt(Time now) {
    engine_.Match(now);
    std::string out;
    for (const DueItem& one : engine_.TakeOverdue()) {
      out += one.item_id + std::to_string(static_cast<int>(one.due)) + " ";
    }
    return out;
  }

  Engine engine_;
  Queue queue_;
};

TEST_F(OpeningTest, WhatWaitsIsGivenWhenItsQueueOpens) {
  EXPECT_EQ(GivenAt(kSeven), 0u);
  EXPECT_EQ(engine_.NextChange(), kSeven + hours(1));
  EXPECT_EQ(GivenAt(kSeven + minutes(59)), 0u);
  EXPECT_EQ(GivenAt(kSeven + hours(1)), 1u);
  EXPECT_EQ(engine_.NextChange(), kSeven + hours(10));
}

TEST_F(OpeningTest, WhatComesIntoAClosedQueueWaits) {
  EXPECT_EQ(GivenAt(kSeven + hours(2)), 1u);
  EXPECT_EQ(GivenAt(kSeven + hours(10)), 0u);
  engine_.Put(Waiting("j", kSeven + hours(10)));
  EXPECT_EQ(GivenAt(kSeven + hours(10)), 0u);
  EXPECT_EQ(GivenAt(kSeven + hours(25)), 1u);
}

TEST_F(OpeningTest, OtherHoursCountAtOnce) {
  EXPECT_EQ(GivenAt(kSeven), 0u);
  queue_.hours = nullptr;
  Put(queue_);
  EXPECT_EQ(GivenAt(kSeven), 1u);
  engine_.Put(Waiting("j", kSeven));
  queue_.hours = ClosedAlways();
  Put(queue_);
  EXPECT_EQ(GivenAt(kSeven), 0u);
  EXPECT_EQ(engine_.NextChange(), std::nullopt);
}

TEST_F(OpeningTest, OverflowIsToldAtTheClosingAndOfWhatComesLater) {
  queue_.closed_hours = ClosedHours::kOverflow;
  queue_.overflow_queue_id = "b";
  queue_.requirements = {{"german", 1, {}}};
  Put(queue_);
  EXPECT_EQ(ToldAt(kSeven + hours(1)), "");
  EXPECT_EQ(ToldAt(kSeven + hours(10) - seconds(1)), "");
  EXPECT_EQ(ToldAt(kSeven + hours(10)), "i1 ");
  EXPECT_EQ(ToldAt(kSeven + hours(11)), "") << "once";
  engine_.Put(Waiting("j", kSeven + hours(11)));
  EXPECT_EQ(ToldAt(kSeven + hours(11)), "j1 ");
}

TEST_F(OpeningTest, TheMaximumWaitIsToldOnceWhereNobodyTakesIt) {
  queue_.max_wait_seconds = 60;
  queue_.requirements = {{"german", 1, {}}};
  Put(queue_);
  EXPECT_EQ(ToldAt(kSeven + hours(1)), "");
  EXPECT_EQ(engine_.NextChange(), kSeven + hours(1) + seconds(60));
  EXPECT_EQ(ToldAt(kSeven + hours(1) + seconds(60)), "i2 ");
  Put(queue_);
  EXPECT_EQ(ToldAt(kSeven + hours(1) + seconds(61)), "") << "once, wherever it is placed anew";
  WorkItem item = Waiting("i", kSeven);
  item.is_overdue = true;
  item.version = 2;
  engine_.Put(item);
  EXPECT_EQ(ToldAt(kSeven + hours(2)), "");
  item.status = ItemStatus::kExpired;
  engine_.Put(item);
  EXPECT_EQ(engine_.waiting(), 0);
}

}  // namespace
}  // namespace muara::routing

// The plain rules: capacity, requirements, order, and what keeps an item and an agent apart.
#include <gtest/gtest.h>

#include "services/routing/domain/ability.h"
#include "services/routing/domain/hours_fixture.h"
#include "services/routing/domain/rank.h"

namespace muara::routing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Time kStart = FromMicros(1772348400000000);

Load Holding(Channel channel, int units) {
  Load load;
  load.Add(channel, units);
  return load;
}

TEST(Capacity, ACallNeedsAnAgentWithNothingElse) {
  const CapacityPolicy policy;
  EXPECT_EQ(RoomFor(policy, Channel::kPhone, {}, 4), 4);
  EXPECT_EQ(RoomFor(policy, Channel::kPhone, Holding(Channel::kEmail, 1), 4), -1);
  EXPECT_EQ(RoomFor(policy, Channel::kEmail, Holding(Channel::kPhone, 4), 8), -1);
}

TEST(Capacity, ChatsRideBesideMail) {
  Load load = Holding(Channel::kEmail, 1);
  load.Add(Channel::kChat, 2);
  EXPECT_EQ(RoomFor(CapacityPolicy(), Channel::kChat, load, 4), 1);
  EXPECT_EQ(RoomFor(CapacityPolicy(), Channel::kChat, load, 2), 0) << "lowered meanwhile";
}

TEST(Capacity, WhatIsInterruptedDoesNotCount) {
  CapacityPolicy policy;
  policy.beside[4][1] = Beside::kInterrupts;
  EXPECT_EQ(RoomFor(policy, Channel::kPhone, Holding(Channel::kEmail, 4), 4), 4);
  EXPECT_EQ(RoomFor(policy, Channel::kPhone, Holding(Channel::kChat, 2), 4), -1);
}

TEST(Requirements, RelaxRingByRingAndTheLastStays) {
  const Requirements needs = {{"german", 4, {{60, 2}, {300, 0}}}};
  EXPECT_EQ(NeedsAt(needs, {}, seconds(59)), (std::vector<Skill>{{"german", 4}}));
  EXPECT_EQ(NeedsAt(needs, {}, seconds(60)), (std::vector<Skill>{{"german", 2}}));
  EXPECT_EQ(NeedsAt(needs, {}, seconds(300)), std::vector<Skill>());
  EXPECT_EQ(NextRing(needs, {}, seconds(59)), Duration(seconds(60)));
  EXPECT_EQ(NextRing(needs, {}, seconds(60)), Duration(seconds(300)));
  EXPECT_EQ(NextRing(needs, {}, seconds(300)), std::nullopt);
}

TEST(Requirements, OfQueueAndItemTheHigherLevelCounts) {
  const Requirements queue = {{"german", 2, {}}, {"billing", 1, {}}};
  const Requirements item = {{"german", 3, {{60, 1}}}};
  EXPECT_EQ(NeedsAt(queue, item, seconds(0)), (std::vector<Skill>{{"billing", 1}, {"german", 3}}));
  EXPECT_EQ(NeedsAt(queue, item, seconds(60)), (std::vector<Skill>{{"billing", 1}, {"german", 2}}));
}

WorkItem Item(const char* id, int priority, Time enqueued, Time due = {}) {
  WorkItem item;
  item.id = id;
  item.priority = priority;
  item.enqueue_time = enqueued;
  item.due_time = due;
  return item;
}

TEST(Rank, PointsGrowWithWaiting) {
  Queue queue;
  queue.priority = 5;
  queue.ageing_per_minute = 2;
  const WorkItem item = Item("i", 10, kStart);
  EXPECT_EQ(RankOf(queue, item, kStart).score, 15 * kPoint);
  EXPECT_EQ(RankOf(queue, item, kStart + minutes(3)).score, 21 * kPoint);
}

TEST(Rank, ALowerTierGoesFirstWhateverThePoints) {
  Queue first, second;
  second.tier = 1;
  second.priority = 100;
  EXPECT_TRUE(RankOf(first, Item("b", 0, kStart), kStart)
                  .Before(RankOf(second, Item("a", 100, kStart - minutes(60)), kStart)));
}

TEST(Rank, ByDueTimeTheEarliestDueGoesFirst) {
  Queue queue;
  queue.order = Order::kDueTime;
  const WorkItem soon = Item("a", 0, kStart, kStart + minutes(30));
  const WorkItem late = Item("b", 90, kStart - minutes(20), kStart + minutes(300));
  const WorkItem none = Item("c", 90, kStart - minutes(20));  // as if due in 40 minutes
  EXPECT_TRUE(RankOf(queue, soon, kStart).Before(RankOf(queue, none, kStart)));
  EXPECT_TRUE(RankOf(queue, none, kStart).Before(RankOf(queue, late, kStart)));
}

TEST(Rank, WhatIsEqualGoesByWaitThenById) {
  Queue queue;
  queue.ageing_per_minute = 0;
  const WorkItem first = Item("a", 0, kStart), same = Item("b", 0, kStart);
  const WorkItem newer = Item("a", 0, kStart + seconds(1));
  EXPECT_TRUE(RankOf(queue, first, kStart).Before(RankOf(queue, same, kStart)));
  EXPECT_TRUE(RankOf(queue, same, kStart).Before(RankOf(queue, newer, kStart)));
}

class Ability : public ::testing::Test {
 protected:
  Ability() {
    queue_.id = "q";
    item_.queue_id = "q";
    item_.enqueue_time = kStart;
    agent_.id = "ann";
    agent_.status = AgentStatus::kAvailable;
    agent_.connection = Connection::kLive;
    agent_.queue_ids = {"q"};
    preferred_ = agent_;
    preferred_.id = "bob";
  }
  std::string Codes(Time now = kStart) {
    std::string codes;
    for (const Hindrance& one : HindrancesOf({policy_, queue_, &preferred_}, item_, agent_, now)) {
      codes += one.code + " ";
    }
    return codes;
  }

  CapacityPolicy policy_;
  Queue queue_;
  WorkItem item_;
  Agent agent_;
  Agent preferred_;
};

TEST_F(Ability, NothingKeepsThemApart) { EXPECT_EQ(Codes(), ""); }

TEST_F(Ability, EveryReasonIsSaid) {
  queue_.hours = ClosedAlways();
  queue_.requirements = {{"german", 3, {}}};
  item_.weight = 9;
  item_.excluded["ann"] = kStart + seconds(1);
  item_.preferred_agent_id = "bob";
  item_.preferred_until = kStart + seconds(1);
  item_.preference = Preference::kDirected;
  agent_.status = AgentStatus::kAway;
  agent_.connection = Connection::kNone;
  agent_.queue_ids.clear();
  // Kept for bob, so her own skills are not the question.
  EXPECT_EQ(Codes(),
            "QUEUE_CLOSED KEPT_FOR_ANOTHER NOT_AVAILABLE NO_LIVE_SESSION NO_CAPACITY EXCLUDED ");
  EXPECT_EQ(Codes(kStart + seconds(1)),
            "QUEUE_CLOSED NOT_AVAILABLE NO_LIVE_SESSION NOT_IN_QUEUE SKILL_MISSING NO_CAPACITY ");
}

TEST_F(Ability, ADetailSaysHowMuchIsMissing) {
  queue_.requirements = {{"german", 3, {}}};
  agent_.skills = {{"german", 2}};
  const auto found = HindrancesOf({policy_, queue_}, item_, agent_, kStart);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].detail, "needs german at 3, has 2");
}

TEST_F(Ability, ADetailSaysWhereTheAgentIs) {
  agent_.status = AgentStatus::kAway;
  agent_.status_reason = "LUNCH";
  agent_.status_time = kStart;
  EXPECT_EQ(HindrancesOf({policy_, queue_}, item_, agent_, kStart).at(0).detail,
            "is away: LUNCH since 2026-03-01T07:00:00.000Z");
}

TEST_F(Ability, ADetailSaysWhetherTheAgentIsThere) {
  const auto detail = [&] {
    return HindrancesOf({policy_, queue_}, item_, agent_, kStart).at(0).detail;
  };
  agent_.connection = Connection::kSuspect;
  agent_.connection_time = kStart;
  EXPECT_EQ(detail(), "nothing is heard of it since 2026-03-01T07:00:00.000Z");
  agent_.connection = Connection::kNone;
  EXPECT_EQ(detail(), "has no session since 2026-03-01T07:00:00.000Z");
  agent_.connection_time = Time();
  EXPECT_EQ(detail(), "has no session");
}

TEST_F(Ability, ForAChannelTheAgentsOwnReasonsAreTheSame) {
  const auto codes = [&](Channel channel) {
    std::string out;
    for (const Hindrance& one : HindrancesOf(policy_, agent_, channel)) out += one.code + " ";
    return out;
  };
  EXPECT_EQ(codes(Channel::kPhone), "");
  agent_.load.Add(Channel::kEmail, 3);
  EXPECT_EQ(codes(Channel::kEmail), "");
  EXPECT_EQ(codes(Channel::kChat), "NO_CAPACITY ");
  EXPECT_EQ(codes(Channel::kPhone), "INTERRUPT ");
  agent_.status = AgentStatus::kOffline;
  agent_.connection = Connection::kNone;
  item_.channel = Channel::kChat;
  item_.weight = 2;
  EXPECT_EQ(codes(Channel::kChat), Codes());
}

TEST_F(Ability, WorkIsKeptOnlyForOneWhoMayHaveIt) {
  item_.preferred_agent_id = "bob";
  item_.preferred_until = kStart + seconds(60);
  EXPECT_EQ(Codes(), "KEPT_FOR_ANOTHER ");
  EXPECT_EQ(Codes(kStart + seconds(60)), "");
  preferred_.queue_ids.clear();
  EXPECT_EQ(Codes(), "") << "bob no longer works on this queue";
  item_.preference = Preference::kDirected;
  EXPECT_EQ(Codes(), "KEPT_FOR_ANOTHER ") << "but was named for it";
  preferred_.status = AgentStatus::kAway;
  EXPECT_EQ(Codes(), "");
  preferred_.status = AgentStatus::kAvailable;
  preferred_.connection = Connection::kSuspect;
  EXPECT_EQ(Codes(), "") << "and is not waited for while nothing is heard of bob";
  preferred_.connection = Connection::kLive;
  item_.excluded["bob"] = kStart + seconds(30);
  EXPECT_EQ(Codes(), "") << "bob has rejected it";
}

}  // namespace
}  // namespace muara::routing

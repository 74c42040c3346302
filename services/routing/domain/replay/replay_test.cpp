#include "services/routing/domain/replay/replay.h"

#include <gtest/gtest.h>

#include "services/routing/domain/replay/what_if.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

const Time kStart = FromMicros(1772348400000000);

Agent Working(const std::string& id, int capacity = 1) {
  return {.id = id,
          .display_name = id,
          .queue_ids = {"a"},
          .capacity = capacity,
          .status = AgentStatus::kAvailable,
          .connection = Connection::kLive};
}

Visit Coming(const std::string& id, int at, int work) {
  Visit visit{.item_id = id, .queue_id = "a", .time = kStart + seconds(at)};
  visit.since = visit.time;
  visit.item.id = id;
  visit.item.queue_id = visit.item.home_queue_id = "a";
  visit.item.enqueue_time = visit.time;
  visit.work = seconds(work);
  return visit;
}

History Desk(std::vector<Agent> agents, std::vector<Visit> visits) {
  History history{.from = kStart, .until = kStart + seconds(1000)};
  for (Agent& agent : agents) history.agents.push_back({kStart, std::move(agent)});
  history.queues = {{kStart, {.id = "a", .display_name = "A"}}};
  history.policies = {{kStart, {}}};
  history.visits = std::move(visits);
  return history;
}

std::vector<WaitEnd> Played(const History& history) {
  return *Replay(history, [] { return Ok(); });
}

TEST(Replay, WhatIsHeldAtTheBeginningTakesRoomUntilItReallyEnded) {
  History history = Desk({Working("ann")}, {Coming("x", 1, 10)});
  history.holds = {{"ann", Channel::kEmail, 1, kStart, kStart + seconds(30)}};
  const auto ends = Played(history);
  EXPECT_EQ(ends[0].wait, seconds(29));
  EXPECT_EQ(*ends[0].end_time, kStart + seconds(40));
}

TEST(Replay, TheDelayOfAcceptingIsWaitedAndHeld) {
  History history = Desk({Working("ann")}, {Coming("x", 0, 10), Coming("y", 1, 10)});
  history.accept_delay = seconds(3);
  const auto ends = Played(history);
  EXPECT_EQ(ends[0].wait, seconds(3));
  EXPECT_EQ(ends[1].time, kStart + seconds(16));
}

TEST(Replay, WhatLeavesOrIsGivenByHandDoesSoOnlyIfItStillWaits) {
  Visit left = Coming("x", 1, 10), given = Coming("y", 2, 10);
  left.left = kStart + seconds(20);
  given.hand = Hand{kStart + seconds(20), "bob"};
  Agent bob = Working("bob");
  bob.status = AgentStatus::kAway;
  const auto free = Played(Desk({Working("ann", 2), bob}, {left, given}));
  EXPECT_EQ(free[0].agent_id + free[1].agent_id, "annann");
  EXPECT_EQ(*free[0].end_time, kStart + seconds(11));
  left.work = seconds(500);  // nobody works on what is over
  EXPECT_EQ(*Played(Desk({Working("ann", 2)}, {left}))[0].end_time, kStart + seconds(20));
  const auto none = Played(Desk({bob}, {left, given}));
  EXPECT_EQ(none[0].fate, Fate::kGone);
  EXPECT_EQ(none[0].wait, seconds(19));
  EXPECT_EQ(none[1].agent_id, "bob");
  EXPECT_EQ(none[1].wait, seconds(18));
}

TEST(Replay, ChangesOfWhatWaitsCountWhileItWaits) {
  Visit urgent = Coming("y", 2, 10);
  ItemAt later{kStart + seconds(4), urgent.item};
  later.item.priority = 90;
  urgent.changes = {later};
  const auto ends =
      Played(Desk({Working("ann")}, {Coming("w", 0, 10), Coming("x", 1, 10), urgent}));
  EXPECT_EQ(ends[2].wait, seconds(8));
  EXPECT_EQ(ends[1].wait, seconds(19));
}

TEST(Replay, WhatOverflowsIsGivenWhereItWaitsThenAndStaysThere) {
  Agent other = Working("bob");
  other.queue_ids = {"b"};
  Visit visit = Coming("x", 0, 10);
  visit.changes = {{kStart + seconds(7), visit.item}};
  History history = Desk({other}, {visit});
  history.queues[0].queue.overflow_seconds = 5;
  history.queues[0].queue.overflow_queue_id = "b";
  EXPECT_EQ(Played(history)[0].wait, seconds(5));
  history.agents[0].time = kStart + seconds(9);
  EXPECT_EQ(Played(history)[0].wait, seconds(9));
}

TEST(Replay, WhoComesBackIsTheLeastIdle) {
  History history = Desk({Working("ann"), Working("bob")}, {Coming("x", 20, 10)});
  Agent ann = Working("ann");
  history.agents.push_back({kStart + seconds(10), ann});
  EXPECT_EQ(Played(history)[0].agent_id, "ann") << "was there all the time";
  ann.status = AgentStatus::kAway;
  history.agents.back().agent = ann;
  history.agents.push_back({kStart + seconds(15), Working("ann")});
  EXPECT_EQ(Played(history)[0].agent_id, "bob");
}

TEST(Replay, StopsWhenItIsToldTo) {
  const History history = Desk({Working("ann")}, {Coming("x", 0, 10)});
  const auto ends = Replay(history, [] { return MakeError(Code::kAborted, "STOP", "stop"); });
  ASSERT_FALSE(ends.ok());
  EXPECT_EQ(ends.error().reason, "STOP");
}

TEST(WhatIf, WorkPrefersItsAgentAsLongAsTheChangedQueueSays) {
  Visit visit = Coming("x", 10, 10);
  visit.item.preferred_agent_id = "ann";
  History history = Desk({Working("ann"), Working("bob")}, {Coming("w", 0, 100), visit});
  history.visits[0].item.preferred_agent_id = "ann";
  EXPECT_EQ(Played(history)[1].agent_id, "bob");
  Changes changes;
  changes.queues = {{.id = "a",
                     .change = [](Queue& queue) { queue.preferred_seconds = 500; },
                     .preferred_seconds = 500}};
  const auto changed = Apply(changes, history);
  ASSERT_TRUE(changed.ok());
  const auto ends = Played(*changed);
  EXPECT_EQ(ends[1].agent_id, "ann");
  EXPECT_EQ(ends[1].wait, seconds(90));
}

TEST(WhatIf, WhatARemovedAgentHeldOrWasGivenGoesToOthers) {
  Visit visit = Coming("x", 10, 10);
  visit.hand = Hand{kStart + seconds(10), "ann"};
  History history = Desk({Working("ann"), Working("bob")}, {visit});
  history.holds = {{"ann", Channel::kEmail, 1, kStart, kStart + seconds(30)}};
  Changes changes;
  changes.agents = {{.id = "ann", .change = [](Agent&) {}, .removed = true}};
  const auto changed = Apply(changes, history);
  ASSERT_TRUE(changed.ok());
  EXPECT_TRUE(changed->holds.empty());
  EXPECT_EQ(Played(*changed)[0].agent_id, "bob");
}

TEST(History, WorkThatWasNotSeenToEndIsAsLongAsTheMeanOfItsQueueAndNoShorterThanSeen) {
  History history = Desk({}, {Coming("a", 0, 10), Coming("b", 0, 30), Coming("c", 0, 0),
                              Coming("d", 900, 0), Coming("e", 0, 0)});
  for (size_t i = 0; i < 2; ++i) history.visits[i].actual.end_time = kStart;
  history.visits[3].actual = {.fate = Fate::kServed, .time = kStart + seconds(900)};
  history.visits[4].queue_id = "other";
  GuessWork(history);
  EXPECT_FALSE(history.visits[0].is_work_guessed);
  EXPECT_TRUE(history.visits[2].is_work_guessed);
  EXPECT_EQ(history.visits[2].work, seconds(20));
  EXPECT_EQ(history.visits[3].work, seconds(100) + Duration(1));
  EXPECT_EQ(history.visits[4].work, seconds(20));
}

}  // namespace
}  // namespace muara::routing

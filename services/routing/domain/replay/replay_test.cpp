#include "services/routing/domain/replay/replay.h"

#include <gtest/gtest.h>

#include "services/routing/domain/hours_fixture.h"
#include "services/routing/domain/replay/history_fixture.h"
#include "services/routing/domain/replay/what_if.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

constexpr seconds kLong(1000);

Visit Coming(const std::string& id, int at, int work) {
  return routing::Coming(id, kStart + seconds(at), seconds(work));
}
History Desk(const std::vector<Agent>& agents, std::vector<Visit> visits) {
  return routing::Desk(agents, std::move(visits), kStart + kLong);
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
  left.work = seconds(500);
  EXPECT_EQ(*Played(Desk({Working("ann", 2)}, {left}))[0].end_time, kStart + seconds(501));
  left.is_work_guessed = true;  // nobody works on what is over
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

TEST(Replay, QueuesOpenAndCloseAsTheyDidThen) {
  // From 07:01 to 07:02 on, and from the second minute on all day.
  History history = Desk({Working("ann", 9)}, {Coming("w", 0, 10), Coming("x", 125, 10)});
  history.queues[0].queue.hours = Daily({{421, 422}});
  history.queues.push_back(history.queues[0]);
  history.queues[1].time = kStart + seconds(140);
  history.queues[1].queue.hours = Daily({{0, 1440}});
  const auto ends = Played(history);
  EXPECT_EQ(ends[0].wait, seconds(60));
  EXPECT_EQ(ends[1].wait, seconds(15));
}

TEST(Replay, WhatWaitsItsMaximumExpiresWhereTheQueueSaysSo) {
  History history = Desk({Working("ann")}, {Coming("w", 0, 100), Coming("x", 10, 10)});
  Queue& queue = history.queues[0].queue;
  queue.max_wait_seconds = 30;
  EXPECT_EQ(Played(history)[1].fate, Fate::kServed) << "a supervisor is told, no more";
  queue.max_wait_action = MaxWaitAction::kExpire;
  EXPECT_EQ(Played(history)[1].fate, Fate::kExpired);
  EXPECT_EQ(Played(history)[1].wait, seconds(30));
  // It was taken up again then, whatever became of its wait here.
  history.visits[1].left = kStart + seconds(60);
  EXPECT_EQ(Played(history)[1].fate, Fate::kExpired);
  queue.max_wait_seconds = 0;
  EXPECT_EQ(Played(history)[1].fate, Fate::kGone);
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

TEST(Replay, SaysWhatBecameOfEachVisit) {
  std::vector<Visit> visits;
  for (int i = 0; i < 4; ++i) visits.push_back(Coming(std::to_string(i), i, 120));
  visits[1].left = visits[1].time + seconds(30);
  Agent away = Working("ann");
  away.status = AgentStatus::kAway;
  History history = Desk({Working("ann")}, visits);
  history.agents.push_back({kStart + seconds(180), away});
  const auto ends = Played(history);
  EXPECT_EQ(ends[0].fate, Fate::kServed);
  EXPECT_EQ(ends[0].agent_id, "ann");
  EXPECT_EQ(ends[0].wait, Duration(0));
  EXPECT_EQ(ends[1].fate, Fate::kGone);
  EXPECT_EQ(ends[1].wait, Duration(seconds(30)));
  EXPECT_EQ(ends[2].fate, Fate::kServed);
  EXPECT_EQ(ends[2].wait, Duration(seconds(118)));
  EXPECT_EQ(ends[3].fate, Fate::kWaits) << "ann went away while she worked";
  EXPECT_EQ(ends[3].wait, Duration(kLong - seconds(3)));
}

}  // namespace
}  // namespace muara::routing

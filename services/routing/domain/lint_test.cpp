#include "services/routing/domain/lint.h"

#include <gtest/gtest.h>

#include "services/routing/domain/hours_fixture.h"

namespace muara::routing {
namespace {

const Time kNow = FromMicros(1772348400000000);  // 2026-03-01T07:00:00Z

class LintTest : public ::testing::Test {
 protected:
  Queue& AddQueue(const std::string& id) {
    queues_.emplace_back().id = id;
    return queues_.back();
  }
  Agent& AddAgent(const std::string& id, std::vector<std::string> queues) {
    Agent& agent = agents_.emplace_back();
    agent.id = id;
    agent.queue_ids = std::move(queues);
    return agent;
  }
  std::vector<std::string> Found() {
    std::vector<std::string> out;
    for (const Finding& one : Lint(CapacityPolicy(), queues_, agents_, kNow)) {
      out.push_back((one.level == FindingLevel::kError ? "error " : "warning ") + one.code + " " +
                    one.resource);
    }
    return out;
  }
  using Findings = std::vector<std::string>;

  std::vector<Queue> queues_;
  std::vector<Agent> agents_;
};

TEST_F(LintTest, FindsNothingWhereAllIsWell) {
  AddQueue("q").requirements = {{"german", 2, {}}};
  AddAgent("ann", {"q"}).skills = {{"german", 3}};
  EXPECT_EQ(Found(), Findings());
}

TEST_F(LintTest, AQueueThatNobodyWorksOnIsAnErrorUnlessItOverflows) {
  AddQueue("alone");
  EXPECT_EQ(Found(), Findings{"error QUEUE_WITHOUT_MEMBERS queues/alone"});
  queues_[0].overflow_seconds = 60;
  queues_[0].overflow_queue_id = "gone";
  EXPECT_EQ(Found(), (Findings{"error OVERFLOW_UNKNOWN queues/alone",
                               "warning QUEUE_WITHOUT_MEMBERS queues/alone"}));
}

TEST_F(LintTest, ASkillThatNobodyHasIsAnErrorUnlessItRelaxes) {
  AddQueue("q").requirements = {{"german", 5, {}}};
  AddAgent("ann", {"q"}).skills = {{"german", 2}};
  EXPECT_EQ(Found(), Findings{"error NOBODY_HAS_SKILL queues/q"});
  queues_[0].requirements[0].rings = {{60, 2}};
  EXPECT_EQ(Found(), Findings{"warning NOBODY_HAS_SKILL queues/q"});
  queues_[0].requirements[0].rings = {{60, 3}};
  EXPECT_EQ(Found(), Findings{"error NOBODY_HAS_SKILL queues/q"}) << "not far enough";
}

TEST_F(LintTest, SkillsThatNobodyHasTogetherAreFound) {
  AddQueue("q").requirements = {{"german", 1, {}}, {"billing", 1, {}}};
  AddAgent("ann", {"q"}).skills = {{"german", 5}};
  AddAgent("bob", {"q"}).skills = {{"billing", 5}};
  EXPECT_EQ(Found(), Findings{"error NOBODY_HAS_ALL_SKILLS queues/q"});
}

TEST_F(LintTest, ATierWhoseAgentsAllHaveBetterWorkMayStarve) {
  AddQueue("first");
  AddQueue("second").tier = 1;
  AddAgent("ann", {"first", "second"});
  EXPECT_EQ(Found(), Findings{"warning MAY_STARVE queues/second"});
  AddAgent("bob", {"second"});
  EXPECT_EQ(Found(), Findings());
}

TEST_F(LintTest, RoomAndUnknownQueuesAreFound) {
  AddQueue("q");
  AddAgent("ann", {"q", "new"}).capacity = 3;
  AddAgent("bob", {});
  EXPECT_EQ(Found(),
            (Findings{"warning QUEUE_UNKNOWN agents/ann", "warning AGENT_WITHOUT_QUEUES agents/bob",
                      "warning NO_ROOM queues/q"}));
}

TEST_F(LintTest, QueuesThatOverflowIntoEachOtherAreFound) {
  for (const char* id : {"a", "b"}) {
    Queue& queue = AddQueue(id);
    queue.overflow_seconds = 60;
    queue.overflow_queue_id = std::string(id) == "a" ? "b" : "a";
    AddAgent("of-" + std::string(id), {id});
  }
  EXPECT_EQ(Found(),
            (Findings{"warning OVERFLOW_BACK queues/a", "warning OVERFLOW_BACK queues/b"}));
}

TEST_F(LintTest, HoursThatCannotBeMeant) {
  queues_.reserve(2);
  Queue& day = AddQueue("day");
  Queue& other = AddQueue("other");
  AddAgent("ann", {"day", "other"});
  day.hours = Daily({{540, 1020}});
  day.calendar_id = "office";
  day.closed_hours = ClosedHours::kOverflow;
  day.overflow_queue_id = "other";
  EXPECT_EQ(Found(), Findings()) << "the other is always open";
  other.hours = Daily({{600, 900}});
  EXPECT_EQ(Found(), Findings{"warning OVERFLOW_CLOSED queues/day"});
  other.hours = Daily({{600, 1021}});
  EXPECT_EQ(Found(), Findings()) << "a minute is enough";
  Calendar gone = day.hours->calendar;
  day.hours = *HoursOf(gone, CalendarState::kDeleted);
  EXPECT_EQ(Found(), Findings{"warning CALENDAR_DELETED queues/day"});
  day.overflow_queue_id = "nowhere";
  EXPECT_EQ(Found(),
            (Findings{"error OVERFLOW_UNKNOWN queues/day", "warning CALENDAR_DELETED queues/day"}));
}

}  // namespace
}  // namespace muara::routing

// What an agent was, newest first.
#include "services/routing/app/timeline.h"

#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

class TimelineTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    timeline_ = std::make_unique<Timeline>(*database_, *log_, clock_);
  }
  void Set(AgentStatus status, const std::string& reason) {
    clock_.Advance(seconds(1));
    ASSERT_TRUE(one_->people.SetPresence("ann", Key(), PresenceBy::kAgent, status, reason).ok());
  }
  void Rename(int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(
          one_->people
              .UpdateAgent("ann", Key(), 0,
                           [&](Agent& agent) { agent.display_name = "Ann " + std::to_string(i); })
              .ok());
    }
  }
  // All pages: "2/LUNCH/1" for AWAY, its reason, LIVE.
  std::vector<std::string> All(int limit) {
    std::vector<std::string> said;
    int64_t before = 0;
    do {
      const auto page = timeline_->List("ann", before, limit);
      EXPECT_TRUE(page.ok());
      if (!page.ok()) return said;
      EXPECT_LE(page->entries.size(), static_cast<size_t>(limit));
      for (const TimelineEntry& one : page->entries) {
        said.push_back(std::to_string(static_cast<int>(one.status)) + "/" + one.reason + "/" +
                       std::to_string(static_cast<int>(one.connection)));
      }
      before = page->next_version;
    } while (before != 0);
    return said;
  }

  std::unique_ptr<Timeline> timeline_;
};

TEST_P(TimelineTest, ItSaysWhatChangedAndWhen) {
  AddAgent("ann");
  Set(AgentStatus::kAway, "LUNCH");
  const Time lunch = clock_.Now();
  Rename(3);
  Set(AgentStatus::kAway, "LUNCH");
  Set(AgentStatus::kAvailable, "");
  ASSERT_TRUE(one_->presence.End("ann", kDefaultSession).ok());
  Step();
  const std::vector<std::string> said = {"1//3", "1//1", "2/LUNCH/1", "1//1", "3//3"};
  for (int limit : {1, 2, 3, 5, 50}) EXPECT_EQ(All(limit), said) << limit;
  EXPECT_EQ(timeline_->List("ann", 0, 50)->entries.at(2).time, lunch);
  EXPECT_EQ(timeline_->List("bob", 0, 50).error().reason, "AGENT_NOT_FOUND");
}

TEST_P(TimelineTest, WhatElseWasToldOfTheAgentIsPassedOver) {
  AddAgent("ann");
  Rename(450);
  Set(AgentStatus::kAway, "LUNCH");
  EXPECT_EQ(All(50), (std::vector<std::string>{"2/LUNCH/1", "1//1", "3//3"}));
  EXPECT_EQ(timeline_->List("ann", 0, 50)->next_version, 0);
}

MUARA_ON_BOTH_ENGINES(TimelineTest);

}  // namespace
}  // namespace muara::routing

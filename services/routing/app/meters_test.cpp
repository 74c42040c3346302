// The numbers that those who run the service see.
#include "services/routing/app/meters.h"

#include "services/routing/app/routing_fixture.h"
#include "services/routing/store/flags.h"
#include "services/routing/store/lost_work.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

// The value of this series; nothing where it is not told.
std::optional<double> Told(const Replica& by, const std::string& series) {
  const std::string text = "\n" + by.metrics.Text();
  const size_t at = text.find("\n" + series + " ");
  if (at == std::string::npos) return std::nullopt;
  return std::stod(text.substr(at + series.size() + 2));
}

class MetersTest : public RoutingTest {
 protected:
  std::optional<double> Told(const std::string& series) { return routing::Told(*one_, series); }
  std::optional<double> Ended(const std::string& outcome, const std::string& way = "automatic") {
    return Told("muara_routing_offers_ended_total{outcome=\"" + outcome + "\",way=\"" + way +
                "\"}");
  }
  std::optional<double> Agents(const std::string& connection, const std::string& status) {
    return Told("muara_routing_agents{connection=\"" + connection + "\",status=\"" + status +
                "\"}");
  }
  std::optional<double> Commands(const std::string& command) {
    return Told("muara_routing_commands_waiting{command=\"" + command + "\"}");
  }
  // Until how things stand is told anew.
  void Later() {
    clock_.Advance(seconds(5));
    Step();
  }
};

TEST_P(MetersTest, EachOfferIsCountedOnceByHowItCameAndEnded) {
  for (const char* outcome : {"accepted", "rejected", "timed_out", "rescinded", "lost"}) {
    EXPECT_EQ(Ended(outcome), 0) << outcome;
  }
  AddAgent("ann", 1);
  Open("t1");
  Step();
  const Offer first = Pending("t1");
  ASSERT_TRUE(one_->offers.Reject(first.id, Key(), {}, "").ok());
  EXPECT_FALSE(one_->offers.Reject(first.id, Key(), {}, "").ok());
  EXPECT_EQ(Ended("rejected"), 1);
  clock_.Advance(seconds(60));  // ann is passed over no longer
  Step();
  clock_.Advance(seconds(60));
  Step();
  EXPECT_EQ(Ended("timed_out"), 1);
  clock_.Advance(seconds(60));
  Step();
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  EXPECT_EQ(Ended("rescinded"), 1);
  Open("t2");
  Step();
  SetPresence("ann", AgentStatus::kOffline);
  EXPECT_EQ(Ended("lost").value_or(0) + Ended("rescinded").value_or(0), 2);
  SetPresence("ann", AgentStatus::kAvailable);
  const OperationKey key = Key();
  Step();
  const std::string id = Pending("t2").id;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(one_->offers.Accept(id, key, {}).ok());
  EXPECT_EQ(Ended("accepted"), 1);
  EXPECT_EQ(Ended("accepted", "pulled"), 0);
}

TEST_P(MetersTest, WhatIsPulledIsToldApartByWhoMadeItAndNotByItsWords) {
  AddAgent("ann");
  SetPresence("ann", AgentStatus::kAway);
  Open("t1");
  clock_.Advance(seconds(100));
  SetPresence("ann", AgentStatus::kAvailable);
  ASSERT_TRUE(one_->offers.Pull("t1", Key(), "ann", PullRights::kAny).ok());
  EXPECT_EQ(Ended("accepted", "pulled"), 1);
  EXPECT_EQ(Ended("accepted"), 0);
  const std::string waited = "muara_routing_accepted_wait_seconds_bucket{way=\"pulled\",le=";
  EXPECT_EQ(Told(waited + "\"60\"}"), 0);
  EXPECT_EQ(Told(waited + "\"120\"}"), 1);
}

TEST_P(MetersTest, TheLeaderTellsHowThingsStandAndTakesItBackWhenItLeadsNoMore) {
  AddAgent("ann");
  AddAgent("bob");
  SetPresence("bob", AgentStatus::kAway);
  Open("t1");
  Open("t2");
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    for (const char* id : {"r1", "r2"}) {
                      RETURN_IF_ERROR(store::InsertFlag(tx, {id, "t9", "note"}, clock_.Now()));
                    }
                    for (const char* id : {"t5", "t6", "t7", "t8"}) {
                      RETURN_IF_ERROR(store::PutLostWork(tx, {id, "zoe"}, clock_.Now()));
                      if (id == std::string("t5")) continue;  // stays with her for now
                      RETURN_IF_ERROR(store::ReleaseLostWork(tx, id, id));
                    }
                    return Ok();
                  })
                  .ok());
  Accepted("t1");
  Later();
  EXPECT_EQ(Told("muara_routing_leader"), 1);
  EXPECT_EQ(Agents("live", "available"), 1);
  EXPECT_EQ(Agents("live", "away"), 1);
  EXPECT_EQ(Agents("none", "offline"), 0);
  EXPECT_EQ(Commands("assign"), 1);
  EXPECT_EQ(Commands("flag"), 2);
  EXPECT_EQ(Commands("unassign"), 3);
  EXPECT_GT(Told("muara_routing_match_seconds_count").value_or(0), 0);
  EXPECT_GT(Told("muara_routing_round_seconds_count").value_or(0), 0);

  clock_.Advance(seconds(10));
  const auto two = NewReplica();
  ASSERT_TRUE(two->dispatcher.Step().ok());
  EXPECT_EQ(routing::Told(*two, "muara_routing_leader"), 1);
  Step();
  EXPECT_EQ(Told("muara_routing_leader"), 0);
  EXPECT_EQ(Agents("live", "available"), 0);
  EXPECT_EQ(Commands("assign"), 0);
  EXPECT_EQ(Told("muara_routing_waiting"), 0);
}

TEST_P(MetersTest, ManyGroupsOfWorkRaiseTheAlarmOnceUntilTheyAreHalfAsMany) {
  Meters& meters = one_->meters;
  const auto is_raised = [&] { return Told("muara_routing_lanes_alarm") == 1; };
  meters.Backlog(50000, kLanesMany);
  EXPECT_FALSE(is_raised());
  meters.Backlog(50000, kLanesMany + 1);
  meters.Backlog(50000, kLanesMany / 2 + 1);
  meters.Backlog(50000, kLanesMany + 1);
  EXPECT_TRUE(is_raised());
  EXPECT_EQ(Told("muara_routing_lane_alarms_total"), 1);
  meters.Backlog(50000, kLanesMany / 2);
  EXPECT_FALSE(is_raised());
}

TEST_P(MetersTest, WhatCameBackFromALostAgentIsCounted) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(
        database_
            ->Transact([&](sql::Tx& tx) { return one_->work.ReturnedIn(tx, Ticket("t1"), "ann"); })
            .ok());
  }
  EXPECT_EQ(Told("muara_routing_returned_total"), 1);
}

MUARA_ON_BOTH_ENGINES(MetersTest);

}  // namespace
}  // namespace muara::routing

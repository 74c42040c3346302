// What all routing goes by: kept, told, and followed by every replica.
#include "services/routing/app/policy.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

class PolicyTest : public RoutingTest {
 protected:
  Result<RoutingPolicy> Update(CurrentPolicy& policy,
                               const std::function<void(RoutingPolicy&)>& change) {
    return policy.Update(Key(), 0, change);
  }
};

TEST_P(PolicyTest, WhatIsNotSetIsAsBuilt) {
  RoutingPolicy kept = *one_->policy.Load();
  kept.version = 1;
  // As the fixture sets them.
  kept.suspect_seconds = RoutingPolicy().suspect_seconds;
  kept.lost_seconds = RoutingPolicy().lost_seconds;
  EXPECT_EQ(kept, RoutingPolicy());
}

TEST_P(PolicyTest, AChangeIsKeptWholeAndTold) {
  const int version = one_->policy.Load()->version;
  const auto change = [](RoutingPolicy& policy) {
    policy.capacity.weights = {1, 2, 3, 4, 5, 6};
    policy.capacity.beside[4][1] = Beside::kInterrupts;
    policy.exclusion_seconds = 7;
    policy.missed_offers_max = 8;
    policy.missed_action = MissedAction::kNothing;
    policy.heartbeat_seconds = 9;
    policy.suspect_seconds = 20;
    policy.lost_seconds = 60;
    policy.grace_seconds = {0, 1, 2, 3, 4, 5};
  };
  RoutingPolicy wanted;
  change(wanted);
  wanted.capacity.weights[0] = wanted.version = 1;
  const OperationKey key = Key();
  EXPECT_EQ(one_->policy.Update(key, version + 1, change).error().reason, "STALE_VERSION");
  ASSERT_TRUE(one_->policy.Update(key, version, change).ok());
  EXPECT_EQ(one_->policy.Update(key, version, change)->version, version + 1);
  RoutingPolicy kept = *one_->policy.Load();
  EXPECT_EQ(kept.version, version + 1);
  EXPECT_EQ(*one_->policy.Now(), kept);
  kept.version = 1;
  EXPECT_EQ(kept, wanted);
  EXPECT_EQ(one_->policy.Update(Key(), 0, [](auto& policy) { policy.lost_seconds = 1; })
                .error()
                .violations.at(0)
                .field,
            "lost_seconds");
  EXPECT_EQ(FactTypes("routingPolicy"), "RoutingPolicyChanged");
  const auto told = LastFact<v1::RoutingPolicyChanged>("routingPolicy").policy();
  EXPECT_EQ(told.weights(3).units(), 5);
  EXPECT_EQ(told.lost_grace(1).seconds(), 2);
}

TEST_P(PolicyTest, AnotherReplicasChangeCountsInHalfASecond) {
  AddAgent("ann", 4);
  Open("mail");
  Accepted("mail");
  Open("call", Channel::kPhone);
  Step();
  EXPECT_EQ(PendingCount(), 0u) << "a call waits for an agent with nothing else";
  const auto two = NewReplica();
  ASSERT_TRUE(Update(two->policy, [](auto& policy) {
                policy.capacity.beside[4][1] = Beside::kInterrupts;
              }).ok());
  clock_.Advance(std::chrono::milliseconds(500));
  Step();
  EXPECT_EQ(Pending("call").agent_id, "ann");
}

TEST_P(PolicyTest, NewWorkWeighsWhatThePolicySays) {
  Open("before", Channel::kChat);
  ASSERT_TRUE(Update(one_->policy, [](auto& policy) { policy.capacity.weights[2] = 3; }).ok());
  Open("after", Channel::kChat);
  EXPECT_EQ(Get("before").weight, 2);
  EXPECT_EQ(Get("after").weight, 3);
  ASSERT_TRUE(React(&Work::ParkedIn, Ticket("before", Channel::kChat)).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, Ticket("before", Channel::kChat)).ok());
  EXPECT_EQ(Get("before").weight, 3) << "queued anew";
}

TEST_P(PolicyTest, MissedOffersMayHaveNoConsequence) {
  ASSERT_TRUE(Update(one_->policy, [](auto& policy) {
                policy.missed_offers_max = 1;
                policy.exclusion_seconds = 5;
                policy.missed_action = MissedAction::kNothing;
              }).ok());
  AddAgent("ann");
  Open("t1");
  Step();
  clock_.Advance(std::chrono::seconds(30));
  Step();
  EXPECT_EQ(GetAgent("ann").status, AgentStatus::kAvailable);
  EXPECT_EQ(PendingCount(), 0u);
  clock_.Advance(std::chrono::seconds(5));
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann") << "passed over for five seconds";
  ASSERT_TRUE(
      Update(one_->policy, [](auto& policy) { policy.missed_action = MissedAction::kAway; }).ok());
  clock_.Advance(std::chrono::seconds(30));
  Step();
  EXPECT_EQ(GetAgent("ann").status, AgentStatus::kAway);
}

MUARA_ON_BOTH_ENGINES(PolicyTest);

}  // namespace
}  // namespace muara::routing

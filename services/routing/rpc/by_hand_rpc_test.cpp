// What is said to callers who pull work and put it first.
#include "libs/rpc/rpc_fixture.h"
#include "muara/routing/v1/offers.pb.h"
#include "muara/routing/v1/policy.pb.h"
#include "muara/routing/v1/queues.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

using rpc::Refusal;

class ByHandRpcTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    ServeOffers(wire_.server(), one_->offers, one_->work, one_->wrap_ups);
    waits_ = std::make_unique<Waits>(*database_, clock_, one_->policy, one_->hours);
    ServeWaits(wire_.server(), *waits_);
    ServeQueues(wire_.server(), one_->people, clock_);
    ServePolicy(wire_.server(), one_->policy);
    wire_.Start();
    ann_ = wire_.As("agents/ann", rpc::Role::kAgent);
    lead_ = wire_.As("accounts/1", rpc::Role::kSupervisor);
    admin_ = wire_.As("accounts/2", rpc::Role::kAdmin);
  }
  template <class Response, class Request>
  Result<Response> Ask(rpc::Client& client, const std::string& method, Request request) {
    request.set_request_id("r" + std::to_string(++keys_));
    return client.Ask<Response>("muara.routing.v1." + method, request);
  }
  std::string Pull(rpc::Client& client, const std::string& item, const std::string& agent = "") {
    v1::PullWorkRequest request;
    request.set_id(item);
    request.set_agent_id(agent);
    return Refusal(Ask<v1::Offer>(client, "Offers/PullWork", request));
  }
  std::string Prioritize(rpc::Client& client,
                         const std::function<void(v1::PrioritizeWorkRequest&)>& set) {
    v1::PrioritizeWorkRequest request;
    request.set_id("t1");
    set(request);
    return Refusal(Ask<v1::WorkItem>(client, "Offers/PrioritizeWork", request));
  }

  std::unique_ptr<Waits> waits_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> ann_;
  std::unique_ptr<rpc::Client> lead_;
  std::unique_ptr<rpc::Client> admin_;
};

TEST_P(ByHandRpcTest, WhoMayPullForWhom) {
  AddAgent("ann");
  AddAgent("bob");
  for (const char* id : {"t1", "t2", "t3"}) Open(id);
  EXPECT_EQ(Pull(*ann_, "t1"), "PULL_NOT_ALLOWED");
  v1::UpdateQueueRequest queue;
  queue.set_id("general");
  queue.add_update_fields("agents_may_pull");
  queue.set_agents_may_pull(true);
  const auto updated = Ask<v1::Queue>(*admin_, "Queues/UpdateQueue", queue);
  ASSERT_TRUE(updated.ok());
  EXPECT_TRUE(updated->agents_may_pull());
  EXPECT_EQ(Pull(*ann_, "t1", "bob"), "NOT_YOURS");
  EXPECT_EQ(Pull(*ann_, "t1", "ann"), "OK");
  EXPECT_EQ(Pull(*ann_, "t2"), "OK");
  EXPECT_EQ(Pull(*lead_, "t3"), "INVALID_FIELDS agent_id");
  EXPECT_EQ(Pull(*lead_, "t3", "nobody"), "AGENT_NOT_FOUND");
  SetPresence("bob", AgentStatus::kAway);
  v1::PullWorkRequest request;
  request.set_id("t3");
  request.set_agent_id("bob");
  const auto refused = Ask<v1::Offer>(*lead_, "Offers/PullWork", request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, "NOT_ABLE");
  ASSERT_EQ(refused.error().violations.size(), 1u);
  EXPECT_EQ(refused.error().violations[0].field, "NOT_AVAILABLE");
  EXPECT_TRUE(refused.error().violations[0].description.starts_with("is away"));
  EXPECT_EQ(Pull(*lead_, "t3", "ann"), "OK");
  EXPECT_EQ(Pull(*lead_, "t3", "ann"), "NOT_WAITING");
}

TEST_P(ByHandRpcTest, APriorityIsCheckedAndForSupervisors) {
  Open("t1");
  EXPECT_EQ(Prioritize(*ann_, [](auto& r) { r.set_priority(5); }), "NOT_ALLOWED");
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_priority(101); }), "INVALID_FIELDS priority");
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_priority(-1); }), "INVALID_FIELDS priority");
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_priority(1), r.set_reset(true); }),
            "INVALID_FIELDS priority");
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_expected_version(-1); }),
            "INVALID_FIELDS expected_version");
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_expected_version(9); }), "STALE_VERSION");
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_priority(100); }), "OK");
  EXPECT_EQ(Get("t1").priority, 100);
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_priority(0); }), "OK");
  EXPECT_TRUE(Get("t1").priority_by_hand) << "0 is one, too";
  EXPECT_EQ(Prioritize(*lead_, [](auto& r) { r.set_reset(true); }), "OK");
  EXPECT_EQ(Get("t1").priority, 10);
}

TEST_P(ByHandRpcTest, ThePolicySaysHowLongATransferWaits) {
  v1::UpdateRoutingPolicyRequest request;
  request.add_update_fields("transfer_seconds");
  const auto set = [&](int seconds) {
    request.set_transfer_seconds(seconds);
    return Ask<v1::RoutingPolicy>(*admin_, "RoutingPolicies/UpdateRoutingPolicy", request);
  };
  EXPECT_EQ(Refusal(set(0)), "INVALID_FIELDS transfer_seconds");
  EXPECT_EQ(Refusal(set(86401)), "INVALID_FIELDS transfer_seconds");
  EXPECT_EQ(set(5)->transfer_seconds(), 5);
}

MUARA_ON_BOTH_ENGINES(ByHandRpcTest);

}  // namespace
}  // namespace muara::routing

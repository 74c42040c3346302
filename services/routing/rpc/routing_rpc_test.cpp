// What the routing service says to callers over a real connection: code, reason and named fields.
#include "libs/rpc/rpc_fixture.h"
#include "muara/routing/v1/agents.pb.h"
#include "muara/routing/v1/explanations.pb.h"
#include "muara/routing/v1/offers.pb.h"
#include "muara/routing/v1/policy.pb.h"
#include "muara/routing/v1/queues.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

using rpc::Refusal;

class RoutingRpcTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    ServeAgents(wire_.server(), one_->people, one_->policy);
    ServeQueues(wire_.server(), one_->people, clock_);
    ServeOffers(wire_.server(), one_->offers, one_->work, one_->wrap_ups);
    waits_ = std::make_unique<Waits>(*database_, clock_, one_->policy, one_->hours);
    ServeWaits(wire_.server(), *waits_);
    explanations_ =
        std::make_unique<Explanations>(*database_, *log_, clock_, one_->policy, one_->hours);
    ServePolicy(wire_.server(), one_->policy);
    ServeExplanations(wire_.server(), *explanations_, clock_);
    wire_.Start();
    ann_ = wire_.As("agents/ann", rpc::Role::kAgent);
    admin_ = wire_.As("accounts/1", rpc::Role::kAdmin);
  }
  template <class Response, class Request>
  static Result<Response> Ask(rpc::Client& client, const std::string& method,
                              const Request& request) {
    return client.Ask<Response>("muara.routing.v1." + method, request);
  }

  std::unique_ptr<Waits> waits_;
  std::unique_ptr<Explanations> explanations_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> ann_;
  std::unique_ptr<rpc::Client> admin_;
};

TEST_P(RoutingRpcTest, AnAgentIsCheckedFieldByField) {
  v1::CreateAgentRequest request;
  const auto create = [&] {
    return Refusal(Ask<v1::Agent>(*admin_, "Agents/CreateAgent", request));
  };
  EXPECT_EQ(create(), "INVALID_FIELDS request_id");
  request.set_request_id("r1");
  request.set_id("Not A Slug");
  request.set_capacity(-1);
  auto* skill = request.add_skills();
  skill->set_name("german");
  skill->set_level(6);
  EXPECT_EQ(create(), "INVALID_FIELDS id display_name skills capacity");
  request.clear_id();
  request.set_display_name("Ann");
  request.set_capacity(0);
  skill->set_level(5);
  EXPECT_EQ(create(), "OK");
  EXPECT_EQ(create(), "OK");
  request.set_display_name("Bob");
  EXPECT_EQ(create(), "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(Refusal(Ask<v1::Agent>(*ann_, "Agents/CreateAgent", request)), "NOT_ALLOWED");
}

TEST_P(RoutingRpcTest, UpdatesNameTheirFields) {
  AddAgent("ann");
  v1::UpdateAgentRequest request;
  request.set_id("ann");
  request.set_request_id("r1");
  const auto update = [&] {
    return Refusal(Ask<v1::Agent>(*admin_, "Agents/UpdateAgent", request));
  };
  EXPECT_EQ(update(), "INVALID_FIELDS update_fields");
  request.add_update_fields("status");
  EXPECT_EQ(update(), "INVALID_FIELDS update_fields");
  request.set_update_fields(0, "capacity");
  request.set_capacity(1001);
  EXPECT_EQ(update(), "INVALID_FIELDS capacity");
  request.set_capacity(5);
  request.set_expected_version(-1);
  EXPECT_EQ(update(), "INVALID_FIELDS expected_version");
  request.set_expected_version(99);
  EXPECT_EQ(update(), "STALE_VERSION");
  v1::UpdateQueueRequest queue;
  queue.set_id("none");
  queue.set_request_id("r1");
  queue.add_update_fields("priority");
  queue.set_expected_version(-1);
  const auto change = [&] { return Refusal(Ask<v1::Queue>(*admin_, "Queues/UpdateQueue", queue)); };
  EXPECT_EQ(change(), "INVALID_FIELDS expected_version");
  queue.set_expected_version(0);
  EXPECT_EQ(change(), "QUEUE_NOT_FOUND");
}

TEST_P(RoutingRpcTest, AQueueKeepsWhatItIsTold) {
  v1::CreateQueueRequest request;
  request.set_request_id("r1");
  request.set_id("calls");
  request.set_display_name("Calls");
  request.set_tier(2);
  request.set_order(v1::QUEUE_ORDER_DUE_TIME);
  request.set_balance(v1::BALANCE_SHARE);
  request.set_preferred_seconds(30);
  request.set_hold_back_seconds(60);
  request.set_overflow_seconds(90);
  request.set_overflow_queue_id("calls");
  auto* german = request.add_requirements();
  german->set_name("german");
  german->set_level_min(3);
  german->add_rings()->set_after_seconds(60);
  const auto create = [&] { return Ask<v1::Queue>(*admin_, "Queues/CreateQueue", request); };
  EXPECT_EQ(Refusal(create()), "INVALID_FIELDS overflow_queue_id");
  request.set_overflow_queue_id("general");
  const auto made = create();
  ASSERT_EQ(Refusal(made), "OK");
  EXPECT_EQ(made->tier(), 2);
  EXPECT_EQ(made->order(), v1::QUEUE_ORDER_DUE_TIME);
  EXPECT_EQ(made->balance(), v1::BALANCE_SHARE);
  EXPECT_EQ(made->requirements(0).rings(0).after_seconds(), 60);
  EXPECT_EQ(made->hold_back_seconds() + made->overflow_seconds() + made->preferred_seconds(), 180);
  request.set_request_id("r2");
  request.set_order(static_cast<v1::QueueOrder>(7));
  request.set_balance(static_cast<v1::Balance>(-1));
  german->add_rings()->set_after_seconds(50);
  EXPECT_EQ(Refusal(create()), "INVALID_FIELDS order balance requirements requirements");
}

TEST_P(RoutingRpcTest, AnAgentEndsItsOwnWrapUpOnly) {
  v1::CreateQueueRequest queue;
  queue.set_request_id("r1");
  queue.set_id("general");
  queue.set_display_name("General");
  queue.set_wrap_up_seconds(3601);
  const auto create = [&] { return Ask<v1::Queue>(*admin_, "Queues/CreateQueue", queue); };
  EXPECT_EQ(Refusal(create()), "INVALID_FIELDS wrap_up_seconds");
  queue.set_wrap_up_seconds(60);
  EXPECT_EQ(create()->wrap_up_seconds(), 60);
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  const auto bob = wire_.As("agents/bob", rpc::Role::kAgent);
  const auto auditor = wire_.As("accounts/3", rpc::Role::kAuditor);
  v1::FinishWrapUpRequest finish;
  finish.set_id("t1");
  const auto end = [&](rpc::Client& client) {
    return Ask<v1::WorkItem>(client, "Offers/FinishWrapUp", finish);
  };
  EXPECT_EQ(Refusal(end(*ann_)), "INVALID_FIELDS request_id");
  finish.set_request_id("r1");
  EXPECT_EQ(Refusal(end(*ann_)), "NOT_WRAPPING_UP");
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  v1::ExtendWrapUpRequest extend;
  extend.set_id("t1");
  extend.set_request_id("r2");
  const auto longer = Ask<v1::WorkItem>(*ann_, "Offers/ExtendWrapUp", extend);
  ASSERT_EQ(Refusal(longer), "OK");
  EXPECT_EQ(longer->status(), v1::WORK_ITEM_STATUS_WRAPPING);
  EXPECT_EQ(longer->wrap_up_until_time().seconds(), ToMicros(clock_.Now()) / 1000000 + 120);
  EXPECT_EQ(longer->wrap_up_extendable_seconds(), 0);
  extend.set_request_id("r3");
  EXPECT_EQ(Refusal(Ask<v1::WorkItem>(*ann_, "Offers/ExtendWrapUp", extend)), "ALREADY_EXTENDED");
  EXPECT_EQ(Refusal(end(*bob)), "NOT_YOURS");
  EXPECT_EQ(Refusal(end(*auditor)), "NOT_ALLOWED");
  EXPECT_EQ(end(*ann_)->status(), v1::WORK_ITEM_STATUS_DONE);
  EXPECT_EQ(Refusal(end(*ann_)), "OK") << "a retry";
}

TEST_P(RoutingRpcTest, AWaitIsToldWithItsRangeOrWhyNot) {
  AddAgent("ann", 1);
  v1::GetWaitEstimateRequest request;
  request.set_id("t1");
  const auto wait = [&] { return Ask<v1::WaitEstimate>(*ann_, "Offers/GetWaitEstimate", request); };
  EXPECT_EQ(Refusal(wait()), "WORK_ITEM_NOT_FOUND");
  for (int i = 0; i < 8; ++i) Open("t" + std::to_string(i));
  EXPECT_EQ(wait()->unknown_reason(), "TOO_FEW_SERVED");
  EXPECT_EQ(wait()->position(), 2);
  EXPECT_FALSE(wait()->has_estimated_wait());
  for (int i = 0; i < 6; ++i) {
    Accepted("t" + std::to_string(i));
    clock_.Advance(std::chrono::seconds(10));
    ASSERT_TRUE(React(&Work::EndedIn, Ticket("t" + std::to_string(i))).ok());
  }
  EXPECT_EQ(Refusal(wait()), "NOT_WAITING");
  request.set_id("t7");
  const auto told = wait();
  EXPECT_EQ(told->method(), "RECENT_PACE");
  EXPECT_EQ(told->served(), 5);
  EXPECT_EQ(told->able_agents(), 1);
  EXPECT_EQ(told->position(), 2);
  EXPECT_GT(told->estimated_wait().p50_seconds(), 10);
  EXPECT_GT(told->estimated_wait().p90_seconds(), told->estimated_wait().p50_seconds());
  v1::GetQueueCalibrationRequest calibration;
  calibration.set_id("general");
  const auto ask = [&](rpc::Client& client) {
    return Ask<v1::QueueCalibration>(client, "Queues/GetQueueCalibration", calibration);
  };
  EXPECT_EQ(Refusal(ask(*ann_)), "NOT_ALLOWED");
  EXPECT_EQ(ask(*admin_)->count(), 0);
  Accepted("t6");
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t6")).ok());
  Step();
  ASSERT_TRUE(waits_->Settle().ok());
  EXPECT_EQ(ask(*admin_)->count(), 1);
  EXPECT_EQ(ask(*admin_)->within_p50(), 1);
  calibration.set_id("none");
  EXPECT_EQ(Refusal(ask(*admin_)), "QUEUE_NOT_FOUND");
}

TEST_P(RoutingRpcTest, AnAgentAsksAboutItselfOnly) {
  AddAgent("ann");
  AddAgent("bob");
  Open("t1");
  v1::ExplainRoutingRequest request;
  const auto explain = [&](rpc::Client& client) {
    return Ask<v1::ExplainRoutingResponse>(client, "Explanations/ExplainRouting", request);
  };
  EXPECT_EQ(Refusal(explain(*admin_)), "INVALID_FIELDS work_item_id");
  request.set_work_item_id("t1");
  EXPECT_EQ(explain(*admin_)->explanations_size(), 2);
  EXPECT_EQ(explain(*ann_)->explanations_size(), 1);
  EXPECT_EQ(explain(*ann_)->agent().id(), "ann");
  request.set_agent_id("bob");
  EXPECT_EQ(Refusal(explain(*ann_)), "NOT_YOURS");
  request.clear_work_item_id();
  request.mutable_time()->set_seconds(1);
  EXPECT_EQ(Refusal(explain(*admin_)), "INVALID_FIELDS work_item_id");
  request.mutable_time()->set_seconds(9000000000);
  EXPECT_EQ(Refusal(explain(*admin_)), "INVALID_FIELDS time");
  EXPECT_EQ(Refusal(Ask<v1::LintRoutingResponse>(*ann_, "Explanations/LintRouting",
                                                 v1::LintRoutingRequest())),
            "NOT_ALLOWED");
}

TEST_P(RoutingRpcTest, AnAgentSetsOnlyItsOwnPresence) {
  AddAgent("ann");
  AddAgent("bob");
  v1::SetPresenceRequest request;
  request.set_request_id("r1");
  request.set_agent_id("bob");
  request.set_status(v1::AGENT_STATUS_AWAY);
  const auto set = [&](rpc::Client& client) {
    return Refusal(Ask<v1::Agent>(client, "Agents/SetPresence", request));
  };
  EXPECT_EQ(set(*ann_), "NOT_YOURS");
  request.set_agent_id("ann");
  request.set_status(static_cast<v1::AgentStatus>(9));
  EXPECT_EQ(set(*ann_), "INVALID_FIELDS status");
  request.set_status(v1::AGENT_STATUS_AWAY);
  request.set_reason(std::string(101, 'x'));
  EXPECT_EQ(set(*ann_), "INVALID_FIELDS reason");
  request.set_reason("LUNCH");
  EXPECT_EQ(set(*ann_), "OK");
  EXPECT_EQ(GetAgent("ann").status_reason, "LUNCH");
}

TEST_P(RoutingRpcTest, AnAgentAnswersItsOwnOffersOnly) {
  AddAgent("ann");
  Open("t1");
  Step();
  const auto bob = wire_.As("agents/bob", rpc::Role::kAgent);
  const auto nobody = wire_.As("accounts/2", rpc::Role::kAgent);
  v1::AcceptOfferRequest request;
  request.set_id(Pending("t1").id);
  const auto accept = [&](rpc::Client& client) {
    return Ask<v1::Offer>(client, "Offers/AcceptOffer", request);
  };
  EXPECT_EQ(Refusal(accept(*ann_)), "INVALID_FIELDS request_id");
  request.set_request_id("r1");
  const auto refused = accept(*bob);
  EXPECT_EQ(Refusal(refused), "OFFER_NOT_FOUND");
  EXPECT_EQ(refused.error().code, Code::kNotFound);
  EXPECT_EQ(Refusal(accept(*nobody)), "NOT_AN_AGENT");
  v1::GetOfferRequest get;
  get.set_id(request.id());
  EXPECT_EQ(Refusal(Ask<v1::Offer>(*bob, "Offers/GetOffer", get)), "OFFER_NOT_FOUND");
  v1::ListOffersRequest list;
  list.set_agent_id("ann");
  EXPECT_EQ(Ask<v1::ListOffersResponse>(*bob, "Offers/ListOffers", list)->offers_size(), 0);
  EXPECT_EQ(Ask<v1::ListOffersResponse>(*ann_, "Offers/ListOffers", list)->offers_size(), 1);
  const auto accepted = accept(*ann_);
  ASSERT_TRUE(accepted.ok());
  EXPECT_EQ(accepted->status(), v1::OFFER_STATUS_ACCEPTED);
  v1::RejectOfferRequest reject;
  reject.set_id(request.id());
  reject.set_request_id("r2");
  reject.set_reason(std::string(201, 'x'));
  EXPECT_EQ(Refusal(Ask<v1::Offer>(*ann_, "Offers/RejectOffer", reject)), "INVALID_FIELDS reason");
  reject.set_reason("");
  const auto late = Ask<v1::Offer>(*ann_, "Offers/RejectOffer", reject);
  EXPECT_EQ(Refusal(late), "OFFER_NOT_PENDING");
  EXPECT_EQ(late.error().code, Code::kFailedPrecondition);
}

TEST_P(RoutingRpcTest, ListsCheckTheirPagesAndFilters) {
  for (const char* id : {"a", "b", "c"}) AddAgent(id);
  v1::ListAgentsRequest agents;
  const auto list = [&] {
    return Ask<v1::ListAgentsResponse>(*admin_, "Agents/ListAgents", agents);
  };
  agents.set_page_size(-1);
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS page_size");
  agents.set_page_size(2);
  agents.set_page_token(list()->next_page_token());
  EXPECT_EQ(list()->agents(0).id(), "c");
  agents.set_page_token("AAAA");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  v1::ListOffersRequest offers;
  offers.set_status(static_cast<v1::OfferStatus>(9));
  EXPECT_EQ(Refusal(Ask<v1::ListOffersResponse>(*admin_, "Offers/ListOffers", offers)),
            "INVALID_FIELDS status");
  v1::ListWorkItemsRequest work;
  work.set_status(static_cast<v1::WorkItemStatus>(9));
  EXPECT_EQ(Refusal(Ask<v1::ListWorkItemsResponse>(*admin_, "Offers/ListWorkItems", work)),
            "INVALID_FIELDS status");
  v1::GetWorkItemRequest get;
  get.set_id("none");
  EXPECT_EQ(Refusal(Ask<v1::WorkItem>(*admin_, "Offers/GetWorkItem", get)), "WORK_ITEM_NOT_FOUND");
}

TEST_P(RoutingRpcTest, ThePolicyIsChangedByAdminsFieldByField) {
  v1::UpdateRoutingPolicyRequest request;
  const auto update = [&](rpc::Client& client) {
    return Ask<v1::RoutingPolicy>(client, "RoutingPolicies/UpdateRoutingPolicy", request);
  };
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS request_id");
  request.set_request_id("r1");
  EXPECT_EQ(Refusal(update(*ann_)), "NOT_ALLOWED");
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS update_fields");
  request.add_update_fields("version");
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS update_fields");
  request.set_update_fields(0, "weights");
  request.add_weights()->set_units(2);
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS weights") << "of no channel";
  request.mutable_weights(0)->set_channel(static_cast<connector::v1::Channel>(6));
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS weights") << "of an unknown one";
  request.mutable_weights(0)->set_channel(connector::v1::CHANNEL_CHAT);
  *request.add_weights() = request.weights(0);
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS weights") << "of one twice";
  request.mutable_weights()->RemoveLast();
  request.mutable_weights(0)->set_units(1001);
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS weights");
  request.mutable_weights(0)->set_units(3);
  request.add_update_fields("missed_offers_action");
  request.add_update_fields("interrupt_rules");
  auto* rule = request.add_interrupt_rules();
  rule->set_new_channel(connector::v1::CHANNEL_PHONE);
  rule->set_present_channel(connector::v1::CHANNEL_EMAIL);
  EXPECT_EQ(Refusal(update(*admin_)), "INVALID_FIELDS interrupt_rules missed_offers_action");
  rule->set_effect(v1::INTERRUPT_EFFECT_INTERRUPTS);
  request.set_missed_offers_action(v1::MISSED_OFFERS_ACTION_NOTHING);
  request.add_update_fields("lost_grace");
  request.add_lost_grace()->set_channel(connector::v1::CHANNEL_EMAIL);
  request.mutable_lost_grace(0)->set_seconds(60);
  request.set_expected_version(9);
  EXPECT_EQ(Refusal(update(*admin_)), "STALE_VERSION");
  request.set_expected_version(0);
  EXPECT_EQ(Refusal(update(*admin_)), "OK");
  const auto policy = Ask<v1::RoutingPolicy>(*ann_, "RoutingPolicies/GetRoutingPolicy",
                                             v1::GetRoutingPolicyRequest());
  ASSERT_TRUE(policy.ok());
  EXPECT_EQ(policy->weights(0).units(), 1) << "what is not named stays";
  EXPECT_EQ(policy->weights(1).units(), 3);
  EXPECT_EQ(policy->interrupt_rules_size(), 25);
  EXPECT_EQ(policy->interrupt_rules(15).effect(), v1::INTERRUPT_EFFECT_INTERRUPTS);
  EXPECT_EQ(policy->interrupt_rules(16).effect(), v1::INTERRUPT_EFFECT_WAITS);
  EXPECT_EQ(policy->missed_offers_action(), v1::MISSED_OFFERS_ACTION_NOTHING);
  EXPECT_EQ(policy->lost_grace(0).seconds(), 60);
  EXPECT_EQ(policy->lost_grace(1).seconds(), 30);
}

MUARA_ON_BOTH_ENGINES(RoutingRpcTest);

}  // namespace
}  // namespace muara::routing

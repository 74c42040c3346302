// What the routing service says of sessions over a real connection, and who may say it.
#include "libs/rpc/rpc_fixture.h"
#include "muara/routing/v1/agents.pb.h"
#include "muara/routing/v1/sessions.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

using rpc::Refusal;

class SessionsRpcTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    timeline_ = std::make_unique<Timeline>(*database_, *log_, clock_);
    ServeAgents(wire_.server(), one_->people, one_->policy);
    ServeSessions(wire_.server(), one_->presence, *timeline_, one_->policy, clock_);
    wire_.Start();
    ann_ = wire_.As("agents/ann", rpc::Role::kAgent);
    bob_ = wire_.As("agents/bob", rpc::Role::kAgent);
    lead_ = wire_.As("agents/cid", rpc::Role::kSupervisor);
    auditor_ = wire_.As("accounts/2", rpc::Role::kAuditor);
    Agent agent;
    agent.id = "ann";
    agent.display_name = "Ann";
    ASSERT_TRUE(one_->people.CreateAgent(agent, Key()).ok());
  }
  template <class Response, class Request>
  static Result<Response> Ask(rpc::Client& client, const std::string& method,
                              const Request& request) {
    return client.Ask<Response>("muara.routing.v1." + method, request);
  }
  Result<v1::Session> Start(rpc::Client& client, const std::string& request_id,
                            const std::string& device = "") {
    v1::StartSessionRequest request;
    request.set_agent_id("ann");
    request.set_request_id(request_id);
    request.set_device(device);
    return Ask<v1::Session>(client, "Sessions/StartSession", request);
  }
  template <class Request>
  static Request OfAnn(const std::string& id) {
    Request request;
    request.set_agent_id("ann");
    request.set_id(id);
    return request;
  }

  std::unique_ptr<Timeline> timeline_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> ann_, bob_, lead_, auditor_;
};

TEST_P(SessionsRpcTest, AnAgentStartsItsOwnSessions) {
  EXPECT_EQ(Refusal(Start(*ann_, "")), "INVALID_FIELDS request_id");
  EXPECT_EQ(Refusal(Start(*bob_, "r1")), "NOT_YOURS");
  EXPECT_EQ(Refusal(Start(*lead_, "r1")), "NOT_YOURS");
  EXPECT_EQ(Refusal(Start(*auditor_, "r1")), "NOT_ALLOWED");
  EXPECT_EQ(Refusal(Start(*ann_, "r1", std::string(101, 'x'))), "INVALID_FIELDS device");
  const auto session = Start(*ann_, "r1", "Firefox");
  ASSERT_EQ(Refusal(session), "OK");
  EXPECT_EQ(session->connection(), v1::AGENT_CONNECTION_LIVE);
  EXPECT_EQ(session->heartbeat_seconds(), 5);
  EXPECT_EQ(session->device(), "Firefox");
}

TEST_P(SessionsRpcTest, HeartbeatsAreTheAgentsAndEndingTheSupervisorsToo) {
  const std::string id = Start(*ann_, "r1")->id();
  const auto beat = [&](rpc::Client& client) {
    return Ask<v1::HeartbeatResponse>(client, "Sessions/Heartbeat",
                                      OfAnn<v1::HeartbeatRequest>(id));
  };
  EXPECT_EQ(beat(*ann_)->heartbeat_seconds(), 5);
  EXPECT_EQ(Refusal(beat(*bob_)), "NOT_YOURS");
  EXPECT_EQ(Refusal(beat(*lead_)), "NOT_YOURS");
  EXPECT_EQ(Refusal(Ask<v1::HeartbeatResponse>(*ann_, "Sessions/Heartbeat",
                                               OfAnn<v1::HeartbeatRequest>("none"))),
            "SESSION_NOT_FOUND");
  const auto end = [&](rpc::Client& client) {
    return Refusal(Ask<v1::EndSessionResponse>(client, "Sessions/EndSession",
                                               OfAnn<v1::EndSessionRequest>(id)));
  };
  EXPECT_EQ(end(*bob_), "NOT_YOURS");
  EXPECT_EQ(end(*auditor_), "NOT_ALLOWED");
  EXPECT_EQ(end(*lead_), "OK");
  EXPECT_EQ(end(*ann_), "OK");
  EXPECT_EQ(Refusal(beat(*ann_)), "SESSION_NOT_FOUND");
}

TEST_P(SessionsRpcTest, SessionsAreListedWithWhatTheyAreNow) {
  const std::string first = Start(*ann_, "r1")->id();
  clock_.Advance(std::chrono::seconds(kSuspectSecondsMax));
  const std::string second = Start(*ann_, "r2")->id();
  v1::ListSessionsRequest request;
  request.set_agent_id("ann");
  const auto list = [&](rpc::Client& client) {
    return Ask<v1::ListSessionsResponse>(client, "Sessions/ListSessions", request);
  };
  EXPECT_EQ(Refusal(list(*bob_)), "NOT_YOURS");
  EXPECT_EQ(list(*auditor_)->sessions_size(), 2);
  const auto listed = list(*ann_);
  EXPECT_EQ(listed->sessions(0).id(), second);
  EXPECT_EQ(listed->sessions(0).connection(), v1::AGENT_CONNECTION_LIVE);
  EXPECT_EQ(listed->sessions(1).connection(), v1::AGENT_CONNECTION_SUSPECT);
  request.set_agent_id("nobody");
  EXPECT_EQ(Refusal(list(*lead_)), "AGENT_NOT_FOUND");
}

TEST_P(SessionsRpcTest, AnAgentIsAnsweredWithWhatItMayBeGiven) {
  v1::SetPresenceRequest request;
  request.set_agent_id("ann");
  request.set_request_id("r1");
  request.set_status(v1::AGENT_STATUS_AVAILABLE);
  const auto set = [&](rpc::Client& client) {
    return *Ask<v1::Agent>(client, "Agents/SetPresence", request);
  };
  v1::Agent agent = set(*lead_);
  ASSERT_EQ(agent.routability_size(), 5);
  EXPECT_FALSE(agent.routability(0).routable());
  EXPECT_EQ(agent.routability(0).reasons(0).code(), "NO_LIVE_SESSION") << "set by somebody else";
  request.set_request_id("r2");
  agent = set(*ann_);
  EXPECT_EQ(agent.connection(), v1::AGENT_CONNECTION_LIVE);
  for (const auto& one : agent.routability()) EXPECT_TRUE(one.routable());
  EXPECT_EQ(agent.routability(1).channel(), connector::v1::CHANNEL_CHAT);
  const auto listed =
      Ask<v1::ListAgentsResponse>(*ann_, "Agents/ListAgents", v1::ListAgentsRequest());
  EXPECT_EQ(listed->agents(0).routability_size(), 5);
}

TEST_P(SessionsRpcTest, TheTimelineIsReadPageByPage) {
  AddAgent("dan");
  v1::ListAgentTimelineRequest request;
  request.set_agent_id("dan");
  request.set_page_size(1);
  const auto list = [&](rpc::Client& client) {
    return Ask<v1::ListAgentTimelineResponse>(client, "Sessions/ListAgentTimeline", request);
  };
  EXPECT_EQ(Refusal(list(*ann_)), "NOT_YOURS");
  const auto newest = list(*auditor_);
  ASSERT_EQ(newest->entries_size(), 1);
  EXPECT_EQ(newest->entries(0).status(), v1::AGENT_STATUS_AVAILABLE);
  EXPECT_EQ(newest->entries(0).connection(), v1::AGENT_CONNECTION_LIVE);
  request.set_page_token(newest->next_page_token());
  const auto first = list(*lead_);
  EXPECT_EQ(first->entries(0).status(), v1::AGENT_STATUS_OFFLINE);
  EXPECT_EQ(first->next_page_token(), "");
  request.set_agent_id("ann");
  EXPECT_EQ(Refusal(list(*lead_)), "BAD_PAGE_TOKEN");
}

MUARA_ON_BOTH_ENGINES(SessionsRpcTest);

}  // namespace
}  // namespace muara::routing

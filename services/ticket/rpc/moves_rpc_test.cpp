// Who may move tickets, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/facts.pb.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class MovesRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ServeTickets(wire_.server(), *tickets_, *search_);
    wire_.Start();
    id_ = Take(Mail("sari@x.test")).ticket_id;
  }

  rpc::Wire wire_;
  TicketId id_;
};

TEST_P(MovesRpcTest, AnAgentGivesBackTheirOwnAndASupervisorTakesBackAny) {
  Into(id_, Status::kPending);  // of agents/7
  const auto unassign = [&](rpc::Client& client, const std::string& request_id, auto fill) {
    v1::UnassignTicketRequest request;
    request.set_id(id_.value);
    request.set_request_id(request_id);
    fill(request);
    return Refusal(client.Ask<v1::Ticket>("muara.ticket.v1.Tickets/UnassignTicket", request));
  };
  const auto agent = wire_.As("agents/7", rpc::Role::kAgent);
  const auto other = wire_.As("agents/9", rpc::Role::kAgent);
  const auto lead = wire_.As("agents/8", rpc::Role::kSupervisor);
  const auto system = wire_.As("keys/crm", rpc::Role::kIntegrator);
  const auto plain = [](auto&) {};
  EXPECT_EQ(unassign(*agent, "", plain), "INVALID_FIELDS request_id");
  EXPECT_EQ(unassign(*agent, "u1", [](auto& r) { r.set_expected_version(-1); }),
            "INVALID_FIELDS expected_version");
  EXPECT_EQ(unassign(*agent, "u1", [](auto& r) { r.set_reason(std::string(501, 'x')); }),
            "INVALID_FIELDS reason");
  EXPECT_EQ(unassign(*agent, "u1", [](auto& r) { r.set_id("nowhere"); }), "TICKET_NOT_FOUND");
  EXPECT_EQ(unassign(*agent, "u1", [](auto& r) { r.set_expected_version(99); }), "STALE_VERSION");
  EXPECT_EQ(unassign(*other, "u1", plain), "NOT_YOURS");
  EXPECT_EQ(unassign(*system, "u1", plain), "NOT_ALLOWED");
  EXPECT_EQ(unassign(*agent, "u1", [](auto& r) { r.set_reason("off to lunch"); }), "OK");
  EXPECT_EQ(Get(id_).assignee_id, "");
  EXPECT_EQ(Get(id_).status, Status::kPending);
  const auto fact = LastFact<v1::TicketUnassigned>(id_.value);
  EXPECT_EQ(fact.from_agent_id() + " " + fact.cause().note(), "7 off to lunch");
  EXPECT_EQ(unassign(*agent, "u2", plain), "NOT_ASSIGNED");
  ASSERT_TRUE(tickets_->Assign(Of(id_), "9", "Nine").ok());
  EXPECT_EQ(unassign(*lead, "u3", [](auto& r) { r.set_from_agent_id("7"); }),
            "ASSIGNED_TO_ANOTHER");
  EXPECT_EQ(unassign(*lead, "u3", plain), "OK");
  ASSERT_TRUE(tickets_->Assign(Of(id_), "9", "Nine").ok());
  const auto lose = [](auto& r) {
    r.set_from_agent_id("9");
    r.set_reason("AGENT_LOST");
  };
  const auto routing = wire_.As("services/routing", rpc::Role::kService);
  EXPECT_EQ(unassign(*routing, "u4", lose), "OK");
  EXPECT_EQ(unassign(*routing, "u4", lose), "OK");
  const auto lost = LastFact<v1::TicketUnassigned>(id_.value);
  EXPECT_EQ(lost.cause().reason() + lost.cause().note() + lost.from_agent_id(), "AGENT_LOST9");
}

MUARA_ON_BOTH_ENGINES(MovesRpcTest);

}  // namespace
}  // namespace muara::ticket

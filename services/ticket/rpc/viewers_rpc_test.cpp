// Who looks at a ticket, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "libs/testing/servers.h"
#include "muara/ticket/v1/viewers.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class ViewersRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    viewers_ = std::make_unique<Viewers>(*database_, clock_,
                                         bus::RedisAddress{"127.0.0.1", redis_.port()}, "secret");
    ServeViewers(wire_.server(), *viewers_);
    wire_.Start();
    id_ = Take(Mail("sari@x.test")).ticket_id;
  }
  Result<v1::ViewTicketResponse> View(rpc::Client& who, int state) {
    v1::ViewTicketRequest request;
    request.set_id(id_.value);
    request.set_state(static_cast<v1::ViewerState>(state));
    return who.Ask<v1::ViewTicketResponse>("muara.ticket.v1.Viewers/ViewTicket", request);
  }
  Result<v1::ListViewersResponse> List(rpc::Client& who) {
    v1::ListViewersRequest request;
    request.set_ticket_id(id_.value);
    return who.Ask<v1::ListViewersResponse>("muara.ticket.v1.Viewers/ListViewers", request);
  }

  testing::RedisServer redis_;
  rpc::Wire wire_;
  std::unique_ptr<Viewers> viewers_;
  TicketId id_;
};

TEST_P(ViewersRpcTest, ColleaguesSeeWhoLooksAndWhoTypes) {
  const auto ani = wire_.As("agents/ani", rpc::Role::kAgent);
  const auto citra = wire_.As("agents/citra", rpc::Role::kSupervisor);
  const auto auditor = wire_.As("accounts/9", rpc::Role::kAuditor);
  const auto crm = wire_.As("keys/crm", rpc::Role::kIntegrator);
  const auto service = wire_.As("services/email", rpc::Role::kConnector);
  for (const int bad : {0, 4, -1}) EXPECT_EQ(Refusal(View(*ani, bad)), "INVALID_FIELDS state");
  ASSERT_TRUE(View(*ani, v1::VIEWER_STATE_TYPING).ok());
  const auto others = View(*citra, v1::VIEWER_STATE_VIEWING);
  ASSERT_TRUE(others.ok());
  ASSERT_EQ(others->others_size(), 1);
  EXPECT_EQ(others->others(0).agent_id(), "ani");
  EXPECT_EQ(others->others(0).state(), v1::VIEWER_STATE_TYPING);
  EXPECT_TRUE(others->others(0).has_until_time());
  EXPECT_EQ(List(*auditor)->viewers_size(), 2);
  EXPECT_EQ(List(*crm)->viewers_size(), 2);
  EXPECT_EQ(Refusal(View(*auditor, v1::VIEWER_STATE_VIEWING)), "NOT_ALLOWED");
  EXPECT_EQ(Refusal(View(*crm, v1::VIEWER_STATE_VIEWING)), "NOT_ALLOWED");
  EXPECT_EQ(Refusal(List(*service)), "NOT_ALLOWED");
}

MUARA_ON_BOTH_ENGINES(ViewersRpcTest);

}  // namespace
}  // namespace muara::ticket

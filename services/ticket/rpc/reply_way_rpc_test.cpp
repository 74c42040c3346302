// The way of a reply, over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

using rpc::Refusal;

class ReplyWayRpcTest : public TicketTest {
 protected:
  void SetUp() override {
    TicketTest::SetUp();
    ServeTickets(wire_.server(), *tickets_, *search_);
    wire_.Start();
    agent_ = wire_.As("agents/7", rpc::Role::kAgent);
    chat_ = Take(Chat("visit-1"));
    const auto vouched =
        contact_points_->Add(OfContact(chat_.contact_id),
                             {PointKind::kEmail, "ana@x.test", "", Assurance::kCustomerVerified});
    ASSERT_TRUE(vouched.ok());
  }
  template <class Fill>
  Result<v1::ReplyToTicketResponse> Reply(const std::string& request_id, Fill fill) {
    v1::ReplyToTicketRequest request;
    request.set_id(chat_.ticket_id.value);
    request.set_request_id(request_id);
    request.set_text("by mail now");
    fill(*request.mutable_target());
    return agent_->Ask<v1::ReplyToTicketResponse>("muara.ticket.v1.Tickets/ReplyToTicket", request);
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> agent_;
  Accepted chat_;
};

TEST_P(ReplyWayRpcTest, AReplyGoesTheWayThatWasChosenAndOnce) {
  const auto by_mail = [](v1::ReplyTarget& target) {
    target.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
    target.set_value("ana@x.test");
    target.set_endpoint("billing@muara.test");
  };
  const auto written = Reply("r1", by_mail);
  ASSERT_TRUE(written.ok()) << written.error().message;
  EXPECT_EQ(written->interaction().channel(), connector::v1::CHANNEL_EMAIL);
  EXPECT_EQ(written->interaction().endpoint(), "billing@muara.test");
  EXPECT_EQ(written->interaction().contact_points(0).value(), "ana@x.test");
  EXPECT_EQ(Reply("r1", by_mail)->interaction().id(), written->interaction().id());
  EXPECT_EQ(Refusal(Reply("r1", [](auto&) {})), "IDEMPOTENCY_CONFLICT");
}

TEST_P(ReplyWayRpcTest, WhatIsWrongWithItIsNamed) {
  const std::string long_one(321, 'x');
  EXPECT_EQ(Refusal(Reply("r1",
                          [&](v1::ReplyTarget& target) {
                            target.set_kind(static_cast<connector::v1::ContactPointKind>(99));
                            target.set_value(long_one);
                            target.set_endpoint(long_one);
                          })),
            "INVALID_FIELDS target.kind target.value target.endpoint");
  EXPECT_EQ(Refusal(Reply("r1",
                          [](v1::ReplyTarget& target) {
                            target.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
                            target.set_value("stranger@x.test");
                          })),
            "INVALID_FIELDS target.value");
  EXPECT_EQ(Reply("r1", [](auto&) {})->interaction().channel(), connector::v1::CHANNEL_CHAT)
      << "an empty target is none";
}

MUARA_ON_BOTH_ENGINES(ReplyWayRpcTest);

}  // namespace
}  // namespace muara::ticket

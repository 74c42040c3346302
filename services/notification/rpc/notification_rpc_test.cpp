// What the notification service says to callers over a real connection.
#include "libs/rpc/rpc_fixture.h"
#include "muara/notification/v1/notifications.pb.h"
#include "services/notification/app/notification_fixture.h"
#include "services/notification/rpc/serve.h"

namespace muara::notification {
namespace {

using rpc::Refusal;

class NotificationRpcTest : public NotificationTest {
 protected:
  void SetUp() override {
    NotificationTest::SetUp();
    ServeNotifications(wire_.server(), *deliveries_);
    wire_.Start();
    agent_ = wire_.As("agents/ann", rpc::Role::kAgent);
  }
  template <class Response, class Request>
  Result<Response> Ask(const std::string& method, const Request& request) {
    return agent_->Ask<Response>("muara.notification.v1.Notifications/" + method, request);
  }

  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> agent_;
};

TEST_P(NotificationRpcTest, ADeliveryIsSentAgainOnceAndOnlyWhereItEnded) {
  Queue("d1");
  v1::RetryDeliveryRequest request;
  request.set_id("d1");
  const auto retry = [&] { return Ask<v1::Delivery>("RetryDelivery", request); };
  EXPECT_EQ(Refusal(retry()), "INVALID_FIELDS request_id");
  request.set_request_id("r1");
  EXPECT_EQ(retry().error().code, Code::kFailedPrecondition);
  Finish(*Begin("d1"), Fail);
  const auto again = retry();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->status(), ticket::v1::DELIVERY_STATUS_QUEUED);
  EXPECT_EQ(retry()->version(), again->version());
  request.set_id("none");
  EXPECT_EQ(Refusal(retry()), "IDEMPOTENCY_CONFLICT");
  request.set_request_id("r2");
  EXPECT_EQ(Refusal(retry()), "DELIVERY_NOT_FOUND");
}

TEST_P(NotificationRpcTest, ListsCheckTheirPagesAndFilters) {
  for (const char* id : {"1", "2", "3"}) Queue(id);
  v1::ListDeliveriesRequest request;
  const auto list = [&] { return Ask<v1::ListDeliveriesResponse>("ListDeliveries", request); };
  request.set_page_size(-1);
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS page_size");
  request.set_page_size(2);
  const std::string next = list()->next_page_token();
  request.set_page_token(next);
  EXPECT_EQ(list()->deliveries_size(), 1);
  request.set_ticket_id("t-c");
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  request.clear_page_token();
  request.set_status(static_cast<ticket::v1::DeliveryStatus>(99));
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS status");
}

TEST_P(NotificationRpcTest, OnlyTheRightRolesMayCall) {
  const auto connector = wire_.As("services/email", rpc::Role::kConnector);
  v1::GetDeliveryRequest request;
  request.set_id("d1");
  const auto refused =
      connector->Ask<v1::Delivery>("muara.notification.v1.Notifications/GetDelivery", request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  EXPECT_EQ(Refusal(Ask<v1::Delivery>("GetDelivery", request)), "DELIVERY_NOT_FOUND");
}

MUARA_ON_BOTH_ENGINES(NotificationRpcTest);

}  // namespace
}  // namespace muara::notification

// What callers are told of webhooks over a real connection, and who may call.
#include "libs/rpc/rpc_fixture.h"
#include "muara/notification/v1/webhooks.pb.h"
#include "services/notification/app/notification_fixture.h"
#include "services/notification/rpc/serve.h"

namespace muara::notification {
namespace {

using rpc::Refusal;

class WebhooksRpcTest : public NotificationTest {
 protected:
  void SetUp() override {
    NotificationTest::SetUp();
    courier_ = std::make_unique<WebhookCourier>(
        *webhook_deliveries_,
        [](const BegunWebhook&, Duration) { return ResponseOf(200, "hello", 0); }, clock_,
        metrics_);
    ServeWebhooks(wire_.server(), *webhooks_, *webhook_deliveries_, *courier_);
    wire_.Start();
    admin_ = wire_.As("accounts/1", rpc::Role::kAdmin);
  }
  template <class Response, class Request>
  Result<Response> Ask(const std::string& method, const Request& request) {
    return admin_->Ask<Response>("muara.notification.v1.Webhooks/" + method, request);
  }
  static v1::CreateWebhookRequest New() {
    v1::CreateWebhookRequest request;
    request.set_request_id("new");
    request.set_display_name("CRM");
    request.set_url("https://hooks.example.com/in");
    request.set_enabled(true);
    return request;
  }

  metrics::Registry metrics_;
  std::unique_ptr<WebhookCourier> courier_;
  rpc::Wire wire_;
  std::unique_ptr<rpc::Client> admin_;
};

TEST_P(WebhooksRpcTest, AWebhookIsMadeChangedRotatedTestedAndDeleted) {
  const auto made = Ask<v1::CreateWebhookResponse>("CreateWebhook", New());
  ASSERT_TRUE(made.ok()) << made.error().message;
  EXPECT_TRUE(made->secret().starts_with("whsec_"));
  const std::string id = made->webhook().id();
  v1::GetWebhookRequest get;
  get.set_id(id);
  const auto got = Ask<v1::Webhook>("GetWebhook", get);
  EXPECT_EQ(got->DebugString().find("whsec_"), std::string::npos);
  EXPECT_TRUE(got->enabled());
  v1::UpdateWebhookRequest update;
  update.set_id(id);
  EXPECT_EQ(Refusal(Ask<v1::Webhook>("UpdateWebhook", update)), "INVALID_FIELDS request_id");
  update.set_request_id("u");
  update.set_expected_version(-1);
  EXPECT_EQ(Refusal(Ask<v1::Webhook>("UpdateWebhook", update)), "INVALID_FIELDS expected_version");
  update.set_expected_version(1);
  EXPECT_EQ(Refusal(Ask<v1::Webhook>("UpdateWebhook", update)), "INVALID_FIELDS display_name url");
  update.set_display_name("Other");
  update.set_url("https://hooks.example.com/other");
  EXPECT_FALSE(Ask<v1::Webhook>("UpdateWebhook", update)->enabled());
  v1::RotateWebhookSecretRequest rotate;
  rotate.set_id(id);
  rotate.set_request_id("r");
  const auto rotated = Ask<v1::RotateWebhookSecretResponse>("RotateWebhookSecret", rotate);
  EXPECT_NE(rotated->secret(), made->secret());
  EXPECT_TRUE(rotated->webhook().has_old_secret_expire_time());
  v1::TestWebhookRequest test;
  test.set_id(id);
  test.set_request_id("t");
  const auto tested = Ask<v1::WebhookDelivery>("TestWebhook", test);
  EXPECT_EQ(tested->state(), v1::WEBHOOK_DELIVERY_STATE_SUCCEEDED);
  EXPECT_EQ(tested->attempts(0).answer(), "hello");
  v1::DeleteWebhookRequest remove;
  remove.set_id(id);
  remove.set_request_id("d");
  ASSERT_TRUE(Ask<v1::DeleteWebhookResponse>("DeleteWebhook", remove).ok());
  EXPECT_EQ(Refusal(Ask<v1::Webhook>("GetWebhook", get)), "WEBHOOK_NOT_FOUND");
  EXPECT_EQ(
      Ask<v1::ListWebhooksResponse>("ListWebhooks", v1::ListWebhooksRequest())->webhooks_size(), 0);
}

TEST_P(WebhooksRpcTest, ListsOfDeliveriesCheckTheirPagesAndFilters) {
  const std::string id = Make().webhook.id;
  for (const char* each : {"1", "2", "3"}) NotificationTest::Ask(id, each);
  v1::ListWebhookDeliveriesRequest request;
  const auto list = [&] {
    return Ask<v1::ListWebhookDeliveriesResponse>("ListWebhookDeliveries", request);
  };
  request.set_page_size(2);
  EXPECT_EQ(list()->deliveries(0).id(), "3");
  request.set_page_token(list()->next_page_token());
  ASSERT_EQ(list()->deliveries_size(), 1);
  EXPECT_EQ(list()->deliveries(0).id(), "1");
  request.set_webhook_id(id);
  EXPECT_EQ(Refusal(list()), "BAD_PAGE_TOKEN");
  request.clear_page_token();
  request.set_state(static_cast<v1::WebhookDeliveryState>(99));
  EXPECT_EQ(Refusal(list()), "INVALID_FIELDS state");
}

TEST_P(WebhooksRpcTest, AgentsSeeNoneAndSupervisorsChangeNone) {
  const auto agent = wire_.As("agents/ann", rpc::Role::kAgent);
  const auto lead = wire_.As("agents/citra", rpc::Role::kSupervisor);
  const std::string service = "muara.notification.v1.Webhooks/";
  const v1::ListWebhooksRequest list;
  EXPECT_EQ(agent->Ask<v1::ListWebhooksResponse>(service + "ListWebhooks", list).error().code,
            Code::kPermissionDenied);
  EXPECT_TRUE(lead->Ask<v1::ListWebhooksResponse>(service + "ListWebhooks", list).ok());
  EXPECT_EQ(lead->Ask<v1::CreateWebhookResponse>(service + "CreateWebhook", New()).error().code,
            Code::kPermissionDenied);
  EXPECT_EQ(lead->Ask<v1::WebhookDelivery>(service + "TestWebhook", v1::TestWebhookRequest())
                .error()
                .code,
            Code::kPermissionDenied);
}

MUARA_ON_BOTH_ENGINES(WebhooksRpcTest);

}  // namespace
}  // namespace muara::notification

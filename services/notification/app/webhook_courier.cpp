#include "services/notification/app/webhook_courier.h"

#include "libs/base/id.h"
#include "libs/log/log.h"
#include "libs/log/trace.h"

namespace muara::notification {
namespace {

// Eight webhooks that hang, each with all that it may have under way, hold up no other.
constexpr int kWorkers = 8 * kUnderWayOfWebhookMax;
// The gateway waits 10 s for an answer.
constexpr Duration kTestMax = std::chrono::seconds(8);

const char* Name(Response::Outcome outcome) {
  switch (outcome) {
    case Response::Outcome::kDone:
      return "done";
    case Response::Outcome::kTryAgain:
      return "try_again";
    case Response::Outcome::kDisable:
      return "disable";
    case Response::Outcome::kNever:
      return "never";
    case Response::Outcome::kStopping:
      return "stopping";
  }
  return "";
}

std::string TestPayload(Time now) {
  return R"({"type":"webhook.test","timestamp":")" + ToRfc3339(now) + R"(","data":{}})";
}

}  // namespace

WebhookCourier::WebhookCourier(WebhookDeliveries& deliveries, Post post, const Clock& clock,
                               metrics::Registry& metrics)
    : deliveries_(deliveries),
      post_(std::move(post)),
      clock_(clock),
      metrics_(metrics),
      dispatch_(deliveries.wake(),
                {{{kWorkers, [&deliveries](int limit) { return deliveries.ListDue(limit); }}},
                 [this](const std::string& id) { CallOne(id); },
                 [&deliveries] { return deliveries.TidyUp(); }}) {}

void WebhookCourier::Stop() {
  stopping_ = true;
  dispatch_.Stop();
}

void WebhookCourier::CallOne(const std::string& id) {
  if (stopping_) return;
  const auto begun = deliveries_.Begin(id);
  if (!begun.ok()) return log::Failed("a webhook waits", begun.error());
  if (!begun->has_value()) return;
  const Status called = Call(**begun, Duration(0));
  if (!called.ok()) log::Failed("a webhook's result waits", called.error());
}

Status WebhookCourier::Call(const BegunWebhook& begun, Duration limit) {
  const trace::Scope scope(trace::FromTraceparent(begun.delivery.traceparent));
  const auto since = std::chrono::steady_clock::now();
  Response response = post_(begun, limit);
  response.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - since);
  metrics_.Count("muara_webhook_calls_total", {{"outcome", Name(response.outcome)}});
  log::Info("webhook", {{"delivery_id", begun.delivery.id},
                        {"webhook_id", begun.webhook.id},
                        {"attempt", begun.delivery.attempts},
                        {"outcome", Name(response.outcome)},
                        {"reason", response.reason},
                        {"took_ms", response.took.count() / 1000}});
  return deliveries_.Finish(begun.delivery, response, Jitter());
}

Result<WebhookDeliveryDetails> WebhookCourier::Test(const std::string& webhook_id,
                                                    const OperationKey& key) {
  WebhookDelivery delivery;
  delivery.id = NamedUuid("webhook-test/" + key.key);
  delivery.webhook_id = webhook_id;
  delivery.type = kTestType;
  delivery.payload = TestPayload(clock_.Now());
  ASSIGN_OR_RETURN(const auto begun, deliveries_.BeginTest(key, delivery));
  if (begun) RETURN_IF_ERROR(Call(*begun, kTestMax));
  return deliveries_.Get(delivery.id);
}

}  // namespace muara::notification

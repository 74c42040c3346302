#include "services/notification/events/webhook_post.h"

namespace muara::notification {
namespace {

Response FromError(const Error& error) {
  Response response;
  response.reason = error.reason;
  // Neither its address nor its secret changes by waiting.
  if (error.code != Code::kUnavailable) response.outcome = Response::Outcome::kNever;
  if (error.reason == "STOPPING") response.outcome = Response::Outcome::kStopping;
  return response;
}

Response Never(const char* reason) {
  return FromError(MakeError(Code::kFailedPrecondition, reason, ""));
}

}  // namespace

Response WebhookPost::operator()(const BegunWebhook& begun, Duration limit) const {
  const WebhookDelivery& delivery = begun.delivery;
  if (delivery.payload.empty()) return Never(kContactErased);
  const auto secrets = webhooks_.SecretsOf(begun.webhook);
  if (!secrets.ok()) return FromError(secrets.error());
  const int64_t timestamp_s = ToMicros(clock_.Now()) / 1'000'000;
  const auto signatures = Signatures(*secrets, delivery.id, timestamp_s, delivery.payload);
  if (!signatures) return Never("SECRET_UNREADABLE");
  web::Call call;
  call.url = begun.webhook.url;
  call.headers = {{"content-type", "application/json"},
                  {"user-agent", "Muara-Webhooks/1"},
                  {"webhook-id", delivery.id},
                  {"webhook-timestamp", std::to_string(timestamp_s)},
                  {"webhook-signature", *signatures}};
  call.body = delivery.payload;
  call.total_ms_max = static_cast<int>(limit.count() / 1000);
  const auto answer = client_.Post(call);
  if (!answer.ok()) return FromError(answer.error());
  return ResponseOf(answer->status, answer->body, answer->retry_after_s);
}

}  // namespace muara::notification

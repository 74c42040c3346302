#include "services/notification/domain/webhook_delivery.h"

#include <algorithm>

#include "libs/base/utf8.h"

namespace muara::notification {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

void QueueAt(WebhookDelivery& delivery, const std::string& why, Time at, Time now) {
  delivery.state = WebhookDeliveryState::kQueued;
  delivery.reason = why;
  delivery.next_attempt_time = at;
  delivery.update_time = now;
}

bool IsText(unsigned char c) { return c >= 0x20 || c == '\t' || c == '\n'; }

}  // namespace

Waits StandardWaits() {
  using std::chrono::hours;
  using std::chrono::minutes;
  return {std::chrono::seconds(5),
          minutes(5),
          minutes(30),
          hours(2),
          hours(5),
          hours(10),
          hours(14),
          hours(20),
          hours(24)};
}

std::string ShownAnswer(const std::string& body) {
  std::string shown;
  std::string_view rest = std::string_view(body).substr(0, kAnswerBytesMax + 4);
  while (!rest.empty()) {
    const size_t bytes = Utf8Bytes(rest);
    const bool is_text = bytes > 0 && IsText(static_cast<unsigned char>(rest[0]));
    const std::string_view next = is_text ? rest.substr(0, bytes) : kReplacement;
    if (shown.size() + next.size() > kAnswerBytesMax) break;
    shown += next;
    rest.remove_prefix(std::max<size_t>(bytes, 1));
  }
  return shown;
}

Response ResponseOf(int status, const std::string& body, int64_t retry_after_s) {
  Response response;
  response.status = status;
  response.answer = ShownAnswer(body);
  if (status >= 200 && status < 300) {
    response.outcome = Response::Outcome::kDone;
    return response;
  }
  response.reason = "HTTP_" + std::to_string(status);
  if (status >= 300 && status < 400) response.reason = "REDIRECTED";
  if (status == 410) {
    response.outcome = Response::Outcome::kDisable;
    response.reason = "GONE";
  }
  if (status == 429 || status == 503) {
    const auto max_s = std::chrono::duration_cast<std::chrono::seconds>(kRetryAfterMax).count();
    response.retry_after = std::chrono::seconds(std::clamp<int64_t>(retry_after_s, 0, max_s));
  }
  return response;
}

Status WebhookDelivery::Begin(Time now) {
  if (state != WebhookDeliveryState::kQueued || next_attempt_time > now) {
    return MakeError(Code::kAborted, "NOT_DUE", "the delivery is not due");
  }
  state = WebhookDeliveryState::kAttempting;
  ++attempts;
  ++tries;
  update_time = now;
  return Ok();
}

void WebhookDelivery::Take(const Response& response, const Waits& waits, double jitter, Time now) {
  switch (response.outcome) {
    case Response::Outcome::kDone:
      state = WebhookDeliveryState::kSucceeded;
      reason.clear();
      update_time = now;
      return;
    case Response::Outcome::kDisable:
    case Response::Outcome::kNever:
      return Fail(response.reason, now);
    case Response::Outcome::kStopping:
      if (is_test()) return Fail(response.reason, now);
      --tries;
      return QueueAt(*this, response.reason, now, now);
    case Response::Outcome::kTryAgain:
      break;
  }
  if (is_test() || static_cast<size_t>(tries) > waits.size()) return Fail(response.reason, now);
  const auto wait = static_cast<double>(waits[static_cast<size_t>(tries) - 1].count());
  const Duration spread(static_cast<int64_t>(wait * (0.9 + jitter * 0.2)));
  QueueAt(*this, response.reason, now + std::max(spread, response.retry_after), now);
}

void WebhookDelivery::Abandon(const Waits& waits, Time now) {
  if (is_test() || static_cast<size_t>(tries) > waits.size()) return Fail("WORKER_GONE", now);
  QueueAt(*this, "WORKER_GONE", now, now);
}

void WebhookDelivery::Fail(const std::string& why, Time now) {
  state = WebhookDeliveryState::kFailed;
  reason = why;
  update_time = now;
}

Status WebhookDelivery::Redeliver(Time now) {
  if (!ended()) {
    return MakeError(Code::kFailedPrecondition, "WRONG_STATE",
                     "the delivery has not ended: it will be tried by itself");
  }
  if (payload.empty()) {
    return MakeError(Code::kFailedPrecondition, kContactErased, "whom it was about was erased");
  }
  if (is_test()) {
    return MakeError(Code::kFailedPrecondition, "WRONG_STATE",
                     "a test is sent anew by TestWebhook");
  }
  tries = 0;
  QueueAt(*this, "", now, now);
  return Ok();
}

}  // namespace muara::notification

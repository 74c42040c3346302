#include "services/notification/app/webhook_deliveries.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "libs/log/trace.h"
#include "services/notification/app/dispatch.h"
#include "services/notification/store/webhook_deliveries.h"
#include "services/notification/store/webhooks.h"
#include "services/notification/wire/events.h"

namespace muara::notification {
namespace {

constexpr int kTidyMax = 200;
constexpr const char* kSelf = "services/notification";
constexpr const char* kDisabled = "WEBHOOK_DISABLED";
constexpr const char* kUnknown = "UNKNOWN_WEBHOOK";

// Nothing: there is no such webhook, or no more.
Result<std::optional<Webhook>> Find(const Result<Webhook>& loaded) {
  if (loaded.ok()) return std::optional(*loaded);
  if (loaded.error().code == Code::kNotFound) return std::optional<Webhook>();
  return loaded.error();
}

const char* WhyNotCalled(const std::optional<Webhook>& webhook) {
  if (!webhook) return kUnknown;
  return webhook->enabled() ? "" : kDisabled;
}

bool IsReceiversFault(const Response& response) {
  return response.outcome == Response::Outcome::kTryAgain ||
         response.outcome == Response::Outcome::kNever;
}

}  // namespace

Status WebhookDeliveries::QueueIn(sql::Tx& tx, WebhookDelivery delivery) {
  const Time now = clock_.Now();
  delivery.create_time = now;
  delivery.update_time = now;
  delivery.next_attempt_time = now;
  delivery.traceparent = trace::CurrentTraceparent();
  ASSIGN_OR_RETURN(const auto webhook, Find(store::LoadWebhook(tx, delivery.webhook_id)));
  if (const std::string why = WhyNotCalled(webhook); !why.empty()) delivery.Fail(why, now);
  RETURN_IF_ERROR(store::InsertWebhookDelivery(tx, delivery));
  tx.OnCommit([this] { wake_.Notify(); });
  return Ok();
}

Status WebhookDeliveries::EraseOfTicketIn(sql::Tx& tx, const std::string& ticket_id) {
  return store::EraseWebhooksOfTicket(tx, ticket_id);
}

Result<std::vector<std::string>> WebhookDeliveries::ListDue(int limit) {
  const Time now = clock_.Now();
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<std::string>> {
    ASSIGN_OR_RETURN(auto webhooks, store::ListDueWebhooks(tx, now));
    // Begun elsewhere each time, so that a flood for some of them leaves room for the others.
    const auto first = static_cast<size_t>(Jitter() * static_cast<double>(webhooks.size()));
    if (first < webhooks.size()) {
      std::rotate(webhooks.begin(), webhooks.begin() + static_cast<ptrdiff_t>(first),
                  webhooks.end());
    }
    std::vector<std::string> due;
    for (const std::string& webhook : webhooks) {
      ASSIGN_OR_RETURN(const int under_way, store::CountUnderWay(tx, webhook));
      const int room =
          std::min(kUnderWayOfWebhookMax - under_way, limit - static_cast<int>(due.size()));
      if (room <= 0) continue;
      ASSIGN_OR_RETURN(const auto some, store::ListDueOfWebhook(tx, webhook, now, room));
      due.insert(due.end(), some.begin(), some.end());
    }
    return due;
  });
}

// The attempt is there before anybody is called: one that nobody knows the end of is seen.
Status WebhookDeliveries::StartAttempt(sql::Tx& tx, WebhookDelivery& delivery, Time now) {
  RETURN_IF_ERROR(delivery.Begin(now));
  RETURN_IF_ERROR(store::SaveWebhookDelivery(tx, delivery));
  return store::InsertAttempt(tx, delivery.id, {.number = delivery.attempts, .time = now});
}

Result<std::optional<BegunWebhook>> WebhookDeliveries::BeginIn(sql::Tx& tx, const std::string& id,
                                                               Time now) {
  const std::optional<BegunWebhook> nothing;
  ASSIGN_OR_RETURN(const WebhookDelivery found, store::LoadWebhookDelivery(tx, id));
  // Whoever begins one of a webhook does so alone: two must not both find the last free place.
  ASSIGN_OR_RETURN(const auto webhook, Find(store::LoadWebhookForChange(tx, found.webhook_id)));
  if (!webhook || (!webhook->enabled() && !found.is_test())) return nothing;
  ASSIGN_OR_RETURN(const int under_way, store::CountUnderWay(tx, webhook->id));
  if (under_way >= kUnderWayOfWebhookMax) return nothing;
  ASSIGN_OR_RETURN(WebhookDelivery delivery, store::LoadWebhookDeliveryForChange(tx, id));
  if (delivery.state != WebhookDeliveryState::kQueued || delivery.next_attempt_time > now) {
    return nothing;
  }
  RETURN_IF_ERROR(StartAttempt(tx, delivery, now));
  return std::optional(BegunWebhook{delivery, *webhook});
}

Result<std::optional<BegunWebhook>> WebhookDeliveries::Begin(const std::string& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) { return BeginIn(tx, id, now); });
}

Result<std::optional<BegunWebhook>> WebhookDeliveries::BeginTest(const OperationKey& key,
                                                                 WebhookDelivery delivery) {
  const Time now = clock_.Now();
  delivery.create_time = now;
  delivery.update_time = now;
  delivery.next_attempt_time = now;
  delivery.traceparent = trace::CurrentTraceparent();
  return database_.Transact([&](sql::Tx& tx) -> Result<std::optional<BegunWebhook>> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) return std::optional<BegunWebhook>();
    RETURN_IF_ERROR(store::LoadWebhook(tx, delivery.webhook_id));
    RETURN_IF_ERROR(store::InsertWebhookDelivery(tx, delivery));
    ASSIGN_OR_RETURN(auto begun, BeginIn(tx, delivery.id, now));
    if (begun) return begun;
    return MakeError(Code::kResourceExhausted, "WEBHOOK_BUSY",
                     "4 calls of this webhook are under way: try again in a moment");
  });
}

// Counted for the webhook as a whole; tests are not.
Status WebhookDeliveries::CountIn(sql::Tx& tx, const std::string& webhook_id,
                                  const Response& response, Time now) {
  ASSIGN_OR_RETURN(auto webhook, Find(store::LoadWebhookForChange(tx, webhook_id)));
  if (!webhook) return Ok();
  bool disabled = false;
  if (response.outcome == Response::Outcome::kDone) {
    if (webhook->failures == 0) return Ok();
    webhook->CountSuccess();
  } else if (response.outcome == Response::Outcome::kDisable) {
    disabled = webhook->enabled();
    if (disabled) webhook->Disable(kGone, now);
  } else if (IsReceiversFault(response)) {
    disabled = webhook->CountFailure(now);
  }
  if (!disabled) return store::SaveFailures(tx, *webhook);
  RETURN_IF_ERROR(store::SaveWebhook(tx, *webhook));
  return log_.Append(tx, wire::WebhookChanged(*webhook, webhook->disabled_reason, kSelf), now);
}

Status WebhookDeliveries::Finish(const WebhookDelivery& begun, const Response& response,
                                 double jitter) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Status {
    // The webhook first, as in Begin: two that wait for each other would both be undone.
    ASSIGN_OR_RETURN(const auto webhook, Find(store::LoadWebhookForChange(tx, begun.webhook_id)));
    ASSIGN_OR_RETURN(WebhookDelivery delivery, store::LoadWebhookDeliveryForChange(tx, begun.id));
    if (delivery.state != WebhookDeliveryState::kAttempting ||
        delivery.attempts != begun.attempts) {
      return Ok();
    }
    const Duration took = std::max<Duration>(response.took, std::chrono::milliseconds(1));
    RETURN_IF_ERROR(store::SaveAttempt(tx, begun.id,
                                       {.number = begun.attempts,
                                        .took = took,
                                        .status = response.status,
                                        .reason = response.reason,
                                        .answer = response.answer}));
    delivery.Take(response, timing_.waits, jitter, now);
    RETURN_IF_ERROR(store::SaveWebhookDelivery(tx, delivery));
    tx.OnCommit([this] { wake_.Notify(); });
    if (!webhook || begun.is_test()) return Ok();
    return CountIn(tx, begun.webhook_id, response, now);
  });
}

Status WebhookDeliveries::TidyUp() {
  RETURN_IF_ERROR(TakeUpAbandoned());
  RETURN_IF_ERROR(EndStranded());
  RETURN_IF_ERROR(DeleteOld());
  return Ok();
}

Result<int> WebhookDeliveries::TakeUpAbandoned() {
  const Time now = clock_.Now();
  const Time before = now - timing_.abandoned_after;
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(const auto ids, store::ListAbandonedWebhooks(tx, before, kTidyMax));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(WebhookDelivery delivery, store::LoadWebhookDeliveryForChange(tx, id));
      if (delivery.state != WebhookDeliveryState::kAttempting || delivery.update_time >= before) {
        continue;
      }
      delivery.Abandon(timing_.waits, now);
      RETURN_IF_ERROR(store::SaveAttempt(
          tx, id, {.number = delivery.attempts, .took = Duration(0), .reason = delivery.reason}));
      RETURN_IF_ERROR(store::SaveWebhookDelivery(tx, delivery));
    }
    return static_cast<int>(ids.size());
  });
}

// Of a webhook that was disabled or deleted since.
Result<int> WebhookDeliveries::EndStranded() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(const auto ids, store::ListStranded(tx, kTidyMax));
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(const WebhookDelivery found, store::LoadWebhookDelivery(tx, id));
      ASSIGN_OR_RETURN(const auto webhook, Find(store::LoadWebhookForChange(tx, found.webhook_id)));
      const std::string why = WhyNotCalled(webhook);
      ASSIGN_OR_RETURN(WebhookDelivery delivery, store::LoadWebhookDeliveryForChange(tx, id));
      if (why.empty() || delivery.state != WebhookDeliveryState::kQueued) continue;
      delivery.Fail(why, now);
      RETURN_IF_ERROR(store::SaveWebhookDelivery(tx, delivery));
    }
    return static_cast<int>(ids.size());
  });
}

Result<int> WebhookDeliveries::DeleteOld() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    const Time before = now - kWebhookDeliveriesKept;
    ASSIGN_OR_RETURN(const int count, store::DeleteEndedWebhooks(tx, before, kTidyMax));
    RETURN_IF_ERROR(store::ForgetDeletedWebhooks(tx, before));
    return count;
  });
}

Result<WebhookDeliveryDetails> WebhookDeliveries::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) -> Result<WebhookDeliveryDetails> {
    WebhookDeliveryDetails details;
    ASSIGN_OR_RETURN(details.delivery, store::LoadWebhookDelivery(tx, id));
    ASSIGN_OR_RETURN(details.attempts, store::ListAttempts(tx, id, kAttemptsShownMax));
    return details;
  });
}

Result<std::vector<WebhookDelivery>> WebhookDeliveries::List(const std::string& webhook_id,
                                                             int state, int limit,
                                                             const WebhookDeliveryPlace* before) {
  return database_.Read([&](sql::Tx& tx) {
    return store::ListWebhookDeliveries(tx, webhook_id, state, limit, before);
  });
}

Result<WebhookDelivery> WebhookDeliveries::Redeliver(const std::string& id,
                                                     const OperationKey& key) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<WebhookDelivery> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(const WebhookDelivery found, store::LoadWebhookDelivery(tx, id));
    if (!first) return found;
    ASSIGN_OR_RETURN(const Webhook webhook, store::LoadWebhookForChange(tx, found.webhook_id));
    if (!webhook.enabled()) {
      return MakeError(Code::kFailedPrecondition, kDisabled, "the webhook is disabled");
    }
    ASSIGN_OR_RETURN(WebhookDelivery delivery, store::LoadWebhookDeliveryForChange(tx, id));
    RETURN_IF_ERROR(delivery.Redeliver(now));
    RETURN_IF_ERROR(store::SaveWebhookDelivery(tx, delivery));
    tx.OnCommit([this] { wake_.Notify(); });
    return delivery;
  });
}

}  // namespace muara::notification

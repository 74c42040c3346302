#include "services/notification/wire/webhooks.h"

#include <google/protobuf/util/json_util.h>

#include "libs/base/id.h"
#include "libs/rpc/timestamp.h"
#include "muara/notification/v1/facts.pb.h"
#include "muara/notification/v1/webhooks.pb.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/notification/wire/events.h"

namespace muara::notification::wire {
namespace {

static_assert(static_cast<int>(WebhookDeliveryState::kFailed) == v1::WEBHOOK_DELIVERY_STATE_FAILED);

std::string TypeOf(const ticket::v1::Cause& cause) {
  if (cause.reason() == "RULE") return "ticket.rule";
  return cause.reason() == "MACRO" ? "ticket.macro" : "ticket.bulk_edit";
}

// As the REST API writes it.
std::optional<std::string> JsonOf(const v1::WebhookEvent& event) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(event, &text, options).ok()) return std::nullopt;
  return text;
}

}  // namespace

v1::Webhook ToProto(const Webhook& webhook) {
  v1::Webhook out;
  out.set_id(webhook.id);
  out.set_display_name(webhook.display_name);
  out.set_url(webhook.url);
  out.set_description(webhook.description);
  out.set_enabled(webhook.enabled());
  out.set_disabled_reason(webhook.disabled_reason);
  if (!webhook.old_secret.empty()) {
    rpc::SetTimestamp(out.mutable_old_secret_expire_time(), webhook.old_secret_until);
  }
  rpc::SetTimestamp(out.mutable_create_time(), webhook.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), webhook.update_time);
  out.set_version(webhook.version);
  if (webhook.failures > 0) {
    rpc::SetTimestamp(out.mutable_failing_since_time(), webhook.failing_since);
  }
  return out;
}

v1::WebhookDelivery ToProto(const WebhookDelivery& delivery) {
  v1::WebhookDelivery out;
  out.set_id(delivery.id);
  out.set_webhook_id(delivery.webhook_id);
  out.set_type(delivery.type);
  out.set_ticket_id(delivery.ticket_id);
  out.set_state(static_cast<v1::WebhookDeliveryState>(delivery.state));
  out.set_attempt_count(delivery.attempts);
  out.set_reason(delivery.reason);
  rpc::SetTimestamp(out.mutable_create_time(), delivery.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), delivery.update_time);
  if (delivery.state == WebhookDeliveryState::kQueued) {
    rpc::SetTimestamp(out.mutable_next_attempt_time(), delivery.next_attempt_time);
  }
  out.set_version(delivery.version);
  return out;
}

v1::WebhookAttempt ToProto(const WebhookAttempt& attempt) {
  v1::WebhookAttempt out;
  out.set_number(attempt.number);
  rpc::SetTimestamp(out.mutable_time(), attempt.time);
  out.set_took_ms(static_cast<int>(attempt.took.count() / 1000));
  out.set_status_code(attempt.status);
  out.set_reason(attempt.reason);
  out.set_answer(attempt.answer);
  return out;
}

std::optional<WebhookDelivery> WebhookDeliveryOf(const bus::Envelope& envelope) {
  ticket::v1::WebhookRequested fact;
  if (!fact.ParseFromString(envelope.data)) return std::nullopt;
  v1::WebhookEvent event;
  event.set_type(TypeOf(fact.cause()));
  rpc::SetTimestamp(event.mutable_timestamp(), envelope.time);
  v1::WebhookEventData& data = *event.mutable_data();
  data.set_event_id(envelope.id);
  data.set_sequence(static_cast<int>(envelope.key_version));
  *data.mutable_ticket() = fact.ticket();
  *data.mutable_cause() = fact.cause();
  data.set_text(fact.text());
  const auto payload = JsonOf(event);
  if (!payload) return std::nullopt;
  WebhookDelivery delivery;
  delivery.id = NamedUuid("webhook/" + envelope.id);
  delivery.webhook_id = fact.webhook_id();
  delivery.type = event.type();
  delivery.ticket_id = fact.ticket().id();
  delivery.payload = *payload;
  return delivery;
}

bus::Fact WebhookChanged(const Webhook& webhook, const std::string& reason,
                         const std::string& actor) {
  v1::WebhookChanged message;
  message.set_webhook_id(webhook.id);
  message.set_display_name(webhook.display_name);
  message.set_enabled(webhook.enabled());
  message.set_reason(reason);
  message.set_actor(actor);
  message.set_version(webhook.version);
  return {"webhooks/" + webhook.id, v1::WebhookChanged::descriptor()->full_name(),
          message.SerializeAsString()};
}

bus::Fact WebhookDeleted(const Webhook& webhook, const std::string& actor) {
  v1::WebhookDeleted message;
  message.set_webhook_id(webhook.id);
  message.set_actor(actor);
  return {"webhooks/" + webhook.id, v1::WebhookDeleted::descriptor()->full_name(),
          message.SerializeAsString()};
}

}  // namespace muara::notification::wire

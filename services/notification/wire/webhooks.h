// Webhooks and their deliveries as messages, and what is sent to receivers.
#pragma once

#include <optional>
#include <string>

#include "libs/bus/envelope.h"
#include "services/notification/domain/webhook.h"
#include "services/notification/domain/webhook_delivery.h"

namespace muara::notification::v1 {
class Webhook;
class WebhookAttempt;
class WebhookDelivery;
}  // namespace muara::notification::v1

namespace muara::notification::wire {

// Without its secrets.
v1::Webhook ToProto(const Webhook& webhook);
v1::WebhookDelivery ToProto(const WebhookDelivery& delivery);
v1::WebhookAttempt ToProto(const WebhookAttempt& attempt);

// What a fact WebhookRequested asks for, with the body that will be sent. Nothing: it cannot be
// read.
std::optional<WebhookDelivery> WebhookDeliveryOf(const bus::Envelope& envelope);

}  // namespace muara::notification::wire

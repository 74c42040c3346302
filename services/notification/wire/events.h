// What this service tells, as facts. Key: the delivery's id, "webhooks/<id>".
#pragma once

#include "libs/bus/event_log.h"
#include "services/notification/domain/delivery.h"
#include "services/notification/domain/webhook.h"

namespace muara::notification::wire {

bus::Fact DeliveryUpdated(const Delivery& delivery);
// Without its URL, which may hold a token.
bus::Fact WebhookChanged(const Webhook& webhook, const std::string& reason,
                         const std::string& actor);
bus::Fact WebhookDeleted(const Webhook& webhook, const std::string& actor);

}  // namespace muara::notification::wire

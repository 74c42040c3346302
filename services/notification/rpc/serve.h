// Serves this service's methods: parse, call, answer.
#pragma once

#include "libs/rpc/server.h"
#include "services/notification/app/deliveries.h"
#include "services/notification/app/webhook_courier.h"
#include "services/notification/app/webhooks.h"

namespace muara::notification {

void ServeNotifications(rpc::Server& server, Deliveries& deliveries);
void ServeWebhooks(rpc::Server& server, Webhooks& webhooks, WebhookDeliveries& deliveries,
                   WebhookCourier& courier);

}  // namespace muara::notification

// What this service reads from the environment besides what every service reads; see README.md.
#pragma once

#include "libs/service/settings.h"
#include "libs/web/client.h"
#include "services/notification/app/webhook_deliveries.h"

namespace muara::notification {

struct WebhookSettings {
  web::ClientOptions client;
  WebhookTiming timing;
};

WebhookSettings ReadWebhookSettings(service::Settings& settings);

}  // namespace muara::notification

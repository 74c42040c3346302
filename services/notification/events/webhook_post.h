// Calls a webhook's receiver, signed with what its secrets are at this moment. Thread-safe.
#pragma once

#include "libs/web/client.h"
#include "services/notification/app/webhook_deliveries.h"
#include "services/notification/app/webhooks.h"

namespace muara::notification {

class WebhookPost {
 public:
  WebhookPost(web::Client& client, const Webhooks& webhooks, const Clock& clock)
      : client_(client), webhooks_(webhooks), clock_(clock) {}
  // For at most so long; 0: as long as the client waits.
  Response operator()(const BegunWebhook& begun, Duration limit) const;

 private:
  web::Client& client_;
  const Webhooks& webhooks_;
  const Clock& clock_;
};

}  // namespace muara::notification

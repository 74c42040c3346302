// Calls what is due: "attempt n" is committed, then the receiver is called, then what it said is
// committed. Thread-safe.
#pragma once

#include <functional>

#include "libs/metrics/metrics.h"
#include "services/notification/app/dispatch.h"
#include "services/notification/app/webhook_deliveries.h"

namespace muara::notification {

class WebhookCourier {
 public:
  // Calls a receiver, for at most so long (0: as long as it is set).
  using Post = std::function<Response(const BegunWebhook&, Duration limit)>;

  WebhookCourier(WebhookDeliveries& deliveries, Post post, const Clock& clock,
                 metrics::Registry& metrics);
  void Start() { dispatch_.Start(); }
  void Stop();

  // Sends a test now and waits for what comes of it; done before, answers with that.
  // WEBHOOK_NOT_FOUND, WEBHOOK_BUSY.
  Result<WebhookDeliveryDetails> Test(const std::string& webhook_id, const OperationKey& key);

 private:
  void CallOne(const std::string& id);
  Status Call(const BegunWebhook& begun, Duration limit);

  WebhookDeliveries& deliveries_;
  const Post post_;
  const Clock& clock_;
  metrics::Registry& metrics_;
  std::atomic<bool> stopping_{false};
  Dispatch dispatch_;  // last: its workers use the rest
};

}  // namespace muara::notification

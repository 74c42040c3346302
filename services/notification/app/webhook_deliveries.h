// What can be done with calls of webhooks, whoever asks: at most 4 of one webhook are under way at
// once, in all processes together. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "libs/bus/wake.h"
#include "libs/sql/database.h"
#include "services/notification/domain/webhook.h"
#include "services/notification/domain/webhook_delivery.h"

namespace muara::notification {

constexpr int kUnderWayOfWebhookMax = 4;

struct WebhookTiming {
  Waits waits = StandardWaits();
  // Longer than a try can take: a lookup of a name may go on for a while after its time is over.
  Duration abandoned_after = std::chrono::seconds(40);
};

// A try that was begun, and where it goes.
struct BegunWebhook {
  WebhookDelivery delivery;
  Webhook webhook;
};

struct WebhookDeliveryDetails {
  WebhookDelivery delivery;
  std::vector<WebhookAttempt> attempts;
};

class WebhookDeliveries {
 public:
  WebhookDeliveries(sql::Database& database, bus::EventLog& log, const Clock& clock,
                    WebhookTiming timing)
      : database_(database), log_(log), clock_(clock), timing_(std::move(timing)) {}

  // In the consumer's transaction. `delivery` has its id, webhook, type, ticket and payload. Where
  // the webhook is not called it has failed at once, visibly: UNKNOWN_WEBHOOK, WEBHOOK_DISABLED.
  Status QueueIn(sql::Tx& tx, WebhookDelivery delivery);
  // In the consumer's transaction: nothing of the ticket is left in what was sent or answered.
  Status EraseOfTicketIn(sql::Tx& tx, const std::string& ticket_id);
  // A test, begun at once also where the webhook is disabled; nothing where this key has begun it
  // before: its id is then that of the delivery to look at. WEBHOOK_BUSY.
  Result<std::optional<BegunWebhook>> BeginTest(const OperationKey& key, WebhookDelivery delivery);

  // The ids that may be begun now, of every webhook at most what may be under way.
  Result<std::vector<std::string>> ListDue(int limit);
  // Committed before anything is sent. Nothing, where another worker was first.
  Result<std::optional<BegunWebhook>> Begin(const std::string& id);
  // What came of the try that was begun. Passed over where it was taken up as abandoned meanwhile.
  Status Finish(const WebhookDelivery& begun, const Response& response, double jitter);

  // What workers that are gone left, what is queued for nobody, and what is too old. Some of it
  // each time.
  Status TidyUp();

  Result<WebhookDeliveryDetails> Get(const std::string& id);
  Result<std::vector<WebhookDelivery>> List(const std::string& webhook_id, int state, int limit,
                                            const WebhookDeliveryPlace* before);
  // Queued again. WRONG_STATE, CONTACT_ERASED, WEBHOOK_NOT_FOUND, WEBHOOK_DISABLED.
  Result<WebhookDelivery> Redeliver(const std::string& id, const OperationKey& key);

  bus::Wake& wake() { return wake_; }

 private:
  Result<std::optional<BegunWebhook>> BeginIn(sql::Tx& tx, const std::string& id, Time now);
  Status StartAttempt(sql::Tx& tx, WebhookDelivery& delivery, Time now);
  Status CountIn(sql::Tx& tx, const std::string& webhook_id, const Response& response, Time now);
  Result<int> TakeUpAbandoned();
  Result<int> EndStranded();
  Result<int> DeleteOld();

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  const WebhookTiming timing_;
  bus::Wake wake_;
};

}  // namespace muara::notification

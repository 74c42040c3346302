// Calls of webhooks and their attempts, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/notification/domain/webhook_delivery.h"

namespace muara::notification::store {

// False: it is there already.
Result<bool> InsertWebhookDelivery(sql::Tx& tx, const WebhookDelivery& delivery);
// WEBHOOK_DELIVERY_NOT_FOUND.
Result<WebhookDelivery> LoadWebhookDelivery(sql::Tx& tx, const std::string& id);
Result<WebhookDelivery> LoadWebhookDeliveryForChange(sql::Tx& tx, const std::string& id);
Status SaveWebhookDelivery(sql::Tx& tx, WebhookDelivery& delivery);  // version grows by one

// Enabled webhooks for which something is due.
Result<std::vector<std::string>> ListDueWebhooks(sql::Tx& tx, Time now);
Result<std::vector<std::string>> ListDueOfWebhook(sql::Tx& tx, const std::string& webhook_id,
                                                  Time now, int limit);
Result<int> CountUnderWay(sql::Tx& tx, const std::string& webhook_id);
// ATTEMPTING since before this time: whoever tried them is gone.
Result<std::vector<std::string>> ListAbandonedWebhooks(sql::Tx& tx, Time before, int limit);
// QUEUED for a webhook that is no longer called, or that there never was.
Result<std::vector<std::string>> ListStranded(sql::Tx& tx, int limit);
// Ended before this time, with their attempts; how many.
Result<int> DeleteEndedWebhooks(sql::Tx& tx, Time before, int limit);

// Newest first, without what was sent; webhook "" and state 0: any.
Result<std::vector<WebhookDelivery>> ListWebhookDeliveries(sql::Tx& tx,
                                                           const std::string& webhook_id, int state,
                                                           int limit,
                                                           const WebhookDeliveryPlace* before);

// What was sent on a ticket and what was said to it; what has not ended has failed.
Status EraseWebhooksOfTicket(sql::Tx& tx, const std::string& ticket_id);

Status InsertAttempt(sql::Tx& tx, const std::string& delivery_id, const WebhookAttempt& attempt);
Status SaveAttempt(sql::Tx& tx, const std::string& delivery_id, const WebhookAttempt& attempt);
// In their order, the last ones.
Result<std::vector<WebhookAttempt>> ListAttempts(sql::Tx& tx, const std::string& delivery_id,
                                                 int limit);

}  // namespace muara::notification::store

// Webhooks in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/notification/domain/webhook.h"

namespace muara::notification::store {

Status MigrateWebhooks(sql::Database& database);

Status InsertWebhook(sql::Tx& tx, const Webhook& webhook);
// WEBHOOK_NOT_FOUND, also where it is deleted.
Result<Webhook> LoadWebhook(sql::Tx& tx, const std::string& id);
Result<Webhook> LoadWebhookForChange(sql::Tx& tx, const std::string& id);
Status SaveWebhook(sql::Tx& tx, Webhook& webhook);  // version grows by one
// How often it failed, which is no change of it.
Status SaveFailures(sql::Tx& tx, const Webhook& webhook);
// By name; those that are not deleted.
Result<std::vector<Webhook>> ListWebhooks(sql::Tx& tx);
// Whoever adds one does so alone until the commit.
Result<int> CountWebhooksAlone(sql::Tx& tx);
// Those that were deleted before this time and have no deliveries any more.
Status ForgetDeletedWebhooks(sql::Tx& tx, Time before);

}  // namespace muara::notification::store

#include "services/notification/store/webhooks.h"

#include "libs/sql/migrate.h"

namespace muara::notification::store {
namespace {

constexpr const char* kColumns =
    "id, display_name, url, description, state, disabled_reason, secret, old_secret, "
    "old_secret_until_us, failures, failing_since_us, created_us, updated_us, version";

Webhook FromRow(const sql::Row& row) {
  Webhook w;
  w.id = row.Text(0);
  w.display_name = row.Text(1);
  w.url = row.Text(2);
  w.description = row.Text(3);
  w.state = static_cast<WebhookState>(row.Int(4));
  w.disabled_reason = row.Text(5);
  w.secret = row.Bytes(6);
  w.old_secret = row.Bytes(7);
  w.old_secret_until = FromMicros(row.Int(8));
  w.failures = static_cast<int>(row.Int(9));
  w.failing_since = FromMicros(row.Int(10));
  w.create_time = FromMicros(row.Int(11));
  w.update_time = FromMicros(row.Int(12));
  w.version = static_cast<int>(row.Int(13));
  return w;
}

Result<Webhook> LoadWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kColumns +
                                " FROM webhook WHERE id = $1 AND state <> 3" + lock,
                            id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "WEBHOOK_NOT_FOUND", "there is no such webhook");
  }
  return FromRow(rows[0]);
}

}  // namespace

Status MigrateWebhooks(sql::Database& database) {
  return sql::Migrate(
      database, "webhooks",
      {{1,
        "webhooks and their deliveries",
        {"CREATE TABLE webhook (id TEXT PRIMARY KEY, display_name TEXT NOT NULL, "
         "url TEXT NOT NULL, description TEXT NOT NULL, state BIGINT NOT NULL, "
         "disabled_reason TEXT NOT NULL, secret BYTEA NOT NULL, old_secret BYTEA NOT NULL, "
         "old_secret_until_us BIGINT NOT NULL, failures BIGINT NOT NULL, "
         "failing_since_us BIGINT NOT NULL, created_us BIGINT NOT NULL, "
         "updated_us BIGINT NOT NULL, version BIGINT NOT NULL)",
         "CREATE TABLE webhook_list (id BIGINT PRIMARY KEY)",
         "INSERT INTO webhook_list (id) VALUES (1)",
         "CREATE TABLE webhook_delivery (id TEXT PRIMARY KEY, webhook_id TEXT NOT NULL, "
         "type TEXT NOT NULL, ticket_id TEXT NOT NULL, payload BYTEA NOT NULL, "
         "traceparent TEXT NOT NULL, state BIGINT NOT NULL, attempts BIGINT NOT NULL, "
         "tries BIGINT NOT NULL, reason TEXT NOT NULL, created_us BIGINT NOT NULL, "
         "updated_us BIGINT NOT NULL, next_us BIGINT NOT NULL, version BIGINT NOT NULL)",
         "CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook_id, next_us) "
         "WHERE state = 1",
         "CREATE INDEX webhook_delivery_under_way ON webhook_delivery (webhook_id, updated_us) "
         "WHERE state = 2",
         "CREATE INDEX webhook_delivery_newest ON webhook_delivery (created_us, id)",
         "CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_id, created_us, id)",
         "CREATE INDEX webhook_delivery_in ON webhook_delivery (state, created_us, id)",
         "CREATE INDEX webhook_delivery_of_in ON webhook_delivery (webhook_id, state, created_us, "
         "id)",
         "CREATE INDEX webhook_delivery_ended ON webhook_delivery (updated_us) WHERE state >= 3",
         "CREATE INDEX webhook_delivery_ticket ON webhook_delivery (ticket_id)",
         "CREATE TABLE webhook_attempt (delivery_id TEXT NOT NULL, number BIGINT NOT NULL, "
         "time_us BIGINT NOT NULL, took_us BIGINT NOT NULL, status BIGINT NOT NULL, "
         "reason TEXT NOT NULL, answer TEXT NOT NULL, PRIMARY KEY (delivery_id, number))"}}});
}

Status InsertWebhook(sql::Tx& tx, const Webhook& w) {
  return tx.Post(std::string("INSERT INTO webhook (") + kColumns +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                 w.id, w.display_name, w.url, w.description, w.state, w.disabled_reason,
                 sql::Blob{w.secret}, sql::Blob{w.old_secret}, ToMicros(w.old_secret_until),
                 w.failures, ToMicros(w.failing_since), ToMicros(w.create_time),
                 ToMicros(w.update_time), w.version);
}

Result<Webhook> LoadWebhook(sql::Tx& tx, const std::string& id) { return LoadWith(tx, id, ""); }

Result<Webhook> LoadWebhookForChange(sql::Tx& tx, const std::string& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

Status SaveWebhook(sql::Tx& tx, Webhook& w) {
  ++w.version;
  RETURN_IF_ERROR(tx.Post(
      "UPDATE webhook SET display_name = $2, url = $3, description = $4, state = $5, "
      "disabled_reason = $6, secret = $7, old_secret = $8, old_secret_until_us = $9, "
      "updated_us = $10, version = $11 WHERE id = $1",
      w.id, w.display_name, w.url, w.description, w.state, w.disabled_reason, sql::Blob{w.secret},
      sql::Blob{w.old_secret}, ToMicros(w.old_secret_until), ToMicros(w.update_time), w.version));
  return SaveFailures(tx, w);
}

Status SaveFailures(sql::Tx& tx, const Webhook& w) {
  return tx.Post("UPDATE webhook SET failures = $2, failing_since_us = $3 WHERE id = $1", w.id,
                 w.failures, ToMicros(w.failing_since));
}

Result<std::vector<Webhook>> ListWebhooks(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kColumns +
                                " FROM webhook WHERE state <> 3 ORDER BY display_name, id LIMIT $1",
                            kWebhooksMax));
  std::vector<Webhook> out;
  for (const sql::Row& row : rows) out.push_back(FromRow(row));
  return out;
}

Result<int> CountWebhooksAlone(sql::Tx& tx) {
  RETURN_IF_ERROR(tx.Query("SELECT id FROM webhook_list WHERE id = 1 FOR UPDATE"));
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT COUNT(*) FROM webhook WHERE state <> 3"));
  return static_cast<int>(rows[0].Int(0));
}

Status ForgetDeletedWebhooks(sql::Tx& tx, Time before) {
  return tx.Post(
      "DELETE FROM webhook WHERE state = 3 AND updated_us < $1 AND NOT EXISTS (SELECT 1 "
      "FROM webhook_delivery d WHERE d.webhook_id = webhook.id)",
      ToMicros(before));
}

}  // namespace muara::notification::store

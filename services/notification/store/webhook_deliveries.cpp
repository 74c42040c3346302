#include "services/notification/store/webhook_deliveries.h"

#include <algorithm>

namespace muara::notification::store {
namespace {

constexpr const char* kColumns =
    "id, webhook_id, type, ticket_id, traceparent, state, attempts, tries, reason, created_us, "
    "updated_us, next_us, version";

WebhookDelivery FromRow(const sql::Row& row) {
  WebhookDelivery d;
  d.id = row.Text(0);
  d.webhook_id = row.Text(1);
  d.type = row.Text(2);
  d.ticket_id = row.Text(3);
  d.traceparent = row.Text(4);
  d.state = static_cast<WebhookDeliveryState>(row.Int(5));
  d.attempts = static_cast<int>(row.Int(6));
  d.tries = static_cast<int>(row.Int(7));
  d.reason = row.Text(8);
  d.create_time = FromMicros(row.Int(9));
  d.update_time = FromMicros(row.Int(10));
  d.next_attempt_time = FromMicros(row.Int(11));
  d.version = static_cast<int>(row.Int(12));
  return d;
}

Result<WebhookDelivery> LoadWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kColumns +
                                ", payload FROM webhook_delivery WHERE id = $1" + lock,
                            id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "WEBHOOK_DELIVERY_NOT_FOUND", "there is no such delivery");
  }
  WebhookDelivery delivery = FromRow(rows[0]);
  delivery.payload = rows[0].Bytes(13);
  return delivery;
}

Result<std::vector<std::string>> Ids(const Result<sql::Rows>& rows) {
  if (!rows.ok()) return rows.error();
  std::vector<std::string> ids;
  for (const sql::Row& row : *rows) ids.push_back(row.Text(0));
  return ids;
}

}  // namespace

Result<bool> InsertWebhookDelivery(sql::Tx& tx, const WebhookDelivery& d) {
  ASSIGN_OR_RETURN(
      const int64_t inserted,
      tx.Execute(std::string("INSERT INTO webhook_delivery (") + kColumns +
                     ", payload) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
                     "$14) ON CONFLICT (id) DO NOTHING",
                 d.id, d.webhook_id, d.type, d.ticket_id, d.traceparent, d.state, d.attempts,
                 d.tries, d.reason, ToMicros(d.create_time), ToMicros(d.update_time),
                 ToMicros(d.next_attempt_time), d.version, sql::Blob{d.payload}));
  return inserted == 1;
}

Result<WebhookDelivery> LoadWebhookDelivery(sql::Tx& tx, const std::string& id) {
  return LoadWith(tx, id, "");
}

Result<WebhookDelivery> LoadWebhookDeliveryForChange(sql::Tx& tx, const std::string& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

Status SaveWebhookDelivery(sql::Tx& tx, WebhookDelivery& d) {
  ++d.version;
  return tx.Post(
      "UPDATE webhook_delivery SET state = $2, attempts = $3, tries = $4, reason = $5, "
      "updated_us = $6, next_us = $7, version = $8 WHERE id = $1",
      d.id, d.state, d.attempts, d.tries, d.reason, ToMicros(d.update_time),
      ToMicros(d.next_attempt_time), d.version);
}

Result<std::vector<std::string>> ListDueWebhooks(sql::Tx& tx, Time now) {
  return Ids(
      tx.Query("SELECT w.id FROM webhook w WHERE w.state = 1 AND EXISTS (SELECT 1 FROM "
               "webhook_delivery d WHERE d.webhook_id = w.id AND d.state = 1 AND d.next_us <= $1)",
               ToMicros(now)));
}

Result<std::vector<std::string>> ListDueOfWebhook(sql::Tx& tx, const std::string& webhook_id,
                                                  Time now, int limit) {
  return Ids(
      tx.Query("SELECT id FROM webhook_delivery WHERE webhook_id = $1 AND state = 1 AND "
               "next_us <= $2 ORDER BY next_us LIMIT $3",
               webhook_id, ToMicros(now), limit));
}

Result<int> CountUnderWay(sql::Tx& tx, const std::string& webhook_id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT COUNT(*) FROM webhook_delivery WHERE webhook_id = $1 AND state = 2",
               webhook_id));
  return static_cast<int>(rows[0].Int(0));
}

Result<std::vector<std::string>> ListAbandonedWebhooks(sql::Tx& tx, Time before, int limit) {
  return Ids(
      tx.Query("SELECT id FROM webhook_delivery WHERE state = 2 AND updated_us < $1 LIMIT $2",
               ToMicros(before), limit));
}

Result<std::vector<std::string>> ListStranded(sql::Tx& tx, int limit) {
  return Ids(
      tx.Query("SELECT d.id FROM webhook w JOIN webhook_delivery d ON d.webhook_id = w.id AND "
               "d.state = 1 WHERE w.state <> 1 LIMIT $1",
               limit));
}

Result<int> DeleteEndedWebhooks(sql::Tx& tx, Time before, int limit) {
  ASSIGN_OR_RETURN(const auto ids,
                   Ids(tx.Query("SELECT id FROM webhook_delivery WHERE state >= 3 AND "
                                "updated_us < $1 ORDER BY updated_us LIMIT $2",
                                ToMicros(before), limit)));
  for (const std::string& id : ids) {
    RETURN_IF_ERROR(tx.Post("DELETE FROM webhook_attempt WHERE delivery_id = $1", id));
    RETURN_IF_ERROR(tx.Post("DELETE FROM webhook_delivery WHERE id = $1", id));
  }
  return static_cast<int>(ids.size());
}

Result<std::vector<WebhookDelivery>> ListWebhookDeliveries(sql::Tx& tx,
                                                           const std::string& webhook_id, int state,
                                                           int limit,
                                                           const WebhookDeliveryPlace* before) {
  std::string where = " WHERE 1 = 1";
  sql::Params params;
  if (!webhook_id.empty()) where += " AND webhook_id = " + params.Add(webhook_id).last();
  if (state != 0) where += " AND state = " + params.Add(state).last();
  if (before != nullptr) {
    where += " AND (created_us, id) < (" + params.Add(ToMicros(before->time)).last();
    where += ", " + params.Add(before->id).last() + ")";
  }
  where += " ORDER BY created_us DESC, id DESC LIMIT " + params.Add(limit).last();
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run(std::string("SELECT ") + kColumns + " FROM webhook_delivery" + where, params));
  std::vector<WebhookDelivery> out;
  for (const sql::Row& row : rows) out.push_back(FromRow(row));
  return out;
}

Status EraseWebhooksOfTicket(sql::Tx& tx, const std::string& ticket_id) {
  RETURN_IF_ERROR(tx.Post(
      "UPDATE webhook_delivery SET payload = $2, reason = CASE WHEN state = 3 THEN reason ELSE $3 "
      "END, state = CASE WHEN state <= 2 THEN 4 ELSE state END, version = version + 1 "
      "WHERE ticket_id = $1",
      ticket_id, sql::Blob{}, kContactErased));
  return tx.Post(
      "UPDATE webhook_attempt SET answer = '' WHERE delivery_id IN (SELECT id FROM "
      "webhook_delivery WHERE ticket_id = $1)",
      ticket_id);
}

Status InsertAttempt(sql::Tx& tx, const std::string& delivery_id, const WebhookAttempt& a) {
  return tx.Post(
      "INSERT INTO webhook_attempt (delivery_id, number, time_us, took_us, status, reason, "
      "answer) VALUES ($1, $2, $3, $4, $5, $6, $7)",
      delivery_id, a.number, ToMicros(a.time), a.took.count(), a.status, a.reason, a.answer);
}

Status SaveAttempt(sql::Tx& tx, const std::string& delivery_id, const WebhookAttempt& a) {
  return tx.Post(
      "UPDATE webhook_attempt SET took_us = $3, status = $4, reason = $5, answer = $6 "
      "WHERE delivery_id = $1 AND number = $2",
      delivery_id, a.number, a.took.count(), a.status, a.reason, a.answer);
}

Result<std::vector<WebhookAttempt>> ListAttempts(sql::Tx& tx, const std::string& delivery_id,
                                                 int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT number, time_us, took_us, status, reason, answer FROM webhook_attempt "
               "WHERE delivery_id = $1 ORDER BY number DESC LIMIT $2",
               delivery_id, limit));
  std::vector<WebhookAttempt> out;
  for (const sql::Row& row : rows) {
    WebhookAttempt& one = out.emplace_back();
    one.number = static_cast<int>(row.Int(0));
    one.time = FromMicros(row.Int(1));
    one.took = Duration(row.Int(2));
    one.status = static_cast<int>(row.Int(3));
    one.reason = row.Text(4);
    one.answer = row.Text(5);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace muara::notification::store

#include "services/notification/store/deliveries.h"

#include "libs/base/crypto.h"
#include "libs/sql/migrate.h"
#include "services/notification/store/webhooks.h"

namespace muara::notification::store {
namespace {

constexpr const char* kColumns =
    "id, ticket_id, interaction_id, purpose, channel, endpoint, conversation, position, request, "
    "traceparent, state, attempts, reason, provider_message_id, created_us, updated_us, next_us, "
    "version";

Delivery FromRow(const sql::Row& row) {
  Delivery d;
  d.id = row.Text(0);
  d.ticket_id = row.Text(1);
  d.interaction_id = row.Text(2);
  d.purpose = static_cast<Purpose>(row.Int(3));
  d.channel = static_cast<Channel>(row.Int(4));
  d.endpoint = row.Text(5);
  d.conversation = row.Text(6);
  d.position = row.Int(7);
  d.request = row.Bytes(8);
  d.traceparent = row.Text(9);
  d.state = static_cast<DeliveryState>(row.Int(10));
  d.attempts = static_cast<int>(row.Int(11));
  d.reason = row.Text(12);
  d.provider_message_id = row.Text(13);
  d.create_time = FromMicros(row.Int(14));
  d.update_time = FromMicros(row.Int(15));
  d.next_attempt_time = FromMicros(row.Int(16));
  d.version = static_cast<int>(row.Int(17));
  return d;
}

Result<Delivery> LoadWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kColumns + " FROM delivery WHERE id = $1" + lock, id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "DELIVERY_NOT_FOUND", "there is no such delivery");
  }
  return FromRow(rows[0]);
}

Result<std::vector<std::string>> Ids(const Result<sql::Rows>& rows) {
  if (!rows.ok()) return rows.error();
  std::vector<std::string> ids;
  for (const sql::Row& row : *rows) ids.push_back(row.Text(0));
  return ids;
}

}  // namespace

Status Migrate(sql::Database& database) {
  RETURN_IF_ERROR(MigrateWebhooks(database));
  return sql::Migrate(
      database, "notification",
      {{1,
        "deliveries",
        {"CREATE TABLE delivery (id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, "
         "interaction_id TEXT NOT NULL, purpose BIGINT NOT NULL, channel BIGINT NOT NULL, "
         "endpoint TEXT NOT NULL, conversation TEXT NOT NULL, position BIGINT NOT NULL, "
         "request BYTEA NOT NULL, traceparent TEXT NOT NULL, state BIGINT NOT NULL, "
         "attempts BIGINT NOT NULL, reason TEXT NOT NULL, provider_message_id TEXT NOT NULL, "
         "created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL, next_us BIGINT NOT NULL, "
         "version BIGINT NOT NULL)",
         "CREATE INDEX delivery_due ON delivery (next_us) WHERE state <= 2",
         "CREATE UNIQUE INDEX delivery_conversation ON delivery (conversation, position)",
         "CREATE INDEX delivery_waiting ON delivery (conversation, position) WHERE state <= 2",
         "CREATE INDEX delivery_ticket ON delivery (ticket_id, id)",
         "CREATE TABLE conversation_head (conversation TEXT PRIMARY KEY, position BIGINT NOT NULL)",
         "CREATE TABLE automatic (address_hash TEXT PRIMARY KEY, sent_us BIGINT NOT NULL)"}},
       {2,
        "finding deliveries by state",
        {"CREATE INDEX delivery_state ON delivery (state, id)"}}});
}

Status Insert(sql::Tx& tx, Delivery d) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("INSERT INTO conversation_head (conversation, position) VALUES ($1, 1) "
                            "ON CONFLICT (conversation) DO UPDATE SET position = "
                            "conversation_head.position + 1 RETURNING position",
                            d.conversation));
  d.position = rows[0].Int(0);
  return tx.Post(
      std::string("INSERT INTO delivery (") + kColumns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
          "$18)",
      d.id, d.ticket_id, d.interaction_id, d.purpose, d.channel, d.endpoint, d.conversation,
      d.position, sql::Blob{d.request}, d.traceparent, d.state, d.attempts, d.reason,
      d.provider_message_id, ToMicros(d.create_time), ToMicros(d.update_time),
      ToMicros(d.next_attempt_time), d.version);
}

Result<Delivery> Load(sql::Tx& tx, const std::string& id) { return LoadWith(tx, id, ""); }

Result<Delivery> LoadForChange(sql::Tx& tx, const std::string& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

Status Save(sql::Tx& tx, Delivery& d) {
  ++d.version;
  return tx.Post(
      "UPDATE delivery SET state = $2, attempts = $3, reason = $4, provider_message_id = $5, "
      "created_us = $6, updated_us = $7, next_us = $8, version = $9 WHERE id = $1",
      d.id, d.state, d.attempts, d.reason, d.provider_message_id, ToMicros(d.create_time),
      ToMicros(d.update_time), ToMicros(d.next_attempt_time), d.version);
}

Status SaveErased(sql::Tx& tx, const Delivery& d) {
  RETURN_IF_ERROR(
      tx.Post("UPDATE delivery SET request = $2, conversation = $3, reason = $4, "
              "provider_message_id = $5 WHERE id = $1",
              d.id, sql::Blob{d.request}, "erased/" + d.id, d.reason, d.provider_message_id));
  return tx.Post(
      "DELETE FROM conversation_head WHERE conversation = $1 AND NOT EXISTS "
      "(SELECT 1 FROM delivery WHERE conversation = $1)",
      d.conversation);
}

Status ForgetAutomatic(sql::Tx& tx, const std::string& address) {
  return tx.Post("DELETE FROM automatic WHERE address_hash = $1", ToHex(Sha256(address)));
}

Result<std::vector<std::string>> ListDue(sql::Tx& tx, Channel channel, Time now, int limit) {
  return Ids(tx.Query(
      "SELECT d.id FROM delivery d WHERE d.state = 1 AND d.state <= 2 AND d.next_us <= $1 "
      "AND d.channel = $3 AND NOT EXISTS "
      "(SELECT 1 FROM delivery e WHERE e.conversation = d.conversation AND "
      "e.state <= 2 AND (e.position < d.position OR e.state = 2)) ORDER BY d.next_us LIMIT $2",
      ToMicros(now), limit, channel));
}

Result<std::vector<std::string>> ListAbandoned(sql::Tx& tx, Time before, int limit) {
  return Ids(tx.Query("SELECT id FROM delivery WHERE state = 2 AND updated_us < $1 LIMIT $2",
                      ToMicros(before), limit));
}

Status LockConversation(sql::Tx& tx, const std::string& conversation) {
  RETURN_IF_ERROR(
      tx.Query("SELECT position FROM conversation_head WHERE conversation = $1 "
               "FOR UPDATE",
               conversation));
  return Ok();
}

Result<bool> MustWait(sql::Tx& tx, const Delivery& delivery) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT 1 FROM delivery WHERE conversation = $1 AND state <= 2 AND "
                            "(position < $2 OR (state = 2 AND position <> $2)) LIMIT 1",
                            delivery.conversation, delivery.position));
  return !rows.empty();
}

Result<std::vector<Delivery>> List(sql::Tx& tx, const std::string& ticket_id, int state, int limit,
                                   const std::string& before) {
  std::string where = " WHERE 1 = 1";
  sql::Params params;
  if (!ticket_id.empty()) where += " AND ticket_id = " + params.Add(ticket_id).last();
  if (state != 0) where += " AND state = " + params.Add(state).last();
  if (!before.empty()) where += " AND id < " + params.Add(before).last();
  where += " ORDER BY id DESC LIMIT " + params.Add(limit).last();
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kColumns + " FROM delivery" + where, params));
  std::vector<Delivery> out;
  for (const sql::Row& row : rows) out.push_back(FromRow(row));
  return out;
}

Result<bool> ClaimAutomatic(sql::Tx& tx, const std::string& address, Time now, Time since) {
  ASSIGN_OR_RETURN(const int64_t claimed,
                   tx.Execute("INSERT INTO automatic (address_hash, sent_us) VALUES ($1, $2) "
                              "ON CONFLICT (address_hash) DO UPDATE SET sent_us = $2 "
                              "WHERE automatic.sent_us <= $3",
                              ToHex(Sha256(address)), ToMicros(now), ToMicros(since)));
  return claimed == 1;
}

}  // namespace muara::notification::store

#include "services/ticket/store/contacts/erasures.h"

#include "libs/sql/migrate.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

muara::Status Done(const Result<int64_t>& executed) {
  return executed.ok() ? Ok() : muara::Status(executed.error());
}

Result<Erasure> FromRow(sql::Tx& tx, const sql::Row& row) {
  Erasure erasure;
  erasure.contact_id.value = row.Text(0);
  for (std::string& id : SplitLines(row.Text(1))) erasure.contacts.push_back({std::move(id)});
  erasure.actor = row.Text(2);
  erasure.reason = row.Text(3);
  erasure.request_time = FromMicros(row.Int(4));
  if (!row.IsNull(5)) erasure.done_time = FromMicros(row.Int(5));
  erasure.sha256 = row.Text(6);
  ASSIGN_OR_RETURN(const sql::Rows counts,
                   tx.Query("SELECT kind, number FROM erasure_count WHERE contact_id = $1",
                            erasure.contact_id.value));
  for (const sql::Row& count : counts) erasure.counts[count.Text(0)] = count.Int(1);
  return erasure;
}

constexpr const char* kColumns =
    "contact_id, contacts, actor, reason, requested_us, done_us, sha256";

}  // namespace

muara::Status MigrateErasures(sql::Database& database) {
  return sql::Migrate(
      database, "erasure",
      {{1,
        "erasures",
        {"CREATE TABLE erasure (contact_id TEXT PRIMARY KEY, contacts TEXT NOT NULL, "
         "actor TEXT NOT NULL, reason TEXT NOT NULL, requested_us BIGINT NOT NULL, "
         "done_us BIGINT, phase BIGINT NOT NULL, sha256 TEXT NOT NULL)",
         "CREATE INDEX erasure_running ON erasure (requested_us) WHERE done_us IS NULL",
         "CREATE TABLE erasure_item (contact_id TEXT NOT NULL, id TEXT NOT NULL, "
         "kind BIGINT NOT NULL, next_fact BIGINT NOT NULL, PRIMARY KEY (contact_id, id))",
         "CREATE INDEX erasure_item_left ON erasure_item (contact_id, kind, id) "
         "WHERE next_fact >= 0",
         "CREATE TABLE erasure_count (contact_id TEXT NOT NULL, kind TEXT NOT NULL, "
         "number BIGINT NOT NULL, PRIMARY KEY (contact_id, kind))",
         "CREATE TABLE erasure_kept (contact_id TEXT NOT NULL, reference TEXT NOT NULL, "
         "PRIMARY KEY (contact_id, reference))",
         "ALTER TABLE interaction ADD COLUMN erased_us BIGINT",
         "CREATE INDEX interaction_copied ON interaction (copied_from) WHERE copied_from <> ''",
         "CREATE INDEX message_ref_ticket ON message_ref (ticket_id)"}},
       {2,
        "so many rows at a time, and one sweep for many",
        {"ALTER TABLE erasure_item ADD COLUMN next_row BIGINT NOT NULL DEFAULT 1",
         "CREATE INDEX message_ref_interaction ON message_ref (interaction_id)",
         "DROP INDEX message_ref_ticket",
         "CREATE TABLE sweep_pace (one BIGINT PRIMARY KEY, spent_us BIGINT NOT NULL, "
         "due_us BIGINT NOT NULL)",
         "INSERT INTO sweep_pace (one, spent_us, due_us) VALUES (1, 0, 0)"}},
       {3,
        "tickets that were told of",
        {"ALTER TABLE erasure ADD COLUMN told TEXT NOT NULL DEFAULT ''"}},
       {4,
        "what there is to do is gathered so many at a time",
        {"ALTER TABLE erasure ADD COLUMN source BIGINT NOT NULL DEFAULT 0",
         "ALTER TABLE erasure ADD COLUMN gathered TEXT NOT NULL DEFAULT ''"}}});
}

Result<std::optional<Erasure>> FindErasure(sql::Tx& tx, const ContactId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string("SELECT ") + kColumns +
                                                      " FROM erasure WHERE contact_id = $1",
                                                  id.value));
  if (rows.empty()) return std::optional<Erasure>();
  ASSIGN_OR_RETURN(Erasure erasure, FromRow(tx, rows[0]));
  ASSIGN_OR_RETURN(const sql::Rows count,
                   tx.Query("SELECT COUNT(*) FROM erasure_kept WHERE contact_id = $1", id.value));
  erasure.kept_count = count[0].Int(0);
  ASSIGN_OR_RETURN(const sql::Rows kept,
                   tx.Query("SELECT reference FROM erasure_kept WHERE contact_id = $1 "
                            "ORDER BY reference LIMIT $2",
                            id.value, static_cast<int64_t>(kKeptShownMax)));
  for (const sql::Row& row : kept) erasure.kept_elsewhere.push_back(row.Text(0));
  return std::optional<Erasure>(std::move(erasure));
}

muara::Status InsertErasure(sql::Tx& tx, const Erasure& erasure) {
  std::vector<std::string> ids;
  for (const ContactId& id : erasure.contacts) ids.push_back(id.value);
  RETURN_IF_ERROR(
      tx.Post("INSERT INTO erasure (contact_id, contacts, actor, reason, requested_us, phase, "
              "sha256) VALUES ($1, $2, $3, $4, $5, $6, '')",
              erasure.contact_id.value, JoinLines(ids), erasure.actor, erasure.reason,
              ToMicros(erasure.request_time), ErasurePhase::kGathering));
  for (const ContactId& id : erasure.contacts) {
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO erasure_item (contact_id, id, kind, next_fact) VALUES ($1, $2, $3, 1)",
                erasure.contact_id.value, id.value, ErasureItemKind::kContact));
  }
  return Ok();
}

Result<std::optional<RunningErasure>> LockRunning(sql::Tx& tx) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(
          std::string("SELECT ") + kColumns +
          ", phase, told, source, gathered FROM erasure WHERE done_us IS NULL "
          "ORDER BY CASE phase WHEN 4 THEN 0 WHEN 0 THEN 0 WHEN 3 THEN 1 WHEN 2 THEN 2 ELSE 3 END, "
          "requested_us LIMIT 1 FOR UPDATE SKIP LOCKED"));
  if (rows.empty()) return std::optional<RunningErasure>();
  ASSIGN_OR_RETURN(Erasure erasure, FromRow(tx, rows[0]));
  return std::optional<RunningErasure>(
      RunningErasure{std::move(erasure), static_cast<ErasurePhase>(rows[0].Int(7)), rows[0].Text(8),
                     static_cast<int>(rows[0].Int(9)), rows[0].Text(10)});
}

muara::Status SetPhase(sql::Tx& tx, const ContactId& id, ErasurePhase phase) {
  return Done(tx.Execute("UPDATE erasure SET phase = $2 WHERE contact_id = $1", id.value, phase));
}

muara::Status MoveAll(sql::Tx& tx, ErasurePhase from, ErasurePhase to) {
  return Done(
      tx.Execute("UPDATE erasure SET phase = $2 WHERE done_us IS NULL AND phase = $1", from, to));
}

Result<SweepPace> LoadSweepPace(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT spent_us, due_us FROM sweep_pace WHERE one = 1"));
  return SweepPace{std::chrono::microseconds(rows[0].Int(0)), FromMicros(rows[0].Int(1))};
}

muara::Status SaveSweepPace(sql::Tx& tx, const SweepPace& pace) {
  using std::chrono::microseconds;
  return Done(tx.Execute("UPDATE sweep_pace SET spent_us = $1, due_us = $2 WHERE one = 1",
                         std::chrono::duration_cast<microseconds>(pace.spent).count(),
                         ToMicros(pace.due)));
}

muara::Status SetTold(sql::Tx& tx, const ContactId& id, const std::string& told) {
  return Done(tx.Execute("UPDATE erasure SET told = $2 WHERE contact_id = $1", id.value, told));
}

muara::Status SetDone(sql::Tx& tx, const Erasure& erasure) {
  return Done(
      tx.Execute("UPDATE erasure SET done_us = $2, sha256 = $3 WHERE contact_id = $1 "
                 "AND done_us IS NULL",
                 erasure.contact_id.value,
                 ToMicros(erasure.done_time.value_or(erasure.request_time)), erasure.sha256));
}

Result<std::optional<ErasureItem>> NextItem(sql::Tx& tx, const ContactId& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT id, kind, next_fact, next_row FROM erasure_item WHERE contact_id = $1 "
               "AND next_fact >= 0 ORDER BY kind, id LIMIT 1",
               id.value));
  if (rows.empty()) return std::optional<ErasureItem>();
  return std::optional<ErasureItem>(ErasureItem{rows[0].Text(0),
                                                static_cast<ErasureItemKind>(rows[0].Int(1)),
                                                rows[0].Int(2), rows[0].Int(3)});
}

muara::Status SetNextFact(sql::Tx& tx, const ContactId& id, const std::string& item,
                          int64_t next_fact) {
  return Done(tx.Execute("UPDATE erasure_item SET next_fact = $3 WHERE contact_id = $1 AND id = $2",
                         id.value, item, next_fact));
}

muara::Status SetNextRow(sql::Tx& tx, const ContactId& id, const std::string& item,
                         int64_t next_row) {
  return Done(tx.Execute("UPDATE erasure_item SET next_row = $3 WHERE contact_id = $1 AND id = $2",
                         id.value, item, next_row));
}

muara::Status AddCopiesOf(sql::Tx& tx, const ContactId& id, const TicketId& ticket) {
  return Done(tx.Execute(
      "INSERT INTO erasure_item (contact_id, id, kind, next_fact) "
      "SELECT DISTINCT CAST($1 AS TEXT), c.ticket_id, CAST($3 AS BIGINT), 0 FROM interaction o "
      "JOIN interaction c ON c.copied_from = o.id AND c.copied_from <> '' "
      "WHERE o.ticket_id = $2 AND o.erased_us IS NOT NULL AND c.erased_us IS NULL "
      "ON CONFLICT (contact_id, id) DO UPDATE SET next_fact = 0, next_row = 1",
      id.value, ticket.value, ErasureItemKind::kMessages));
}

Result<bool> IsTheirs(sql::Tx& tx, const ContactId& id, const TicketId& ticket) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT 1 FROM erasure_item WHERE contact_id = $1 AND id = $2 AND kind = $3",
               id.value, ticket.value, ErasureItemKind::kTicket));
  return !rows.empty();
}

Result<int64_t> CountOthersTickets(sql::Tx& tx, const ContactId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*) FROM erasure_item WHERE contact_id = $1 AND kind = $2",
                            id.value, ErasureItemKind::kMessages));
  return rows[0].Int(0);
}

Result<std::vector<TicketId>> ListErasedTickets(sql::Tx& tx, const ContactId& id,
                                                const TicketId& after, size_t limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT id FROM erasure_item WHERE contact_id = $1 AND id > $2 AND kind = $3 "
               "ORDER BY id LIMIT $4",
               id.value, after.value, ErasureItemKind::kTicket, static_cast<int64_t>(limit)));
  std::vector<TicketId> ids;
  for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  return ids;
}

muara::Status AddCount(sql::Tx& tx, const ContactId& id, const std::string& kind, int64_t number) {
  if (number == 0) return Ok();
  return Done(
      tx.Execute("INSERT INTO erasure_count (contact_id, kind, number) VALUES ($1, $2, $3) "
                 "ON CONFLICT (contact_id, kind) DO UPDATE SET number = erasure_count.number + $3",
                 id.value, kind, number));
}

muara::Status AddKept(sql::Tx& tx, const ContactId& id,
                      const std::vector<std::string>& references) {
  for (const std::string& reference : references) {
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO erasure_kept (contact_id, reference) VALUES ($1, $2) "
                "ON CONFLICT DO NOTHING",
                id.value, reference));
  }
  return Ok();
}

}  // namespace muara::ticket::store

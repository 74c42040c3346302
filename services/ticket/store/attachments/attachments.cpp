#include "services/ticket/store/attachments/attachments.h"

#include "libs/sql/migrate.h"

namespace muara::ticket::store {
namespace {

constexpr Duration kRewriteAfter = std::chrono::hours(1);

}  // namespace

muara::Status MigrateAttachments(sql::Database& database) {
  return sql::Migrate(
      database, "attachments",
      {{1,
        "what the blob store keeps, and where it is shown",
        {"CREATE TABLE blob (sha256 TEXT PRIMARY KEY, size_bytes BIGINT NOT NULL, "
         "type_of_bytes TEXT NOT NULL, kept_us BIGINT NOT NULL, sweep_us BIGINT)",
         "CREATE INDEX blob_sweep ON blob (sweep_us) WHERE sweep_us IS NOT NULL",
         "CREATE TABLE attachment (ticket_id TEXT NOT NULL, sha256 TEXT NOT NULL, "
         "interaction_id TEXT NOT NULL, file_name TEXT NOT NULL, content_type TEXT NOT NULL, "
         "PRIMARY KEY (ticket_id, sha256, interaction_id))",
         "CREATE INDEX attachment_blob ON attachment (sha256)"}}});
}

muara::Status KeepBlob(sql::Tx& tx, const KeptBlob& blob, Time now, Time sweep) {
  return tx.Post(
      "INSERT INTO blob (sha256, size_bytes, type_of_bytes, kept_us, sweep_us) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sha256) DO UPDATE "
      "SET kept_us = excluded.kept_us, sweep_us = excluded.sweep_us "
      "WHERE blob.kept_us < $6",
      blob.sha256, blob.size_bytes, blob.type_of_bytes, ToMicros(now), ToMicros(sweep),
      ToMicros(now - kRewriteAfter));
}

Result<std::vector<KeptBlob>> FindUsable(sql::Tx& tx, const std::vector<std::string>& sha256s,
                                         const TicketId& ticket, Time kept_after) {
  std::vector<KeptBlob> found;
  if (sha256s.empty()) return found;
  sql::Params params(ToMicros(kept_after), ticket.value);
  std::string list;
  for (const std::string& one : sha256s)
    list += (list.empty() ? "" : ", ") + params.Add(one).last();
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run("SELECT sha256, size_bytes, type_of_bytes FROM blob WHERE sha256 IN (" + list +
                 ") AND (kept_us > $1 OR EXISTS (SELECT 1 FROM attachment a WHERE "
                 "a.ticket_id = $2 AND a.sha256 = blob.sha256))",
             params));
  for (const sql::Row& row : rows) found.push_back({row.Text(0), row.Int(1), row.Text(2)});
  return found;
}

muara::Status InsertAttachments(sql::Tx& tx, const Interaction& interaction) {
  for (const Attachment& one : interaction.content.attachments) {
    RETURN_IF_ERROR(
        tx.Post("INSERT INTO attachment (ticket_id, sha256, interaction_id, file_name, "
                "content_type) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                interaction.ticket_id.value, one.sha256, interaction.id.value, one.file_name,
                one.content_type));
  }
  return Ok();
}

Result<std::optional<Attachment>> FindAttachment(sql::Tx& tx, const TicketId& ticket,
                                                 const std::string& sha256) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT file_name, content_type FROM attachment "
                            "WHERE ticket_id = $1 AND sha256 = $2 ORDER BY interaction_id LIMIT 1",
                            ticket.value, sha256));
  if (rows.empty()) return std::optional<Attachment>();
  Attachment found;
  found.file_name = rows[0].Text(0);
  found.content_type = rows[0].Text(1);
  found.sha256 = sha256;
  return std::optional<Attachment>(std::move(found));
}

muara::Status DropAttachments(sql::Tx& tx, const TicketId& ticket, const InteractionId& interaction,
                              Time now) {
  RETURN_IF_ERROR(
      tx.Post("UPDATE blob SET sweep_us = $3 WHERE sha256 IN (SELECT sha256 FROM attachment "
              "WHERE ticket_id = $1 AND interaction_id = $2)",
              ticket.value, interaction.value, ToMicros(now)));
  return tx.Post("DELETE FROM attachment WHERE ticket_id = $1 AND interaction_id = $2",
                 ticket.value, interaction.value);
}

Result<std::set<std::string>> FindKept(sql::Tx& tx, const std::vector<std::string>& sha256s) {
  std::set<std::string> kept;
  if (sha256s.empty()) return kept;
  sql::Params params;
  std::string list;
  for (const std::string& one : sha256s) {
    list += (list.empty() ? "" : ", ") + params.Add(one).last();
  }
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT sha256 FROM blob WHERE sha256 IN (" + list + ")", params));
  for (const sql::Row& row : rows) kept.insert(row.Text(0));
  return kept;
}

Result<std::vector<std::string>> ListSweepable(sql::Tx& tx, Time now, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT sha256 FROM blob WHERE sweep_us <= $1 ORDER BY sweep_us LIMIT $2",
               ToMicros(now), limit));
  std::vector<std::string> sha256s;
  for (const sql::Row& row : rows) sha256s.push_back(row.Text(0));
  return sha256s;
}

Result<bool> IsUnused(sql::Tx& tx, const std::string& sha256, Time now, Duration age) {
  // Locked first: whoever erases the last message that shows it sets the time after us.
  ASSIGN_OR_RETURN(const sql::Rows blob,
                   tx.Query("SELECT kept_us FROM blob WHERE sha256 = $1 FOR UPDATE", sha256));
  if (blob.empty()) return false;
  ASSIGN_OR_RETURN(const sql::Rows shown,
                   tx.Query("SELECT 1 FROM attachment WHERE sha256 = $1 LIMIT 1", sha256));
  const Time old = FromMicros(blob[0].Int(0)) + age;
  if (shown.empty() && old <= now) return true;
  if (shown.empty()) {
    RETURN_IF_ERROR(
        tx.Post("UPDATE blob SET sweep_us = $2 WHERE sha256 = $1", sha256, ToMicros(old)));
  } else {
    RETURN_IF_ERROR(tx.Post("UPDATE blob SET sweep_us = NULL WHERE sha256 = $1", sha256));
  }
  return false;
}

muara::Status ForgetBlob(sql::Tx& tx, const std::string& sha256, Time now, Duration age) {
  return tx.Post(
      "DELETE FROM blob WHERE sha256 = $1 AND kept_us <= $2 AND NOT EXISTS "
      "(SELECT 1 FROM attachment a WHERE a.sha256 = blob.sha256)",
      sha256, ToMicros(now - age));
}

}  // namespace muara::ticket::store

#include "services/ticket/store/rules/kept.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kReplies =
    "SELECT id, shortcut, title, language, text, owner, shared, version FROM canned_reply ";
constexpr const char* kMacros = "SELECT id, name, owner, shared, actions, version FROM macro ";

CannedReply ReplyFromRow(const sql::Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), row.Text(3),
          row.Text(4), row.Text(5), row.Bool(6), static_cast<int>(row.Int(7))};
}

MacroRow MacroFromRow(const sql::Row& row) {
  return {row.Text(0), row.Text(1),  row.Text(2),
          row.Bool(3), row.Bytes(4), static_cast<int>(row.Int(5))};
}

Result<int> Count(sql::Tx& tx, const char* table, const std::string& owner) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT COUNT(*) FROM ") + table + " WHERE owner = $1", owner));
  return static_cast<int>(rows[0].Int(0));
}

std::string Listing(const char* select, const char* name) {
  return std::string(select) + "WHERE (owner = $1 OR shared = TRUE) AND (" + name +
         ", id) > ($2, $3) ORDER BY " + name + ", id LIMIT $4";
}

}  // namespace

Result<CannedReply> LoadCannedReply(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string(kReplies) + "WHERE id = $1", id));
  if (!rows.empty()) return ReplyFromRow(rows[0]);
  return MakeError(Code::kNotFound, "CANNED_REPLY_NOT_FOUND", "there is no such canned reply");
}

Result<MacroRow> LoadMacro(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string(kMacros) + "WHERE id = $1", id));
  if (!rows.empty()) return MacroFromRow(rows[0]);
  return MakeError(Code::kNotFound, "MACRO_NOT_FOUND", "there is no such macro");
}

muara::Status SaveCannedReply(sql::Tx& tx, const CannedReply& reply) {
  ASSIGN_OR_RETURN(
      const int64_t saved,
      tx.Execute("INSERT INTO canned_reply (id, shortcut, title, language, text, owner, shared, "
                 "version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO UPDATE SET "
                 "shortcut = $2, title = $3, language = $4, text = $5, shared = $7, version = $8 "
                 "WHERE canned_reply.version = $8 - 1",
                 reply.id, reply.shortcut, reply.title, reply.language, reply.text, reply.owner,
                 reply.shared, reply.version));
  if (saved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "it was changed at the same time");
}

muara::Status SaveMacro(sql::Tx& tx, const MacroRow& row) {
  ASSIGN_OR_RETURN(
      const int64_t saved,
      tx.Execute("INSERT INTO macro (id, name, owner, shared, actions, version) "
                 "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name = $2, "
                 "shared = $4, actions = $5, version = $6 WHERE macro.version = $6 - 1",
                 row.id, row.name, row.owner, row.shared, sql::Blob{row.actions}, row.version));
  if (saved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "it was changed at the same time");
}

muara::Status DeleteCannedReply(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM canned_reply WHERE id = $1", id);
}

muara::Status DeleteMacro(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM macro WHERE id = $1", id);
}

Result<std::vector<CannedReply>> ListCannedReplies(sql::Tx& tx, const std::string& owner, int limit,
                                                   const KeptPlace& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(Listing(kReplies, "shortcut"), owner, after.name, after.id, limit));
  std::vector<CannedReply> replies;
  for (const sql::Row& row : rows) replies.push_back(ReplyFromRow(row));
  return replies;
}

Result<std::vector<MacroRow>> ListMacros(sql::Tx& tx, const std::string& owner, int limit,
                                         const KeptPlace& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(Listing(kMacros, "name"), owner, after.name, after.id, limit));
  std::vector<MacroRow> macros;
  for (const sql::Row& row : rows) macros.push_back(MacroFromRow(row));
  return macros;
}

Result<int> CountCannedReplies(sql::Tx& tx, const std::string& owner) {
  return Count(tx, "canned_reply", owner);
}

Result<int> CountMacros(sql::Tx& tx, const std::string& owner) { return Count(tx, "macro", owner); }

Result<bool> IsCannedReplyOf(sql::Tx& tx, const std::string& id, const std::string& owner) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT 1 FROM canned_reply WHERE id = $1 AND (shared = TRUE OR owner = $2)", id,
               owner));
  return !rows.empty();
}

}  // namespace muara::ticket::store

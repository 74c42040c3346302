#include "services/channels/chat/store/sessions.h"

namespace muara::chat::store {

Status InsertSession(sql::Tx& tx, const Session& session, Time now) {
  return tx.Post(
      "INSERT INTO chat_session (id, token_hash, name, email, head, created_us, "
      "used_us) VALUES ($1, $2, $3, $4, 0, $5, $5)",
      session.id, session.token_hash, session.name, session.email, ToMicros(now));
}

Result<std::optional<Session>> FindSession(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT token_hash, name, email, head FROM chat_session WHERE id = $1", id));
  if (rows.empty()) return std::optional<Session>();
  const sql::Row& row = rows[0];
  return std::optional(Session{id, row.Text(0), row.Text(1), row.Text(2), row.Int(3)});
}

Status TouchSession(sql::Tx& tx, const std::string& id, const std::string& name,
                    const std::string& email, Time now) {
  return tx.Post(
      "UPDATE chat_session SET used_us = $2, "
      "name = CASE WHEN CAST($3 AS TEXT) = '' THEN name ELSE CAST($3 AS TEXT) END, "
      "email = CASE WHEN CAST($4 AS TEXT) = '' THEN email ELSE CAST($4 AS TEXT) END "
      "WHERE id = $1",
      id, ToMicros(now), name, email);
}

Status EmptySession(sql::Tx& tx, const std::string& id) {
  return tx.Post("UPDATE chat_session SET name = '', email = '' WHERE id = $1", id);
}

Result<std::map<std::string, int64_t>> Heads(sql::Tx& tx, const std::vector<std::string>& ids) {
  CHECK(ids.size() <= kHeadsMax);
  std::map<std::string, int64_t> heads;
  if (ids.empty()) return heads;
  sql::Params params;
  std::string list;
  for (const std::string& id : ids) {
    list += (list.empty() ? "" : ", ") + params.Add(id).last();
  }
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT id, head FROM chat_session WHERE id IN (" + list + ")", params));
  for (const sql::Row& row : rows) heads[row.Text(0)] = row.Int(1);
  return heads;
}

Result<int64_t> ForgetUnusedSince(sql::Tx& tx, Time time, int64_t limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id FROM chat_session WHERE used_us < $1 ORDER BY used_us "
                            "LIMIT $2 FOR UPDATE SKIP LOCKED",
                            ToMicros(time), limit));
  for (const sql::Row& row : rows) {
    RETURN_IF_ERROR(tx.Post("DELETE FROM chat_message WHERE session_id = $1", row.Text(0)));
    RETURN_IF_ERROR(tx.Post("DELETE FROM chat_session WHERE id = $1", row.Text(0)));
  }
  return static_cast<int64_t>(rows.size());
}

}  // namespace muara::chat::store

#include "services/channels/chat/store/messages.h"

namespace muara::chat::store {
namespace {

constexpr char kColumns[] =
    "SELECT session_id, seq, interaction_id, author, name, text, cid, delivery_id, choice_min, "
    "choice_max, choice_url, created_us FROM chat_message ";

Message FromRow(const sql::Row& row) {
  Message message{row.Text(0),  row.Int(1),
                  row.Text(2),  static_cast<Author>(row.Int(3)),
                  row.Text(4),  row.Text(5),
                  row.Text(6),  row.Text(7),
                  std::nullopt, FromMicros(row.Int(11))};
  if (!row.IsNull(8)) {
    message.choices =
        Choices{static_cast<int>(row.Int(8)), static_cast<int>(row.Int(9)), row.Text(10)};
  }
  return message;
}

Result<std::optional<Message>> FindOne(sql::Tx& tx, const std::string& where,
                                       const sql::Params& params) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Run(kColumns + where, params));
  if (rows.empty()) return std::optional<Message>();
  return std::optional(FromRow(rows[0]));
}

Result<std::optional<Message>> FindSame(sql::Tx& tx, const Message& message) {
  if (!message.cid.empty()) return FindByCid(tx, message.session, message.cid);
  return FindOne(tx, "WHERE delivery_id = $1", sql::Params(message.delivery_id));
}

sql::Value OrNull(const std::string& text) {
  return text.empty() ? sql::Value(sql::Null()) : sql::Value(text);
}

Status Insert(sql::Tx& tx, const Message& message) {
  const auto& choices = message.choices;
  sql::Params params(message.session, message.seq, message.id, message.author, message.name,
                     message.text, OrNull(message.cid), OrNull(message.delivery_id),
                     choices ? sql::Value(int64_t{choices->minimum}) : sql::Value(sql::Null()),
                     choices ? sql::Value(int64_t{choices->maximum}) : sql::Value(sql::Null()),
                     choices ? choices->url : "", ToMicros(message.time));
  const auto inserted = tx.Run(
      "INSERT INTO chat_message (session_id, seq, interaction_id, author, name, text, cid, "
      "delivery_id, choice_min, choice_max, choice_url, created_us) VALUES ($1, $2, $3, $4, "
      "$5, $6, $7, $8, $9, $10, $11, $12)",
      params);
  return inserted.ok() ? Ok() : Status(inserted.error());
}

}  // namespace

Result<Message> Append(sql::Tx& tx, Message message) {
  // The session's row is the lock of its log: whoever has it decides what comes next.
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT head FROM chat_session WHERE id = $1 FOR UPDATE", message.session));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "UNKNOWN_SESSION", "there is no such chat session");
  }
  ASSIGN_OR_RETURN(const std::optional<Message> known, FindSame(tx, message));
  if (known) return *known;
  message.seq = rows[0].Int(0) + 1;
  RETURN_IF_ERROR(Insert(tx, message));
  RETURN_IF_ERROR(tx.Post("UPDATE chat_session SET head = $2, used_us = $3 WHERE id = $1",
                          message.session, message.seq, ToMicros(message.time)));
  return message;
}

Result<std::optional<Message>> FindByCid(sql::Tx& tx, const std::string& session,
                                         const std::string& cid) {
  return FindOne(tx, "WHERE session_id = $1 AND cid = $2", sql::Params(session, cid));
}

Result<std::vector<Message>> ListAfter(sql::Tx& tx, const std::string& session, int64_t seq,
                                       int64_t limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run(std::string(kColumns) + "WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
             sql::Params(session, seq, limit)));
  std::vector<Message> messages;
  for (const sql::Row& row : rows) messages.push_back(FromRow(row));
  return messages;
}

Status EmptyMessages(sql::Tx& tx, const std::string& session, Time until) {
  return tx.Post(
      "UPDATE chat_message SET name = '', text = '', choice_min = NULL, "
      "choice_max = NULL, choice_url = '' WHERE session_id = $1 AND created_us <= $2",
      session, ToMicros(until));
}

}  // namespace muara::chat::store

#include "services/feedback/store/surveys.h"

#include "libs/sql/migrate.h"

namespace muara::feedback::store {
namespace {

constexpr const char* kColumns =
    "id, ticket_id, ticket_reference, contact_id, agent_id, queue_id, channel, language, "
    "question_version, minimum, maximum, created_us, expires_us, answered_us, score, comment, "
    "answered_by, version";

Survey FromRow(const sql::Row& row) {
  Survey s;
  s.id = row.Text(0);
  s.ticket_id = row.Text(1);
  s.ticket_reference = row.Text(2);
  s.contact_id = row.Text(3);
  s.agent_id = row.Text(4);
  s.queue_id = row.Text(5);
  s.channel = static_cast<Channel>(row.Int(6));
  s.language = row.Text(7);
  s.question_version = row.Text(8);
  s.scale = {static_cast<int>(row.Int(9)), static_cast<int>(row.Int(10))};
  s.create_time = FromMicros(row.Int(11));
  s.expire_time = FromMicros(row.Int(12));
  if (!row.IsNull(13)) s.answer_time = FromMicros(row.Int(13));
  s.score = static_cast<int>(row.Int(14));
  s.comment = row.Text(15);
  s.answered_by = row.Text(16);
  s.version = static_cast<int>(row.Int(17));
  return s;
}

Result<std::vector<Survey>> Select(sql::Tx& tx, const std::string& rest,
                                   const sql::Params& params) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kColumns + " FROM survey " + rest, params));
  std::vector<Survey> out;
  for (const sql::Row& row : rows) out.push_back(FromRow(row));
  return out;
}

Result<Survey> One(const Result<std::vector<Survey>>& found) {
  if (!found.ok()) return found.error();
  if (!found->empty()) return found->front();
  return MakeError(Code::kNotFound, "SURVEY_NOT_FOUND", "there is no such survey");
}

std::string Where(const Range& range, sql::Params& params) {
  params.Add(ToMicros(range.from)).Add(ToMicros(range.to));
  std::string where = "WHERE created_us >= $1 AND created_us < $2";
  if (!range.queue_id.empty()) where += " AND queue_id = " + params.Add(range.queue_id).last();
  if (!range.agent_id.empty()) where += " AND agent_id = " + params.Add(range.agent_id).last();
  return where;
}

sql::Value AnswerTime(const Survey& survey) {
  return survey.answer_time ? sql::Value(ToMicros(*survey.answer_time)) : sql::Value(sql::Null{});
}

}  // namespace

Status Migrate(sql::Database& database) {
  return sql::Migrate(
      database, "feedback",
      {{1,
        "surveys",
        {"CREATE TABLE survey (id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, "
         "ticket_reference TEXT NOT NULL, contact_id TEXT NOT NULL, agent_id TEXT NOT NULL, "
         "queue_id TEXT NOT NULL, channel BIGINT NOT NULL, language TEXT NOT NULL, "
         "question_version TEXT NOT NULL, minimum BIGINT NOT NULL, maximum BIGINT NOT NULL, "
         "created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, answered_us BIGINT, "
         "score BIGINT NOT NULL, comment TEXT NOT NULL, answered_by TEXT NOT NULL, "
         "version BIGINT NOT NULL)",
         "CREATE INDEX survey_ticket ON survey (ticket_id, id)",
         "CREATE INDEX survey_created ON survey (created_us)"}}});
}

Status Insert(sql::Tx& tx, const Survey& s) {
  return tx.Post(
      std::string("INSERT INTO survey (") + kColumns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
          "$18)",
      s.id, s.ticket_id, s.ticket_reference, s.contact_id, s.agent_id, s.queue_id, s.channel,
      s.language, s.question_version, s.scale.minimum, s.scale.maximum, ToMicros(s.create_time),
      ToMicros(s.expire_time), AnswerTime(s), s.score, s.comment, s.answered_by, s.version);
}

Status Save(sql::Tx& tx, Survey& s) {
  ++s.version;
  return tx.Post(
      "UPDATE survey SET expires_us = $2, answered_us = $3, score = $4, comment = $5, "
      "answered_by = $6, version = $7 WHERE id = $1",
      s.id, ToMicros(s.expire_time), AnswerTime(s), s.score, s.comment, s.answered_by, s.version);
}

Result<Survey> Load(sql::Tx& tx, const std::string& id) {
  return One(Select(tx, "WHERE id = $1", sql::Params(id)));
}

Result<Survey> LoadForChange(sql::Tx& tx, const std::string& id) {
  return One(Select(tx, "WHERE id = $1 FOR UPDATE", sql::Params(id)));
}

Result<std::vector<Survey>> ListOpenForChange(sql::Tx& tx, const std::string& ticket_id, Time now) {
  return Select(tx, "WHERE ticket_id = $1 AND expires_us >= $2 ORDER BY id FOR UPDATE",
                sql::Params(ticket_id, ToMicros(now)));
}

Status DropComments(sql::Tx& tx, const std::string& ticket_id) {
  return tx.Post("UPDATE survey SET comment = '' WHERE ticket_id = $1", ticket_id);
}

Result<std::vector<Survey>> List(sql::Tx& tx, const std::string& ticket_id, int limit,
                                 const std::string& before) {
  std::string where = "WHERE 1 = 1";
  sql::Params params;
  if (!ticket_id.empty()) where += " AND ticket_id = " + params.Add(ticket_id).last();
  if (!before.empty()) where += " AND id < " + params.Add(before).last();
  where += " ORDER BY id DESC LIMIT " + params.Add(limit).last();
  return Select(tx, where, params);
}

Result<int> CountCreatedIn(sql::Tx& tx, const Range& range) {
  sql::Params params;
  const std::string where = Where(range, params);
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Run("SELECT COUNT(*) FROM survey " + where, params));
  return static_cast<int>(rows[0].Int(0));
}

Result<std::vector<ScoreCount>> CountScoresIn(sql::Tx& tx, const Range& range) {
  sql::Params params;
  const std::string where = Where(range, params);
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT minimum, maximum, score, COUNT(*) FROM survey " + where +
                              " AND answered_us IS NOT NULL GROUP BY minimum, maximum, score",
                          params));
  std::vector<ScoreCount> out;
  for (const sql::Row& row : rows) {
    out.push_back({{static_cast<int>(row.Int(0)), static_cast<int>(row.Int(1))},
                   static_cast<int>(row.Int(2)),
                   static_cast<int>(row.Int(3))});
  }
  return out;
}

}  // namespace muara::feedback::store

#include "services/routing/store/sessions.h"

namespace muara::routing::store {
namespace {

constexpr const char* kSession = "agent_id, id, device, start_us, heartbeat_us";

Session ToSession(const sql::Row& row) {
  return {row.Text(0), row.Text(1), row.Text(2), FromMicros(row.Int(3)), FromMicros(row.Int(4))};
}

// Ids are slugs and UUIDs: nothing in them is to be escaped.
std::string ToJson(const std::vector<Heartbeat>& heartbeats) {
  std::string json = "[";
  for (const Heartbeat& one : heartbeats) {
    json += (json.size() == 1 ? "[\"" : ",[\"") + one.agent_id + "\",\"" + one.session_id + "\"," +
            std::to_string(ToMicros(one.time)) + "]";
  }
  return json + "]";
}

}  // namespace

Result<bool> InsertSession(sql::Tx& tx, const Session& session) {
  ASSIGN_OR_RETURN(const int64_t made,
                   tx.Execute(std::string("INSERT INTO agent_session (") + kSession +
                                  ") VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                              session.agent_id, session.id, session.device,
                              ToMicros(session.start_time), ToMicros(session.heartbeat_time)));
  return made == 1;
}

Result<std::optional<Session>> FindSession(sql::Tx& tx, const std::string& agent_id,
                                           const std::string& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kSession +
                                " FROM agent_session WHERE agent_id = $1 AND id = $2",
                            agent_id, id));
  if (rows.empty()) return std::optional<Session>();
  return std::optional<Session>(ToSession(rows[0]));
}

Result<std::vector<Session>> ListSessions(sql::Tx& tx, const std::string& agent_id) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string("SELECT ") + kSession +
                                                      " FROM agent_session WHERE agent_id = $1 "
                                                      "ORDER BY heartbeat_us DESC, id LIMIT $2",
                                                  agent_id, kSessionsMax));
  std::vector<Session> sessions;
  for (const sql::Row& row : rows) sessions.push_back(ToSession(row));
  return sessions;
}

Result<bool> DeleteSession(sql::Tx& tx, const std::string& agent_id, const std::string& id) {
  ASSIGN_OR_RETURN(
      const int64_t gone,
      tx.Execute("DELETE FROM agent_session WHERE agent_id = $1 AND id = $2", agent_id, id));
  return gone > 0;
}

Status DropSessionsBeyond(sql::Tx& tx, const std::string& agent_id, size_t kept) {
  return tx.Post(
      "DELETE FROM agent_session WHERE agent_id = $1 AND id IN (SELECT id FROM "
      "agent_session WHERE agent_id = $1 ORDER BY heartbeat_us DESC, start_us DESC, id "
      "LIMIT 1000 OFFSET $2)",
      agent_id, kept);
}

Status DropSessionsOf(sql::Tx& tx, const std::string& agent_id, Time before) {
  return tx.Post("DELETE FROM agent_session WHERE agent_id = $1 AND heartbeat_us <= $2", agent_id,
                 ToMicros(before));
}

Result<int64_t> DropSessions(sql::Tx& tx, Time before, int limit) {
  return tx.Execute(
      "DELETE FROM agent_session WHERE (agent_id, id) IN (SELECT agent_id, id FROM agent_session "
      "WHERE heartbeat_us <= $1 LIMIT $2)",
      ToMicros(before), limit);
}

Result<std::vector<std::pair<std::string, std::string>>> SaveHeartbeats(
    sql::Tx& tx, const std::vector<Heartbeat>& heartbeats) {
  const char* each = tx.engine() == sql::Engine::kPostgres
                         ? "json_array_elements(CAST($1 AS JSON)) AS heard (value)"
                         : "json_each($1) AS heard";
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("UPDATE agent_session SET heartbeat_us = CASE WHEN heartbeat_us < "
                           "CAST(heard.value ->> 2 AS BIGINT) THEN CAST(heard.value ->> 2 AS "
                           "BIGINT) ELSE heartbeat_us END FROM ") +
                   each +
                   " WHERE agent_session.agent_id = heard.value ->> 0 AND agent_session.id = "
                   "heard.value ->> 1 RETURNING agent_session.agent_id, agent_session.id",
               ToJson(heartbeats)));
  std::vector<std::pair<std::string, std::string>> there;
  for (const sql::Row& row : rows) there.emplace_back(row.Text(0), row.Text(1));
  return there;
}

Result<std::optional<Time>> LastHeartbeat(sql::Tx& tx, const std::string& agent_id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT MAX(heartbeat_us) FROM agent_session WHERE agent_id = $1", agent_id));
  if (rows.empty() || rows[0].IsNull(0)) return std::optional<Time>();
  return std::optional<Time>(FromMicros(rows[0].Int(0)));
}

Result<Heard> LastHeartbeats(sql::Tx& tx) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT COUNT(DISTINCT agent_id), MAX(heartbeat_us) FROM agent_session"));
  return Heard{static_cast<int>(rows[0].Int(0)), FromMicros(rows[0].Int(1))};
}

Result<std::vector<std::string>> ListMisjudged(sql::Tx& tx, Time suspect, Time lost, int limit) {
  static_assert(static_cast<int>(Connection::kSuspect) == 2);
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT a.id FROM agent a LEFT JOIN (SELECT agent_id, MAX(heartbeat_us) AS heard "
               "FROM agent_session GROUP BY agent_id) s ON s.agent_id = a.id WHERE "
               "(a.connection <> 1 AND s.heard > $1) OR "
               "(a.connection = 1 AND COALESCE(s.heard, 0) <= $1) OR "
               "(a.connection = 2 AND COALESCE(s.heard, 0) <= $2) ORDER BY a.id LIMIT $3",
               ToMicros(suspect), ToMicros(lost), limit));
  std::vector<std::string> agents;
  for (const sql::Row& row : rows) agents.push_back(row.Text(0));
  return agents;
}

}  // namespace muara::routing::store

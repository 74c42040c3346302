#include "services/routing/store/loads.h"

#include "services/routing/store/lists.h"

namespace muara::routing::store {

Status NoteLoad(sql::Tx& tx, const Agent& agent, Time now) {
  return tx.Post(
      "INSERT INTO agent_load (agent_id, version, since_us, load) VALUES ($1, $2, $3, $4)",
      agent.id, agent.version, ToMicros(now), JoinLoad(agent.load));
}

Result<std::optional<Load>> LoadAt(sql::Tx& tx, const std::string& agent_id, Time time) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT load FROM agent_load WHERE agent_id = $1 AND since_us <= $2 "
                            "ORDER BY since_us DESC, version DESC LIMIT 1",
                            agent_id, ToMicros(time)));
  if (rows.empty()) return std::optional<Load>();
  return std::optional<Load>(SplitLoad(rows[0].Text(0)));
}

Result<int64_t> DropLoads(sql::Tx& tx, Time before, int limit) {
  // The last one of each agent stays, however old.
  return tx.Execute(
      "DELETE FROM agent_load WHERE (agent_id, version) IN (SELECT old.agent_id, old.version FROM "
      "agent_load old WHERE old.since_us < $1 AND EXISTS (SELECT 1 FROM agent_load newer WHERE "
      "newer.agent_id = old.agent_id AND newer.version > old.version AND newer.since_us < $1) "
      "ORDER BY old.since_us LIMIT $2)",
      ToMicros(before), limit);
}

}  // namespace muara::routing::store

#include "services/routing/store/people.h"

#include "services/routing/store/lists.h"

namespace muara::routing::store {
namespace {

constexpr const char* kAgent =
    "id, display_name, skills, queue_ids, capacity, used, status, status_reason, status_us, "
    "idle_since_us, missed_offers, version";
constexpr const char* kQueue =
    "id, display_name, priority, ageing_per_minute, offer_timeout_seconds, requirements, version";
// Counting what waits takes a look at all of it: only for who asks.
constexpr const char* kQueueRead =
    "id, display_name, priority, ageing_per_minute, offer_timeout_seconds, requirements, version, "
    "(SELECT COUNT(*) FROM work_item w WHERE w.status = 1 AND w.queue_id = queue.id)";

Agent ToAgent(const sql::Row& row) {
  Agent agent;
  agent.id = row.Text(0);
  agent.display_name = row.Text(1);
  agent.skills = SplitSkills(row.Text(2));
  agent.queue_ids = SplitWords(row.Text(3));
  agent.capacity = static_cast<int>(row.Int(4));
  agent.used = static_cast<int>(row.Int(5));
  agent.status = static_cast<AgentStatus>(row.Int(6));
  agent.status_reason = row.Text(7);
  agent.status_time = FromMicros(row.Int(8));
  agent.idle_since = FromMicros(row.Int(9));
  agent.missed_offers = static_cast<int>(row.Int(10));
  agent.version = static_cast<int>(row.Int(11));
  return agent;
}

Queue ToQueue(const sql::Row& row) {
  return {row.Text(0),
          row.Text(1),
          static_cast<int>(row.Int(2)),
          static_cast<int>(row.Int(3)),
          static_cast<int>(row.Int(4)),
          SplitSkills(row.Text(5)),
          static_cast<int>(row.Int(6)),
          static_cast<int>(row.Int(7))};
}

sql::Params Columns(const Agent& agent) {
  return sql::Params(agent.id, agent.display_name, JoinSkills(agent.skills),
                     JoinWords(agent.queue_ids), agent.capacity, agent.used, agent.status,
                     agent.status_reason, ToMicros(agent.status_time), ToMicros(agent.idle_since),
                     agent.missed_offers, agent.version);
}

Result<Agent> LoadAgentWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kAgent + " FROM agent WHERE id = $1" + lock, id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "AGENT_NOT_FOUND", "there is no such agent");
  }
  return ToAgent(rows[0]);
}

Result<Queue> LoadQueueWith(sql::Tx& tx, const std::string& id, const std::string& columns,
                            const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT " + columns + " FROM queue WHERE id = $1" + lock, id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "QUEUE_NOT_FOUND", "there is no such queue");
  }
  return ToQueue(rows[0]);
}

}  // namespace

Status InsertAgent(sql::Tx& tx, const Agent& agent) {
  const auto made = tx.Run(std::string("INSERT INTO agent (") + kAgent +
                               ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
                               "ON CONFLICT DO NOTHING",
                           Columns(agent));
  if (!made.ok()) return made.error();
  if (made->affected == 1) return Ok();
  return MakeError(Code::kAlreadyExists, "AGENT_EXISTS", "there is an agent with this id");
}

Result<bool> MakeQueue(sql::Tx& tx, const Queue& queue) {
  ASSIGN_OR_RETURN(
      const int64_t made,
      tx.Execute(std::string("INSERT INTO queue (") + kQueue +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7) "
                     "ON CONFLICT DO NOTHING",
                 queue.id, queue.display_name, queue.priority, queue.ageing_per_minute,
                 queue.offer_timeout_seconds, JoinSkills(queue.requirements), queue.version));
  return made == 1;
}

Status InsertQueue(sql::Tx& tx, const Queue& queue) {
  ASSIGN_OR_RETURN(const bool made, MakeQueue(tx, queue));
  if (made) return Ok();
  return MakeError(Code::kAlreadyExists, "QUEUE_EXISTS", "there is a queue with this id");
}

Result<Agent> LoadAgentForChange(sql::Tx& tx, const std::string& id) {
  return LoadAgentWith(tx, id, " FOR UPDATE");
}
Result<Queue> LoadQueueForChange(sql::Tx& tx, const std::string& id) {
  return LoadQueueWith(tx, id, kQueueRead, " FOR UPDATE");
}
Result<Agent> LoadAgent(sql::Tx& tx, const std::string& id) { return LoadAgentWith(tx, id, ""); }
Result<Queue> LoadQueue(sql::Tx& tx, const std::string& id) {
  return LoadQueueWith(tx, id, kQueueRead, "");
}
Result<Queue> LoadQueueUncounted(sql::Tx& tx, const std::string& id) {
  return LoadQueueWith(tx, id, std::string(kQueue) + ", 0", "");
}

Status SaveAgent(sql::Tx& tx, Agent& agent) {
  ++agent.version;
  RETURN_IF_ERROR(
      tx.Run("UPDATE agent SET display_name = $2, skills = $3, queue_ids = $4, capacity = $5, "
             "used = $6, status = $7, status_reason = $8, status_us = $9, idle_since_us = $10, "
             "missed_offers = $11, version = $12 WHERE id = $1",
             Columns(agent)));
  return Ok();
}

Status SaveQueue(sql::Tx& tx, Queue& queue) {
  ++queue.version;
  RETURN_IF_ERROR(
      tx.Execute("UPDATE queue SET display_name = $2, priority = $3, ageing_per_minute = $4, "
                 "offer_timeout_seconds = $5, requirements = $6, version = $7 WHERE id = $1",
                 queue.id, queue.display_name, queue.priority, queue.ageing_per_minute,
                 queue.offer_timeout_seconds, JoinSkills(queue.requirements), queue.version));
  return Ok();
}

Result<std::vector<Agent>> ListAgents(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string("SELECT ") + kAgent +
                                                      " FROM agent WHERE id > $1 ORDER BY id "
                                                      "LIMIT $2",
                                                  after, limit));
  std::vector<Agent> agents;
  for (const sql::Row& row : rows) agents.push_back(ToAgent(row));
  return agents;
}

Result<std::vector<Queue>> ListQueues(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string("SELECT ") + kQueueRead +
                                                      " FROM queue WHERE id > $1 ORDER BY id "
                                                      "LIMIT $2",
                                                  after, limit));
  std::vector<Queue> queues;
  for (const sql::Row& row : rows) queues.push_back(ToQueue(row));
  return queues;
}

}  // namespace muara::routing::store

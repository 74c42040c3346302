#include "services/routing/store/people.h"

#include <algorithm>

#include "services/routing/store/lists.h"

namespace muara::routing::store {
namespace {

constexpr const char* kAgent =
    "id, display_name, skills, queue_ids, capacity, used, status, status_reason, status_us, "
    "idle_since_us, missed_offers, version, load, share, served, "
    "connection, connection_us, excess";
constexpr const char* kQueue =
    "id, display_name, priority, ageing_per_minute, offer_timeout_seconds, requirements, version, "
    "tier, ordering, balance, preferred_seconds, hold_back_seconds, overflow_seconds, "
    "overflow_queue_id, wrap_up_seconds, calendar_id, closed_hours, max_wait_seconds, "
    "max_wait_action, agents_may_pull";
// Read with it: the version of its calendar.
constexpr const char* kHoursVersion =
    ", COALESCE((SELECT c.version FROM business_calendar c WHERE c.id = queue.calendar_id), 0)";
// Counting what waits takes a look at all of it: only for who asks.
constexpr const char* kCount =
    ", (SELECT COUNT(*) FROM work_item w WHERE w.status = 1 AND w.queue_id = queue.id)";

Agent ToAgent(const sql::Row& row) {
  Agent agent;
  agent.id = row.Text(0);
  agent.display_name = row.Text(1);
  agent.skills = SplitSkills(row.Text(2));
  agent.queue_ids = SplitWords(row.Text(3));
  agent.capacity = static_cast<int>(row.Int(4));
  agent.status = static_cast<AgentStatus>(row.Int(6));
  agent.status_reason = row.Text(7);
  agent.status_time = FromMicros(row.Int(8));
  agent.idle_since = FromMicros(row.Int(9));
  agent.missed_offers = static_cast<int>(row.Int(10));
  agent.version = static_cast<int>(row.Int(11));
  agent.load = SplitLoad(row.Text(12));
  agent.share = static_cast<int>(row.Int(13));
  agent.served = row.Int(14);
  agent.connection = static_cast<Connection>(row.Int(15));
  agent.connection_time = FromMicros(row.Int(16));
  agent.excess = static_cast<int>(row.Int(17));
  return agent;
}

Queue ToQueue(const sql::Row& row) {
  Queue queue;
  queue.id = row.Text(0);
  queue.display_name = row.Text(1);
  queue.priority = static_cast<int>(row.Int(2));
  queue.ageing_per_minute = static_cast<int>(row.Int(3));
  queue.offer_timeout_seconds = static_cast<int>(row.Int(4));
  queue.requirements = SplitRequirements(row.Text(5));
  queue.version = static_cast<int>(row.Int(6));
  queue.tier = static_cast<int>(row.Int(7));
  queue.order = static_cast<Order>(row.Int(8));
  queue.balance = static_cast<Balance>(row.Int(9));
  queue.preferred_seconds = static_cast<int>(row.Int(10));
  queue.hold_back_seconds = static_cast<int>(row.Int(11));
  queue.overflow_seconds = static_cast<int>(row.Int(12));
  queue.overflow_queue_id = row.Text(13);
  queue.wrap_up_seconds = static_cast<int>(row.Int(14));
  queue.calendar_id = row.Text(15);
  queue.closed_hours = static_cast<ClosedHours>(row.Int(16));
  queue.max_wait_seconds = static_cast<int>(row.Int(17));
  queue.max_wait_action = static_cast<MaxWaitAction>(row.Int(18));
  queue.agents_may_pull = row.Bool(19);
  queue.hours_version = static_cast<int>(row.Int(20));
  queue.waiting = static_cast<int>(row.Int(21));
  return queue;
}

std::string SelectQueue(const char* count) {
  return std::string("SELECT ") + kQueue + kHoursVersion + count + " FROM queue";
}

sql::Params Columns(const Queue& queue, Time now) {
  return sql::Params(queue.id, queue.display_name, queue.priority, queue.ageing_per_minute,
                     queue.offer_timeout_seconds, JoinRequirements(queue.requirements),
                     queue.version, queue.tier, queue.order, queue.balance, queue.preferred_seconds,
                     queue.hold_back_seconds, queue.overflow_seconds, queue.overflow_queue_id,
                     queue.wrap_up_seconds, queue.calendar_id, queue.closed_hours,
                     queue.max_wait_seconds, queue.max_wait_action, queue.agents_may_pull,
                     ToMicros(now));
}

sql::Params Columns(const Agent& agent, Time now) {
  return sql::Params(agent.id, agent.display_name, JoinSkills(agent.skills),
                     JoinWords(agent.queue_ids), agent.capacity, agent.used(), agent.status,
                     agent.status_reason, ToMicros(agent.status_time), ToMicros(agent.idle_since),
                     agent.missed_offers, agent.version, JoinLoad(agent.load), agent.share,
                     agent.served, agent.connection, ToMicros(agent.connection_time), agent.excess,
                     ToMicros(now));
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

Result<Queue> LoadQueueWith(sql::Tx& tx, const std::string& id, const char* count,
                            const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(SelectQueue(count) + " WHERE id = $1" + lock, id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "QUEUE_NOT_FOUND", "there is no such queue");
  }
  return ToQueue(rows[0]);
}

}  // namespace

Status InsertAgent(sql::Tx& tx, const Agent& agent, Time now) {
  const auto made =
      tx.Run(std::string("INSERT INTO agent (") + kAgent +
                 ", changed_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
                 "$13, $14, $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING",
             Columns(agent, now));
  if (!made.ok()) return made.error();
  if (made->affected == 1) return Ok();
  return MakeError(Code::kAlreadyExists, "AGENT_EXISTS", "there is an agent with this id");
}

Result<bool> MakeQueue(sql::Tx& tx, const Queue& queue, Time now) {
  const auto made =
      tx.Run(std::string("INSERT INTO queue (") + kQueue +
                 ", changed_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
                 "$13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING",
             Columns(queue, now));
  if (!made.ok()) return made.error();
  return made->affected == 1;
}

Status InsertQueue(sql::Tx& tx, const Queue& queue, Time now) {
  ASSIGN_OR_RETURN(const bool made, MakeQueue(tx, queue, now));
  if (made) return Ok();
  return MakeError(Code::kAlreadyExists, "QUEUE_EXISTS", "there is a queue with this id");
}

Result<Agent> LoadAgentForChange(sql::Tx& tx, const std::string& id) {
  return LoadAgentWith(tx, id, " FOR UPDATE");
}
Result<Queue> LoadQueueForChange(sql::Tx& tx, const std::string& id) {
  return LoadQueueWith(tx, id, kCount, " FOR UPDATE");
}
Result<std::map<std::string, Agent>> LockAgents(sql::Tx& tx, const std::set<std::string>& ids) {
  std::vector<sql::Statement> statements;
  for (const std::string& id : ids) {
    statements.push_back({std::string("SELECT ") + kAgent + " FROM agent WHERE id = $1 FOR UPDATE",
                          sql::Params(id)});
  }
  ASSIGN_OR_RETURN(const auto answers, tx.RunAll(std::move(statements)));
  std::map<std::string, Agent> agents;
  for (const sql::Rows& rows : answers) {
    if (!rows.empty()) agents.emplace(rows[0].Text(0), ToAgent(rows[0]));
  }
  return agents;
}

Result<std::map<std::string, Queue>> LoadQueuesUncounted(sql::Tx& tx,
                                                         const std::set<std::string>& ids) {
  std::vector<sql::Statement> statements;
  for (const std::string& id : ids) {
    statements.push_back({SelectQueue(", 0") + " WHERE id = $1", sql::Params(id)});
  }
  ASSIGN_OR_RETURN(const auto answers, tx.RunAll(std::move(statements)));
  std::map<std::string, Queue> queues;
  for (const sql::Rows& rows : answers) {
    if (!rows.empty()) queues.emplace(rows[0].Text(0), ToQueue(rows[0]));
  }
  return queues;
}

Result<Agent> LoadAgent(sql::Tx& tx, const std::string& id) { return LoadAgentWith(tx, id, ""); }
Result<Queue> LoadQueue(sql::Tx& tx, const std::string& id) {
  return LoadQueueWith(tx, id, kCount, "");
}
Result<Queue> LoadQueueUncounted(sql::Tx& tx, const std::string& id) {
  return LoadQueueWith(tx, id, ", 0", "");
}

Status SaveAgent(sql::Tx& tx, Agent& agent, Time now) {
  ++agent.version;
  agent.excess = std::min(agent.excess, agent.over());
  return tx.Post(sql::Statement{
      "UPDATE agent SET display_name = $2, skills = $3, queue_ids = $4, capacity = $5, "
      "used = $6, status = $7, status_reason = $8, status_us = $9, idle_since_us = $10, "
      "missed_offers = $11, version = $12, load = $13, share = $14, served = $15, "
      "connection = $16, connection_us = $17, excess = $18, changed_us = $19 WHERE id = $1",
      Columns(agent, now)});
}

Status SaveQueue(sql::Tx& tx, Queue& queue, Time now) {
  ++queue.version;
  return tx.Post(sql::Statement{
      "UPDATE queue SET display_name = $2, priority = $3, ageing_per_minute = $4, "
      "offer_timeout_seconds = $5, requirements = $6, version = $7, tier = $8, "
      "ordering = $9, balance = $10, preferred_seconds = $11, hold_back_seconds = $12, "
      "overflow_seconds = $13, overflow_queue_id = $14, wrap_up_seconds = $15, "
      "calendar_id = $16, closed_hours = $17, max_wait_seconds = $18, max_wait_action = $19, "
      "agents_may_pull = $20, changed_us = $21 "
      "WHERE id = $1",
      Columns(queue, now)});
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

namespace {

// Ids are slugs: nothing in them is to be escaped.
constexpr const char* kIsOfQueue = "' ' || queue_ids || ' ' LIKE $1";
std::string OfQueue(const std::string& queue_id) { return "% " + queue_id + " %"; }

Result<std::vector<Agent>> ListAgentsWhere(sql::Tx& tx, const std::string& where,
                                           const std::string& queue_id, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kAgent + " FROM agent WHERE " + where +
                                " AND " + kIsOfQueue + " ORDER BY id LIMIT $2",
                            OfQueue(queue_id), limit));
  std::vector<Agent> agents;
  for (const sql::Row& row : rows) agents.push_back(ToAgent(row));
  return agents;
}

}  // namespace

Result<std::vector<Agent>> ListAgentsThere(sql::Tx& tx, const std::string& queue_id, int limit) {
  return ListAgentsWhere(tx, "status = 1 AND connection = 1", queue_id, limit);
}

Result<std::vector<Agent>> ListAgentsAbsent(sql::Tx& tx, const std::string& queue_id, int limit) {
  return ListAgentsWhere(tx, "(status <> 1 OR connection <> 1)", queue_id, limit);
}

Result<std::map<AgentGroup, int>> CountAgents(sql::Tx& tx, const std::string& queue_id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT CASE WHEN ") + kIsOfQueue +
                                " THEN 1 ELSE 0 END, status, connection, COUNT(*) FROM agent "
                                "GROUP BY 1, 2, 3",
                            OfQueue(queue_id)));
  std::map<AgentGroup, int> groups;
  for (const sql::Row& row : rows) {
    groups[{row.Int(0) == 1, static_cast<AgentStatus>(row.Int(1)),
            static_cast<Connection>(row.Int(2))}] = static_cast<int>(row.Int(3));
  }
  return groups;
}

namespace {

Result<std::vector<Queue>> ListQueuesWith(sql::Tx& tx, int limit, const std::string& after,
                                          const char* count) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(SelectQueue(count) + " WHERE id > $1 ORDER BY id LIMIT $2", after, limit));
  std::vector<Queue> queues;
  for (const sql::Row& row : rows) queues.push_back(ToQueue(row));
  return queues;
}

}  // namespace

Result<std::vector<Queue>> ListQueues(sql::Tx& tx, int limit, const std::string& after) {
  return ListQueuesWith(tx, limit, after, kCount);
}
Result<std::vector<Queue>> ListQueuesUncounted(sql::Tx& tx, int limit, const std::string& after) {
  return ListQueuesWith(tx, limit, after, ", 0");
}

Result<std::vector<Agent>> ListAgentsChanged(sql::Tx& tx, Time since) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kAgent + " FROM agent WHERE changed_us >= $1",
                            ToMicros(since)));
  std::vector<Agent> agents;
  for (const sql::Row& row : rows) agents.push_back(ToAgent(row));
  return agents;
}

Result<std::vector<Queue>> ListQueuesChanged(sql::Tx& tx, Time since) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(SelectQueue(", 0") + " WHERE changed_us >= $1", ToMicros(since)));
  std::vector<Queue> queues;
  for (const sql::Row& row : rows) queues.push_back(ToQueue(row));
  return queues;
}

}  // namespace muara::routing::store

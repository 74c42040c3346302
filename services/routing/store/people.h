// Agents and queues in the caller's transaction.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

// ALREADY_EXISTS with AGENT_EXISTS or QUEUE_EXISTS.
Status InsertAgent(sql::Tx& tx, const Agent& agent, Time now);
Status InsertQueue(sql::Tx& tx, const Queue& queue, Time now);
// NOT_FOUND with AGENT_NOT_FOUND or QUEUE_NOT_FOUND. Locks the row.
Result<Agent> LoadAgentForChange(sql::Tx& tx, const std::string& id);
Result<Queue> LoadQueueForChange(sql::Tx& tx, const std::string& id);
// Those of these that there are, by id; locks their rows in the ids' order.
Result<std::map<std::string, Agent>> LockAgents(sql::Tx& tx, const std::set<std::string>& ids);
// Those of these that there are, by id, without the numbers of items that wait.
Result<std::map<std::string, Queue>> LoadQueuesUncounted(sql::Tx& tx,
                                                         const std::set<std::string>& ids);
Result<Agent> LoadAgent(sql::Tx& tx, const std::string& id);
Result<Queue> LoadQueue(sql::Tx& tx, const std::string& id);
// Without the number of items that wait.
Result<Queue> LoadQueueUncounted(sql::Tx& tx, const std::string& id);
// False: there is a queue with this id.
Result<bool> MakeQueue(sql::Tx& tx, const Queue& queue, Time now);
// Version grows by one.
Status SaveAgent(sql::Tx& tx, Agent& agent, Time now);
Status SaveQueue(sql::Tx& tx, Queue& queue, Time now);
// By id, after this one.
// AVAILABLE and LIVE, and of the queue.
Result<std::vector<Agent>> ListAgentsThere(sql::Tx& tx, const std::string& queue_id, int limit);
// Of the queue, and not so; by id.
Result<std::vector<Agent>> ListAgentsAbsent(sql::Tx& tx, const std::string& queue_id, int limit);
struct AgentGroup {
  bool is_of_queue = false;
  AgentStatus status = AgentStatus::kOffline;
  Connection connection = Connection::kNone;
  auto operator<=>(const AgentGroup&) const = default;
};
// How many agents there are of each, as this queue sees them.
Result<std::map<AgentGroup, int>> CountAgents(sql::Tx& tx, const std::string& queue_id);
Result<std::vector<Agent>> ListAgents(sql::Tx& tx, int limit, const std::string& after);
// Without the number of what waits.
Result<std::vector<Queue>> ListQueuesUncounted(sql::Tx& tx, int limit, const std::string& after);
Result<std::vector<Queue>> ListQueues(sql::Tx& tx, int limit, const std::string& after);

// Changed at this time or later, as the clock of whoever changed it said.
Result<std::vector<Agent>> ListAgentsChanged(sql::Tx& tx, Time since);
Result<std::vector<Queue>> ListQueuesChanged(sql::Tx& tx, Time since);

}  // namespace muara::routing::store

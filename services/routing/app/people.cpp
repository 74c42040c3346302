#include "services/routing/app/people.h"

#include "libs/bus/claim.h"
#include "services/routing/app/versions.h"
#include "services/routing/store/people.h"

namespace muara::routing {

Result<Agent> People::CreateAgent(Agent agent, const OperationKey& key) {
  const Time now = clock_.Now();
  agent.status_time = now;
  agent.idle_since = now;
  RETURN_IF_ERROR(Validate(agent));
  return database_.Transact([&](sql::Tx& tx) -> Result<Agent> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) return store::LoadAgent(tx, agent.id);
    RETURN_IF_ERROR(floor_.Insert(tx, agent, now));
    return agent;
  });
}

Result<Agent> People::GetAgent(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadAgent(tx, id); });
}

Result<std::vector<Agent>> People::ListAgents(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListAgents(tx, limit, after); });
}

Result<Agent> People::UpdateAgent(const std::string& id, const OperationKey& key,
                                  int expected_version, const std::function<void(Agent&)>& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Agent> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, id));
    if (!first) return agent;
    RETURN_IF_ERROR(CheckVersion(agent.version, expected_version));
    change(agent);
    RETURN_IF_ERROR(Validate(agent));
    agent.excess = agent.over();
    RETURN_IF_ERROR(floor_.Save(tx, agent, now));
    return agent;
  });
}

Result<Agent> People::SetPresence(const std::string& id, const OperationKey& key, PresenceBy by,
                                  AgentStatus status, const std::string& reason) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Agent> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) return store::LoadAgent(tx, id);
    const bool leaves = status != AgentStatus::kAvailable;
    if (leaves)
      RETURN_IF_ERROR(offers_.EndAllIn(tx, id, OfferStatus::kRescinded, "AGENT_LEFT", now));
    ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, id));
    if (leaves) {
      // What was offered before the agent was locked; now nothing more can be.
      RETURN_IF_ERROR(offers_.EndAllIn(tx, id, OfferStatus::kRescinded, "AGENT_LEFT", now));
      ASSIGN_OR_RETURN(agent, store::LoadAgent(tx, id));
    }
    if (status == AgentStatus::kAvailable && agent.status != status) agent.idle_since = now;
    agent.status = status;
    agent.status_reason = reason;
    agent.status_time = now;
    agent.missed_offers = 0;
    if (by == PresenceBy::kAgent && status != AgentStatus::kOffline) {
      RETURN_IF_ERROR(presence_.SignOfLifeIn(tx, agent, now));
    }
    RETURN_IF_ERROR(floor_.Save(tx, agent, now));
    return agent;
  });
}

Result<Queue> People::CreateQueue(Queue queue, const OperationKey& key) {
  const Time now = clock_.Now();
  RETURN_IF_ERROR(Validate(queue));
  return database_.Transact([&](sql::Tx& tx) -> Result<Queue> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) return LoadQueueIn(tx, queue.id);
    Queue made = queue;  // the transaction may be run again
    RETURN_IF_ERROR(hours_.Choose(tx, made));
    RETURN_IF_ERROR(floor_.Insert(tx, made, now));
    return made;
  });
}

Result<Queue> People::LoadQueueIn(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(Queue queue, store::LoadQueue(tx, id));
  RETURN_IF_ERROR(hours_.Attach(tx, queue));
  return queue;
}

Result<Queue> People::GetQueue(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) { return LoadQueueIn(tx, id); });
}

Result<std::vector<Queue>> People::ListQueues(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Queue>> {
    ASSIGN_OR_RETURN(auto queues, store::ListQueues(tx, limit, after));
    RETURN_IF_ERROR(hours_.Attach(tx, queues));
    return queues;
  });
}

Result<Queue> People::UpdateQueue(const std::string& id, const OperationKey& key,
                                  int expected_version, const std::function<void(Queue&)>& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Queue> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(Queue queue, store::LoadQueueForChange(tx, id));
    RETURN_IF_ERROR(hours_.Attach(tx, queue));
    if (!first) return queue;
    RETURN_IF_ERROR(CheckVersion(queue.version, expected_version));
    const std::string calendar_id = queue.calendar_id;
    change(queue);
    RETURN_IF_ERROR(Validate(queue));
    // What it has already it may keep, even one that was deleted.
    if (queue.calendar_id != calendar_id) RETURN_IF_ERROR(hours_.Choose(tx, queue));
    RETURN_IF_ERROR(floor_.Save(tx, queue, now));
    return queue;
  });
}

}  // namespace muara::routing

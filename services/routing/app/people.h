// What can be asked and done about agents and queues. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "services/routing/app/offers.h"

namespace muara::routing {

// Which fields an update sets.
struct AgentUpdate {
  std::optional<std::string> display_name;
  std::optional<std::vector<Skill>> skills;
  std::optional<std::vector<std::string>> queue_ids;
  std::optional<int> capacity;
};

struct QueueUpdate {
  std::optional<std::string> display_name;
  std::optional<int> priority;
  std::optional<int> ageing_per_minute;
  std::optional<int> offer_timeout_seconds;
  std::optional<std::vector<Skill>> requirements;
};

class People {
 public:
  People(sql::Database& database, Floor& floor, Offers& offers, const Clock& clock)
      : database_(database), floor_(floor), offers_(offers), clock_(clock) {}

  Result<Agent> CreateAgent(Agent agent, const OperationKey& key);
  Result<Agent> GetAgent(const std::string& id);
  Result<std::vector<Agent>> ListAgents(int limit, const std::string& after);
  Result<Agent> UpdateAgent(const std::string& id, const OperationKey& key, int expected_version,
                            const AgentUpdate& update);
  // Leaving AVAILABLE takes back the agent's pending offers; what the agent holds stays.
  Result<Agent> SetPresence(const std::string& id, const OperationKey& key, AgentStatus status,
                            const std::string& reason);

  Result<Queue> CreateQueue(Queue queue, const OperationKey& key);
  Result<Queue> GetQueue(const std::string& id);
  Result<std::vector<Queue>> ListQueues(int limit, const std::string& after);
  Result<Queue> UpdateQueue(const std::string& id, const OperationKey& key, int expected_version,
                            const QueueUpdate& update);

 private:
  sql::Database& database_;
  Floor& floor_;
  Offers& offers_;
  const Clock& clock_;
};

}  // namespace muara::routing

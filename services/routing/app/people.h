// What can be asked and done about agents and queues. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "services/routing/app/offers.h"
#include "services/routing/app/presence.h"

namespace muara::routing {

// Who says where an agent is.
enum class PresenceBy { kAgent, kSupervisor };

class People {
 public:
  People(sql::Database& database, Floor& floor, Offers& offers, Presence& presence,
         const Clock& clock, OpeningHours& hours)
      : database_(database),
        floor_(floor),
        offers_(offers),
        presence_(presence),
        clock_(clock),
        hours_(hours) {}

  Result<Agent> CreateAgent(Agent agent, const OperationKey& key);
  Result<Agent> GetAgent(const std::string& id);
  Result<std::vector<Agent>> ListAgents(int limit, const std::string& after);
  Result<Agent> UpdateAgent(const std::string& id, const OperationKey& key, int expected_version,
                            const std::function<void(Agent&)>& change);
  // Leaving AVAILABLE takes back the agent's pending offers; what the agent holds stays.
  // By the agent itself it is a sign of life.
  Result<Agent> SetPresence(const std::string& id, const OperationKey& key, PresenceBy by,
                            AgentStatus status, const std::string& reason);

  // Queues with their hours. CALENDAR_NOT_FOUND where one takes a calendar that is not known here.
  Result<Queue> CreateQueue(Queue queue, const OperationKey& key);
  Result<Queue> GetQueue(const std::string& id);
  Result<std::vector<Queue>> ListQueues(int limit, const std::string& after);
  Result<Queue> UpdateQueue(const std::string& id, const OperationKey& key, int expected_version,
                            const std::function<void(Queue&)>& change);

 private:
  Result<Queue> LoadQueueIn(sql::Tx& tx, const std::string& id);

  sql::Database& database_;
  Floor& floor_;
  Offers& offers_;
  Presence& presence_;
  const Clock& clock_;
  OpeningHours& hours_;
};

}  // namespace muara::routing

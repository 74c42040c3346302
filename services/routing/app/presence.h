// Where agents are signed in, and that they are still there. Heartbeats wait in memory and are
// written together, about once a second, so that each costs nearly nothing and whichever replica
// leads reads them; a crash loses that second of them, an end none. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "libs/base/operation_key.h"
#include "services/routing/app/floor.h"
#include "services/routing/app/policy.h"
#include "services/routing/domain/presence.h"

namespace muara::routing {

class Presence {
 public:
  Presence(sql::Database& database, Floor& floor, const CurrentPolicy& policy, const Clock& clock)
      : database_(database), floor_(floor), policy_(policy), clock_(clock) {}

  // AGENT_NOT_FOUND. The agent is LIVE at once.
  Result<Session> Start(const std::string& agent_id, const OperationKey& key,
                        const std::string& device);
  // SESSION_NOT_FOUND: it is over. One that was ended elsewhere is known to be over when what came
  // in is next written.
  Status Heartbeat(const std::string& agent_id, const std::string& id);
  // What is over already is ended.
  Status End(const std::string& agent_id, const std::string& id);
  Result<std::vector<Session>> List(const std::string& agent_id);

  // Writes the heartbeats that came in since; none are left.
  Result<bool> WriteHeartbeats();
  // At the end of the process: writes what is held; whatever comes after is written at once.
  Status Stop();

  // The agent has shown itself without a session of its own to tell of. It is locked by the caller,
  // who saves it.
  Status SignOfLifeIn(sql::Tx& tx, Agent& agent, Time now);

 private:
  using SessionKey = std::pair<std::string, std::string>;  // the agent's id and its own

  Status Take(const SessionKey& session);
  void Note(const SessionKey& session);
  Status Write(const std::map<SessionKey, Time>& heartbeats);

  sql::Database& database_;
  Floor& floor_;
  const CurrentPolicy& policy_;
  const Clock& clock_;
  std::mutex mutex_;
  std::set<SessionKey> known_;           // were in the store when last looked for
  std::map<SessionKey, Time> heard_of_;  // to be written
  bool stopping_ = false;
};

// The agent is there from now on; what was to be taken from it stays. True: it was not before.
Result<bool> ConnectIn(sql::Tx& tx, Agent& agent, Time now);

}  // namespace muara::routing

// Sessions of agents in the caller's transaction.
#pragma once

#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/presence.h"

namespace muara::routing::store {

// False: it is there.
Result<bool> InsertSession(sql::Tx& tx, const Session& session);
// Nothing where there is none.
Result<std::optional<Session>> FindSession(sql::Tx& tx, const std::string& agent_id,
                                           const std::string& id);
// The last heard of first; at most kSessionsMax.
Result<std::vector<Session>> ListSessions(sql::Tx& tx, const std::string& agent_id);
Result<bool> DeleteSession(sql::Tx& tx, const std::string& agent_id, const std::string& id);
// Of an agent all but the last heard of, if there are more than `kept`.
Status DropSessionsBeyond(sql::Tx& tx, const std::string& agent_id, size_t kept);
// What was not heard of since this time.
Status DropSessionsOf(sql::Tx& tx, const std::string& agent_id, Time before);
Result<int64_t> DropSessions(sql::Tx& tx, Time before, int limit);

struct Heartbeat {
  std::string agent_id;
  std::string session_id;
  Time time;
};
// All of them in one statement; answers those whose sessions there are. None goes back in time.
Result<std::vector<std::pair<std::string, std::string>>> SaveHeartbeats(
    sql::Tx& tx, const std::vector<Heartbeat>& heartbeats);
// Of any session of the agent; nothing where it has none.
Result<std::optional<Time>> LastHeartbeat(sql::Tx& tx, const std::string& agent_id);
Result<Heard> LastHeartbeats(sql::Tx& tx);

// Agents whose connection is not what their sessions say: those that were last heard of before
// `suspect` are no longer LIVE, those before `lost` no longer there. By id.
Result<std::vector<std::string>> ListMisjudged(sql::Tx& tx, Time suspect, Time lost, int limit);

}  // namespace muara::routing::store

#include "services/routing/app/presence.h"

#include <algorithm>

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/routing/store/lost_work.h"
#include "services/routing/store/people.h"
#include "services/routing/store/sessions.h"

namespace muara::routing {
namespace {

constexpr size_t kKnownMax = 200000;
constexpr size_t kStatementMax = 5000;  // heartbeats of one statement

Error NoSession() {
  return MakeError(Code::kNotFound, "SESSION_NOT_FOUND",
                   "there is no such session, or it is over: start another one");
}

}  // namespace

Result<bool> ConnectIn(sql::Tx& tx, Agent& agent, Time now) {
  if (agent.connection == Connection::kLive) return false;
  RETURN_IF_ERROR(store::DropLostWork(tx, agent.id));
  agent.connection = Connection::kLive;
  agent.connection_time = now;
  return true;
}

Result<Session> Presence::Start(const std::string& agent_id, const OperationKey& key,
                                const std::string& device) {
  const Time now = clock_.Now();
  // Made out of the key, so that a retry finds what the first try made.
  const Session session{agent_id, NamedUuid(key.key), device, now, now};
  return database_.Transact([&](sql::Tx& tx) -> Result<Session> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, agent_id));
    if (!first) {
      ASSIGN_OR_RETURN(const auto found, store::FindSession(tx, agent_id, session.id));
      if (!found) return NoSession();
      return *found;
    }
    RETURN_IF_ERROR(store::InsertSession(tx, session));
    RETURN_IF_ERROR(store::DropSessionsBeyond(tx, agent_id, kSessionsMax));
    ASSIGN_OR_RETURN(const bool came, ConnectIn(tx, agent, now));
    if (came) RETURN_IF_ERROR(floor_.Save(tx, agent, now));
    return session;
  });
}

Status Presence::SignOfLifeIn(sql::Tx& tx, Agent& agent, Time now) {
  ASSIGN_OR_RETURN(const auto sessions, store::ListSessions(tx, agent.id));
  const auto policy = policy_.Now();
  const bool is_live = std::any_of(sessions.begin(), sessions.end(), [&](const Session& one) {
    return StateOf(*policy, one.heartbeat_time, now, now) == Connection::kLive;
  });
  const bool has_default = std::any_of(sessions.begin(), sessions.end(), [](const Session& one) {
    return one.id == kDefaultSession;
  });
  if (has_default) {
    RETURN_IF_ERROR(store::SaveHeartbeats(tx, {{agent.id, kDefaultSession, now}}));
  } else if (!is_live) {
    RETURN_IF_ERROR(store::InsertSession(tx, {agent.id, kDefaultSession, "", now, now}));
    RETURN_IF_ERROR(store::DropSessionsBeyond(tx, agent.id, kSessionsMax));
  }
  RETURN_IF_ERROR(ConnectIn(tx, agent, now));
  return Ok();
}

void Presence::Note(const SessionKey& session) {
  if (known_.size() >= kKnownMax) known_.clear();
  known_.insert(session);
  heard_of_[session] = clock_.Now();
}

Status Presence::Heartbeat(const std::string& agent_id, const std::string& id) {
  const SessionKey session(agent_id, id);
  bool known = false;
  {
    const std::lock_guard lock(mutex_);
    known = known_.contains(session);
  }
  if (!known) {
    ASSIGN_OR_RETURN(const auto found, database_.Read([&](sql::Tx& tx) {
      return store::FindSession(tx, agent_id, id);
    }));
    if (!found) return NoSession();
  }
  return Take(session);
}

Status Presence::Take(const SessionKey& session) {
  {
    const std::lock_guard lock(mutex_);
    Note(session);
    if (!stopping_) return Ok();
  }
  RETURN_IF_ERROR(WriteHeartbeats());
  return Ok();
}

Status Presence::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  RETURN_IF_ERROR(WriteHeartbeats());
  return Ok();
}

Status Presence::End(const std::string& agent_id, const std::string& id) {
  RETURN_IF_ERROR(
      database_.Transact([&](sql::Tx& tx) { return store::DeleteSession(tx, agent_id, id); }));
  const std::lock_guard lock(mutex_);
  known_.erase({agent_id, id});
  heard_of_.erase({agent_id, id});
  return Ok();
}

Result<std::vector<Session>> Presence::List(const std::string& agent_id) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Session>> {
    RETURN_IF_ERROR(store::LoadAgent(tx, agent_id));
    return store::ListSessions(tx, agent_id);
  });
}

Result<bool> Presence::WriteHeartbeats() {
  std::map<SessionKey, Time> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(heard_of_);
  }
  if (taken.empty()) return false;
  const Status written = Write(taken);
  if (written.ok()) return false;
  // The store is away: what is kept here is true all the same, once it is back.
  const std::lock_guard lock(mutex_);
  for (const auto& [session, time] : taken) heard_of_.try_emplace(session, time);
  return written.error();
}

Status Presence::Write(const std::map<SessionKey, Time>& heartbeats) {
  for (auto next = heartbeats.begin(); next != heartbeats.end();) {
    std::vector<store::Heartbeat> some;
    for (; next != heartbeats.end() && some.size() < kStatementMax; ++next) {
      some.push_back({next->first.first, next->first.second, next->second});
    }
    ASSIGN_OR_RETURN(auto there, database_.Transact(
                                     [&](sql::Tx& tx) { return store::SaveHeartbeats(tx, some); }));
    if (there.size() == some.size()) continue;
    std::sort(there.begin(), there.end());
    const std::lock_guard lock(mutex_);
    for (const store::Heartbeat& one : some) {
      const SessionKey session(one.agent_id, one.session_id);
      if (!std::binary_search(there.begin(), there.end(), session)) known_.erase(session);
    }
  }
  return Ok();
}

}  // namespace muara::routing

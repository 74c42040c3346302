#include "services/routing/app/connections.h"

#include <algorithm>

#include "libs/base/id.h"
#include "services/routing/app/presence.h"
#include "services/routing/store/lost_work.h"
#include "services/routing/store/people.h"
#include "services/routing/store/sessions.h"
#include "services/routing/store/work.h"

namespace muara::routing {
namespace {

constexpr int kMisjudgedMax = 500;
constexpr size_t kTogether = 50;
constexpr int kReleaseMax = 200;
constexpr int kDropMax = 5000;
constexpr Duration kDropEvery = std::chrono::seconds(10);
// A leader that has not looked for so long may have missed what was told meanwhile.
constexpr Duration kGapMax = std::chrono::seconds(5);

}  // namespace

Time Connections::LostBefore(Time now) const {
  const Time before = now - std::chrono::seconds(policy_.Now()->lost_seconds);
  return watched_since_ <= before ? before : Time();
}

Status Connections::Watch(int64_t epoch, Time now) {
  if (epoch != epoch_ || now - stepped_ > kGapMax) watched_since_ = now;
  epoch_ = epoch;
  stepped_ = now;
  ASSIGN_OR_RETURN(const Heard heard,
                   database_.Read([](sql::Tx& tx) { return store::LastHeartbeats(tx); }));
  if (IsOurSilence(*policy_.Now(), heard, now)) watched_since_ = now;
  return Ok();
}

Result<Connection> Connections::Judge(sql::Tx& tx, const std::string& agent_id, Time now) const {
  ASSIGN_OR_RETURN(const auto heard, store::LastHeartbeat(tx, agent_id));
  return ConnectionOf(*policy_.Now(), heard, watched_since_, now);
}

Status Connections::Step(int64_t epoch) {
  const Time now = clock_.Now();
  RETURN_IF_ERROR(Watch(epoch, now));
  const Time suspect = now - std::chrono::seconds(policy_.Now()->suspect_seconds);
  ASSIGN_OR_RETURN(const auto agents, database_.Read([&](sql::Tx& tx) {
    return store::ListMisjudged(tx, suspect, LostBefore(now), kMisjudgedMax);
  }));
  for (size_t at = 0; at < agents.size(); at += kTogether) {
    const auto first = agents.begin() + static_cast<ptrdiff_t>(at);
    const auto last = first + static_cast<ptrdiff_t>(std::min(kTogether, agents.size() - at));
    ASSIGN_OR_RETURN(const auto lost, Settle({first, last}, now));
    // Each in its own transaction, so that no locks are held from one to the next.
    for (const std::string& agent : lost) RETURN_IF_ERROR(Lose(agent, now));
  }
  RETURN_IF_ERROR(Release(now));
  return DropGone(now);
}

Result<std::vector<std::string>> Connections::Settle(const std::vector<std::string>& agents,
                                                     Time now) {
  return database_.Transact([&](sql::Tx& tx) -> Result<std::vector<std::string>> {
    RETURN_IF_ERROR(store::CheckEpoch(tx, epoch_));
    std::vector<std::string> lost;
    for (const std::string& id : agents) {
      ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, id));
      ASSIGN_OR_RETURN(const Connection is, Judge(tx, id, now));
      if (is == agent.connection) continue;
      if (is == Connection::kNone) {
        lost.push_back(id);
        continue;
      }
      if (is == Connection::kLive) RETURN_IF_ERROR(ConnectIn(tx, agent, now));
      if (agent.connection != is) {
        agent.connection = is;
        agent.connection_time = now;
      }
      RETURN_IF_ERROR(floor_.Save(tx, agent, now));
    }
    return lost;
  });
}

// Locks as everybody does: leader, items, offers, agent. While it holds the leader's row no offer
// is made, and who comes back waits for the agent's.
Status Connections::Lose(const std::string& agent_id, Time now) {
  return database_.Transact([&](sql::Tx& tx) -> Status {
    RETURN_IF_ERROR(store::CheckEpoch(tx, epoch_));
    RETURN_IF_ERROR(offers_.LockPendingIn(tx, agent_id));
    ASSIGN_OR_RETURN(Agent agent, store::LoadAgentForChange(tx, agent_id));
    ASSIGN_OR_RETURN(const Connection is, Judge(tx, agent_id, now));
    if (is != Connection::kNone || agent.connection == is) return Ok();
    RETURN_IF_ERROR(offers_.EndAllIn(tx, agent_id, OfferStatus::kLost, "AGENT_LOST", now));
    RETURN_IF_ERROR(KeepForGrace(tx, agent_id, now));
    // One that has come to its end is not shown as one that may still be there.
    RETURN_IF_ERROR(store::DropSessionsOf(tx, agent_id, now));
    ASSIGN_OR_RETURN(agent, store::LoadAgent(tx, agent_id));
    agent.connection = is;
    agent.connection_time = now;
    return floor_.Save(tx, agent, now);
  });
}

Status Connections::KeepForGrace(sql::Tx& tx, const std::string& agent_id, Time now) {
  const auto policy = policy_.Now();
  ASSIGN_OR_RETURN(const auto held, store::ListHeld(tx, agent_id));
  for (const store::Held& one : held) {
    const int grace = policy->GraceOf(one.channel);
    if (grace == 0) continue;
    RETURN_IF_ERROR(store::PutLostWork(tx, {.work_item_id = one.work_item_id, .agent_id = agent_id},
                                       now + std::chrono::seconds(grace)));
  }
  return Ok();
}

Status Connections::Release(Time now) {
  // Its agent may have come back while nobody could hear it.
  if (LostBefore(now) == Time()) return Ok();
  ASSIGN_OR_RETURN(const auto due, database_.Read([&](sql::Tx& tx) {
    return store::ListDueLostWork(tx, now, kReleaseMax);
  }));
  for (const store::LostWork& one : due) {
    RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) -> Status {
      RETURN_IF_ERROR(store::CheckEpoch(tx, epoch_));
      ASSIGN_OR_RETURN(const auto item, store::FindItemForChange(tx, one.work_item_id));
      ASSIGN_OR_RETURN(const Agent agent, store::LoadAgentForChange(tx, one.agent_id));
      const bool holds = item && item->status == ItemStatus::kAssigned &&
                         item->agent_id == agent.id && agent.connection == Connection::kNone;
      if (holds) return store::ReleaseLostWork(tx, one.work_item_id, NewUuid());
      return store::DeleteLostWork(tx, one);
    }));
  }
  return Ok();
}

Status Connections::DropGone(Time now) {
  const Time before = LostBefore(now);
  if (now < drop_at_ || before == Time()) return Ok();
  drop_at_ = now + kDropEvery;
  RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) -> Status {
    RETURN_IF_ERROR(store::CheckEpoch(tx, epoch_));
    RETURN_IF_ERROR(store::DropSessions(tx, before, kDropMax));
    return Ok();
  }));
  return Ok();
}

}  // namespace muara::routing

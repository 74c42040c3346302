// What the leader makes of the heartbeats: who is LIVE, SUSPECT or no longer there, and what
// becomes of the work of those whom it lost. Of the leader's thread.
#pragma once

#include <string>
#include <vector>

#include "services/routing/app/floor.h"
#include "services/routing/app/offers.h"
#include "services/routing/app/policy.h"
#include "services/routing/domain/presence.h"

namespace muara::routing {

class Connections {
 public:
  Connections(sql::Database& database, Floor& floor, Offers& offers, const CurrentPolicy& policy,
              const Clock& clock)
      : database_(database), floor_(floor), offers_(offers), policy_(policy), clock_(clock) {}

  // About once a second, by whoever leads in this epoch; NOT_LEADER where another one has begun.
  // What it does not get to it does next time.
  Status Step(int64_t epoch);

 private:
  // Notes since when heartbeats reach us without a gap.
  Status Watch(int64_t epoch, Time now);
  Result<Connection> Judge(sql::Tx& tx, const std::string& agent_id, Time now) const;
  // Those who are there, or may be. Answers those who are not.
  Result<std::vector<std::string>> Settle(const std::vector<std::string>& agents, Time now);
  // Its pending offers end; the work that it holds stays for the grace of its channel.
  Status Lose(const std::string& agent_id, Time now);
  Status KeepForGrace(sql::Tx& tx, const std::string& agent_id, Time now);
  // What a lost agent has kept for long enough may be taken from it.
  Status Release(Time now);
  Status DropGone(Time now);
  // Whoever was last heard of then or before is lost; Time(): nobody is, yet.
  Time LostBefore(Time now) const;

  sql::Database& database_;
  Floor& floor_;
  Offers& offers_;
  const CurrentPolicy& policy_;
  const Clock& clock_;
  int64_t epoch_ = 0;
  Time stepped_;
  Time watched_since_;
  Time drop_at_;
};

}  // namespace muara::routing

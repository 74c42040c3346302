// Why work is where it is: which rules keep an item and an agent apart, now by the store, or at a
// past moment by the log of facts. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/bus/event_log.h"
#include "services/routing/app/opening_hours.h"
#include "services/routing/app/policy.h"
#include "services/routing/domain/ability.h"
#include "services/routing/domain/lint.h"

namespace muara::routing {

// Loads of agents are known for so long.
constexpr Duration kLoadsKept = std::chrono::hours(24 * 30);

struct Explanation {
  std::string work_item_id;
  std::string agent_id;
  std::vector<Hindrance> hindrances;  // those of ability.h, NOT_WAITING, and for now HELD_BACK
};

struct Explained {
  Time time;
  std::optional<WorkItem> item;  // as asked for, and as it was then
  std::optional<Agent> agent;
  std::optional<int> before;  // items of its queue that go before; only of what waits now
  std::vector<Explanation> explanations;  // the least hindered first, 200 at most
  std::map<std::string, int> counts;      // how many of all that were looked at have a hindrance
  int looked_at = 0;
  int not_listed = 0;  // of those, counted alone
};

class Explanations {
 public:
  Explanations(sql::Database& database, const bus::EventLog& log, const Clock& clock,
               const CurrentPolicy& policy, OpeningHours& hours)
      : database_(database), log_(log), clock_(clock), policy_(policy), hours_(hours) {}

  // An empty id: all that concern the other one; of an item, agents of other queues and all but 200
  // who are not there are counted alone. WORK_ITEM_NOT_FOUND, AGENT_NOT_FOUND: there was no
  // such thing then.
  Result<Explained> Now(const std::string& item_id, const std::string& agent_id);
  // For an item, and one agent or the first 1,000.
  Result<Explained> At(const std::string& item_id, const std::string& agent_id, Time time);
  Result<std::vector<Finding>> Lint();
  // Loads of agents that nobody can ask for any more; true: there are more.
  Result<bool> DropOldLoads();

 private:
  Status AddHolds(sql::Tx& tx, Explained& explained, const std::vector<WorkItem>& items,
                  const std::vector<Agent>& agents, Time now);

  sql::Database& database_;
  const bus::EventLog& log_;
  const Clock& clock_;
  const CurrentPolicy& policy_;
  OpeningHours& hours_;
};

}  // namespace muara::routing

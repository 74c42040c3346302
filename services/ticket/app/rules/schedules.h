// Rules that a time sets off: each looks at each ticket once for every time from which it counts.
// Thread-safe; of several replicas one is at a schedule.
#pragma once

#include "services/ticket/app/rules/rule_engine.h"
#include "services/ticket/store/rules/schedules.h"

namespace muara::ticket {

// Keeps since when a ticket has its status, in the ticket's own transaction.
class StatusTimes final : public Follower {
 public:
  muara::Status Follow(sql::Tx& tx, const Entry& entry, Time now) override {
    return store::NoteStatus(tx, entry.ticket, now);
  }
};

// A change may commit so long after the time that it writes; a schedule must not have passed it.
constexpr Duration kScheduleSlack = std::chrono::seconds(15);

class Schedules {
 public:
  Schedules(sql::Database& database, const Clock& clock, RuleBook& book, RuleEngine& engine)
      : database_(database), clock_(clock), book_(book), engine_(engine) {}

  // Asks each schedule of the tickets that it has reached, at most 100; answers how many. Writes
  // nothing where none has reached any. One that fails is tried again later and later.
  Result<int> RunDue();
  // When the next ticket is reached by any.
  Result<std::optional<Time>> NextDue();
  // Forgets what rules did more than 30 days ago, at most 1000 at once; answers how many.
  Result<int64_t> Prune();

 private:
  // Rules that have a ticket ahead of them, and when they reach it.
  Result<std::vector<Due<Rule>>> ListAhead();
  Result<int> RunIn(sql::Tx& tx, const Rule& rule);
  muara::Status AskIn(sql::Tx& tx, const Rule& rule, const store::SchedulePlace& place);

  sql::Database& database_;
  const Clock& clock_;
  RuleBook& book_;
  RuleEngine& engine_;
  Aside failing_{"a rule's schedule steps aside"};
};

}  // namespace muara::ticket

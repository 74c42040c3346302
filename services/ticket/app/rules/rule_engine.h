// Asks the rules of a fact, or of a ticket whose time has come, and does what they say: in the
// caller's transaction, so that all effects of one fact are there once or not at all. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/app/rules/acting.h"
#include "services/ticket/app/rules/rule_book.h"
#include "services/ticket/domain/rules/happening.h"

namespace muara::ticket {

// What sets off a rule.
struct Spark {
  TicketId ticket_id;
  const Happening* happening = nullptr;  // none: a time
  std::string event_id;                  // or another name of the occasion
  std::vector<std::string> rules;        // that led to it
  std::string root;
};

class RuleEngine {
 public:
  RuleEngine(const Journal& journal, const QueuePolicies& policies, const Clock& clock,
             RuleBook& book)
      : acting_(journal, policies), clock_(clock), book_(book) {}

  // Every enabled rule that this fact sets off, in order. What an action may not do is written
  // down; an error is trouble of ours, and nothing is done.
  muara::Status ReactIn(sql::Tx& tx, const Happening& happening);
  // One rule; does it run?
  Result<bool> AskIn(sql::Tx& tx, const Rule& rule, const Spark& spark);

 private:
  Result<bool> HoldsIn(sql::Tx& tx, const Rule& rule, const Spark& spark, Time now) const;
  Result<RunOutcome> DecideIn(sql::Tx& tx, const Rule& rule, const Spark& spark) const;
  Result<std::vector<ActionResult>> DoIn(sql::Tx& tx, const Rule& rule, const Spark& spark,
                                         Time now) const;
  static muara::Status WriteIn(sql::Tx& tx, const Rule& rule, const Spark& spark,
                               RunOutcome outcome, std::vector<ActionResult> results, Time now);

  const Acting acting_;
  const Clock& clock_;
  RuleBook& book_;
};

// What its conditions may look at besides the ticket itself: nothing where none does.
Result<std::vector<std::string>> DomainsIn(sql::Tx& tx, const Rule& rule, const Ticket& ticket);

}  // namespace muara::ticket

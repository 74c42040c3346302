// Which rules there are, in which order, and what they did. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/app/rules/rule_book.h"
#include "services/ticket/app/settings/queue_policies.h"

namespace muara::ticket {

class Rules {
 public:
  Rules(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // RULE_NOT_FOUND.
  Result<Rule> Get(const std::string& id);
  // In their order, after this one.
  Result<RuleList> List(int limit, const store::RulePlace& after);
  // A new one comes last; another keeps its place. INVALID_FIELDS, TOO_MANY_RULES.
  Result<Rule> Put(const Edit& edit, Rule rule);
  muara::Status Delete(const Edit& edit, const std::string& id);
  // To this place, 1 the first; beyond the end: the last. Answers with all.
  Result<RuleList> Move(const Edit& edit, const std::string& id, int position);
  // As a rule that is to be saved or tried.
  muara::Status Check(const Rule& rule);

  Result<std::vector<RuleRun>> ListRuns(const std::string& ticket_id, const std::string& rule_id,
                                        int limit, const std::optional<RunPlace>& before);

 private:
  muara::Status PlaceIn(sql::Tx& tx, const Edit& edit, const RuleList& before, RuleList& now,
                        Time time);

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
};

}  // namespace muara::ticket

// Rules in their order, what they did, and how far schedules have come, in the caller's
// transaction. A rule's conditions and actions are bytes here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/rules/run.h"

namespace muara::ticket::store {

// After the tables of tickets.
muara::Status MigrateRules(sql::Database& database);

struct RuleRow {
  std::string id;
  int position = 0;
  bool enabled = true;
  Time since = {};
  int version = 0;
  std::string definition = "";
};

// Grows with every change of any rule.
Result<int64_t> RulesVersion(sql::Tx& tx);
// For a change of any: one after the other.
muara::Status LockRules(sql::Tx& tx);
// All, in their order.
Result<std::vector<RuleRow>> ListRules(sql::Tx& tx);
struct RulePlace {
  int position = 0;  // before the first one
  std::string id;
};
// So many after this one.
Result<std::vector<RuleRow>> ListRules(sql::Tx& tx, int limit, const RulePlace& after);
// Instead of the version before it, or as a new one.
muara::Status SaveRule(sql::Tx& tx, const RuleRow& row);
// With the place of its schedule; what it did stays.
muara::Status DeleteRule(sql::Tx& tx, const std::string& id);

// False: it is written down already.
Result<bool> InsertRun(sql::Tx& tx, const RuleRun& run);
Result<int> CountRunsOfRoot(sql::Tx& tx, const std::string& root);
// Of a ticket, a rule or both (empty: any), newest first, before this one.
Result<std::vector<RuleRun>> ListRuns(sql::Tx& tx, const std::string& ticket_id,
                                      const std::string& rule_id, int limit,
                                      const std::optional<RunPlace>& before);
// The run that changed this ticket at that time, if a rule did.
Result<std::optional<RuleRun>> FindRunAt(sql::Tx& tx, const TicketId& ticket, Time time);
// At most `limit` that are older; how many went. One that set a time which its ticket still has is
// kept with that, for schedules that reach it later.
Result<int64_t> PruneRuns(sql::Tx& tx, Time before, int limit);
// Rules' replies on a ticket since then.
Result<int> CountMachineReplies(sql::Tx& tx, const TicketId& ticket, Time since);

}  // namespace muara::ticket::store

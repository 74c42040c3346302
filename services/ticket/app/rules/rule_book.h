// The rules as a transaction sees them, read again only when one was changed. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/store/rules/rules.h"

namespace muara::ticket {

using RuleList = std::vector<Rule>;

Result<Rule> RuleOf(const store::RuleRow& row);
store::RuleRow RowOf(const Rule& rule);
Result<RuleList> ReadRules(sql::Tx& tx);
Result<RuleList> RulesOf(const std::vector<store::RuleRow>& rows);

class RuleBook {
 public:
  // In their order. Not for a transaction that changes rules itself.
  Result<std::shared_ptr<const RuleList>> In(sql::Tx& tx);

 private:
  std::mutex mutex_;
  int64_t version_ = -1;
  std::shared_ptr<const RuleList> rules_;
};

}  // namespace muara::ticket

#include "services/ticket/app/rules/rule_book.h"

#include "services/ticket/wire/rules.h"

namespace muara::ticket {

Result<Rule> RuleOf(const store::RuleRow& row) {
  ASSIGN_OR_RETURN(Rule rule, wire::UnpackRule(row.definition));
  rule.id = row.id;
  rule.position = row.position;
  rule.enabled = row.enabled;
  rule.since = row.since;
  rule.version = row.version;
  return rule;
}

store::RuleRow RowOf(const Rule& rule) {
  return {rule.id, rule.position, rule.enabled, rule.since, rule.version, wire::Pack(rule)};
}

Result<RuleList> ReadRules(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const auto rows, store::ListRules(tx));
  return RulesOf(rows);
}

Result<RuleList> RulesOf(const std::vector<store::RuleRow>& rows) {
  RuleList rules;
  for (const store::RuleRow& row : rows) {
    ASSIGN_OR_RETURN(Rule rule, RuleOf(row));
    rules.push_back(std::move(rule));
  }
  return rules;
}

Result<std::shared_ptr<const RuleList>> RuleBook::In(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const int64_t version, store::RulesVersion(tx));
  {
    const std::lock_guard lock(mutex_);
    if (rules_ != nullptr && version_ == version) return rules_;
  }
  ASSIGN_OR_RETURN(RuleList read, ReadRules(tx));
  auto rules = std::make_shared<const RuleList>(std::move(read));
  const std::lock_guard lock(mutex_);
  version_ = version;
  rules_ = rules;
  return rules;
}

}  // namespace muara::ticket

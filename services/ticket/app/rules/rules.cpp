#include "services/ticket/app/rules/rules.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "services/ticket/app/rules/vocabulary.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

Error NotFound() { return MakeError(Code::kNotFound, "RULE_NOT_FOUND", "there is no such rule"); }

RuleList::iterator Find(RuleList& rules, const std::string& id) {
  return std::find_if(rules.begin(), rules.end(), [&](const Rule& one) { return one.id == id; });
}

wire::Cause ByAdmin(const Edit& edit) { return {edit.actor, "ADMIN", ""}; }

}  // namespace

Result<Rule> Rules::Get(const std::string& id) {
  ASSIGN_OR_RETURN(RuleList rules, database_.Read(ReadRules));
  const auto found = Find(rules, id);
  if (found == rules.end()) return NotFound();
  return *found;
}

Result<RuleList> Rules::List(int limit, const store::RulePlace& after) {
  return database_.Read([&](sql::Tx& tx) -> Result<RuleList> {
    ASSIGN_OR_RETURN(const auto rows, store::ListRules(tx, limit, after));
    return RulesOf(rows);
  });
}

muara::Status Rules::Check(const Rule& rule) {
  return database_.Read([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const Vocabulary vocabulary, VocabularyIn(tx, rule.actions, ""));
    return Validate(rule, vocabulary);
  });
}

Result<Rule> Rules::Put(const Edit& edit, Rule rule) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Rule> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    RETURN_IF_ERROR(store::LockRules(tx));
    ASSIGN_OR_RETURN(RuleList rules, ReadRules(tx));
    const auto found = Find(rules, rule.id);
    const bool is_new = found == rules.end();
    if (!first && is_new) return NotFound();
    if (!first) return *found;
    ASSIGN_OR_RETURN(const Vocabulary vocabulary, VocabularyIn(tx, rule.actions, ""));
    RETURN_IF_ERROR(Validate(rule, vocabulary));
    RETURN_IF_ERROR(CheckVersion(is_new ? 0 : found->version, edit.expected_version));
    if (is_new && rules.size() >= kRuleCountMax) {
      return MakeError(Code::kResourceExhausted, "TOO_MANY_RULES", "there are 500 rules already");
    }
    const bool was_enabled = !is_new && found->enabled;
    rule.position = is_new ? static_cast<int>(rules.size()) + 1 : found->position;
    rule.since = was_enabled ? found->since : now;
    rule.version = is_new ? 1 : found->version + 1;
    RETURN_IF_ERROR(store::SaveRule(tx, RowOf(rule)));
    RETURN_IF_ERROR(log_.Append(tx, wire::RuleChanged(rule, ByAdmin(edit)), now));
    return rule;
  });
}

muara::Status Rules::Delete(const Edit& edit, const std::string& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    if (!first) return Ok();
    RETURN_IF_ERROR(store::LockRules(tx));
    ASSIGN_OR_RETURN(const RuleList before, ReadRules(tx));
    RuleList rules = before;
    const auto found = Find(rules, id);
    if (found == rules.end()) return NotFound();
    RETURN_IF_ERROR(CheckVersion(found->version, edit.expected_version));
    const Rule gone = *found;
    rules.erase(found);
    RETURN_IF_ERROR(store::DeleteRule(tx, id));
    RETURN_IF_ERROR(log_.Append(tx, wire::RuleDeleted(gone, ByAdmin(edit)), now));
    return PlaceIn(tx, edit, before, rules, now);
  });
}

Result<RuleList> Rules::Move(const Edit& edit, const std::string& id, int position) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<RuleList> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    RETURN_IF_ERROR(store::LockRules(tx));
    ASSIGN_OR_RETURN(const RuleList before, ReadRules(tx));
    if (!first) return before;
    RuleList rules = before;
    const auto found = Find(rules, id);
    if (found == rules.end()) return NotFound();
    RETURN_IF_ERROR(CheckVersion(found->version, edit.expected_version));
    const Rule moved = *found;
    rules.erase(found);
    const auto place = std::clamp<int64_t>(position - 1, 0, static_cast<int64_t>(rules.size()));
    rules.insert(rules.begin() + place, moved);
    RETURN_IF_ERROR(PlaceIn(tx, edit, before, rules, now));
    return rules;
  });
}

// Numbers them as they stand; whose number is another now has changed.
muara::Status Rules::PlaceIn(sql::Tx& tx, const Edit& edit, const RuleList& before, RuleList& now,
                             Time time) {
  for (size_t i = 0; i < now.size(); ++i) {
    Rule& rule = now[i];
    const auto was = std::find_if(before.begin(), before.end(),
                                  [&](const Rule& one) { return one.id == rule.id; });
    rule.position = static_cast<int>(i) + 1;
    if (was != before.end() && was->position == rule.position) continue;
    ++rule.version;
    RETURN_IF_ERROR(store::SaveRule(tx, RowOf(rule)));
    RETURN_IF_ERROR(log_.Append(tx, wire::RuleChanged(rule, ByAdmin(edit)), time));
  }
  return Ok();
}

Result<std::vector<RuleRun>> Rules::ListRuns(const std::string& ticket_id,
                                             const std::string& rule_id, int limit,
                                             const std::optional<RunPlace>& before) {
  return database_.Read(
      [&](sql::Tx& tx) { return store::ListRuns(tx, ticket_id, rule_id, limit, before); });
}

}  // namespace muara::ticket

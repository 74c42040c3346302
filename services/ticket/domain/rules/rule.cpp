#include "services/ticket/domain/rules/rule.h"

#include <algorithm>

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

bool Has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

void CheckOccasion(std::vector<Violation>& out, const Rule& rule, const Vocabulary& vocabulary) {
  if (rule.triggers.empty() == !rule.schedule) {
    out.push_back({"triggers", "either facts or a schedule set off a rule"});
  }
  if (rule.triggers.size() > kTriggersMax) out.push_back({"triggers", "are over 50"});
  for (size_t i = 0; i < rule.triggers.size() && i < kTriggersMax; ++i) {
    if (Has(vocabulary.facts, rule.triggers[i])) continue;
    out.push_back({"triggers[" + std::to_string(i) + "]", "is no fact of a ticket"});
  }
  if (!rule.schedule) return;
  if (rule.schedule->from < TimeBase::kCreated || rule.schedule->from > TimeBase::kUpdated) {
    out.push_back({"schedule.from", "is unknown"});
  }
  if (rule.schedule->after < std::chrono::seconds(1) || rule.schedule->after > kScheduleMax) {
    out.push_back({"schedule.after_seconds", "is not 1 s to 366 days"});
  }
}

}  // namespace

bool Rule::IsTriggeredBy(const std::string& fact) const { return Has(triggers, fact); }

muara::Status Validate(const Rule& rule, const Vocabulary& vocabulary) {
  std::vector<Violation> out;
  if (!IsSlug(rule.id)) out.push_back({"id", "is not 1 to 64 of a-z 0-9 and '-'"});
  if (rule.name.empty() || rule.name.size() > kRuleNameBytesMax) {
    out.push_back({"name", "is not 1 to 100 bytes"});
  }
  if (rule.description.size() > kRuleDescriptionBytesMax) {
    out.push_back({"description", "is longer than 1000 bytes"});
  }
  CheckOccasion(out, rule, vocabulary);
  CheckGroups(out, rule.groups, vocabulary, rule.schedule ? Occasion::kTime : Occasion::kFact);
  CheckActions(out, rule.actions, vocabulary);
  if (!out.empty()) return InvalidFields(std::move(out));
  return Ok();
}

bool MayFollow(const std::string& rule_id, const std::vector<std::string>& chain) {
  return chain.size() < kChainMax && !Has(chain, rule_id);
}

}  // namespace muara::ticket

// What makes no sense in a condition, said when it is saved.
#include <algorithm>

#include "services/ticket/domain/rules/condition.h"
#include "services/ticket/domain/rules/numbers.h"

namespace muara::ticket {
namespace {

constexpr double kHoursMax = 24 * 3660;

bool Takes(FieldKind kind, Operator op) {
  using K = FieldKind;
  const bool is_text = kind == K::kText;
  const bool has_order = kind == K::kNumber || kind == K::kLevel;
  switch (op) {
    case Operator::kIs:
    case Operator::kIsNot:
    case Operator::kChangedTo:
      return kind != K::kTime;
    case Operator::kAnyOf:
      return kind != K::kTime && kind != K::kBoolean;
    case Operator::kContains:
    case Operator::kContainsWord:
    case Operator::kStartsWith:
      return is_text;
    case Operator::kLess:
    case Operator::kGreater:
      return has_order;
    case Operator::kBeforeHoursAgo:
    case Operator::kAfterHoursAgo:
      return kind == K::kTime;
    case Operator::kIsSet:
    case Operator::kIsNotSet:
      return kind != K::kBoolean;
    case Operator::kChanged:
      return true;
  }
  return false;
}

// How many values an operator takes, at most; at least that many, but for lists.
size_t ValuesMax(Operator op) {
  switch (op) {
    case Operator::kIsSet:
    case Operator::kIsNotSet:
    case Operator::kChanged:
      return 0;
    case Operator::kAnyOf:
    case Operator::kContains:
    case Operator::kContainsWord:
    case Operator::kStartsWith:
      return kConditionValuesMax;
    case Operator::kIs:
    case Operator::kIsNot:
    case Operator::kLess:
    case Operator::kGreater:
    case Operator::kBeforeHoursAgo:
    case Operator::kAfterHoursAgo:
    case Operator::kChangedTo:
      return 1;
  }
  return 0;
}

// What is wrong with one value; empty: nothing.
std::string ProblemOf(const FieldSpec& spec, Operator op, const std::string& value) {
  if (value.size() > kConditionValueBytesMax) return "one is longer than 320 bytes";
  const bool is_hours = op == Operator::kBeforeHoursAgo || op == Operator::kAfterHoursAgo;
  if (is_hours || spec.kind == FieldKind::kNumber) {
    const auto number = NumberIn(value);
    if (!number) return "'" + value + "' is no number";
    return is_hours && (*number < 0 || *number > kHoursMax) ? "is not 0 to 87840 hours" : "";
  }
  if (spec.kind == FieldKind::kBoolean) {
    return value == "true" || value == "false" ? "" : "'" + value + "' is not true or false";
  }
  const bool is_part =
      op == Operator::kContains || op == Operator::kContainsWord || op == Operator::kStartsWith;
  if (is_part && value.empty()) return "one is empty";
  if (spec.codes.empty() || value.empty()) return "";
  const bool known = std::find(spec.codes.begin(), spec.codes.end(), value) != spec.codes.end();
  return known ? "" : "'" + value + "' is none of its values";
}

std::optional<FieldSpec> FindSpec(const std::string& field, const Vocabulary& vocabulary) {
  if (const FieldSpec* spec = FindFieldSpec(field)) {
    FieldSpec found = *spec;
    if (field == "fact.type") found.codes = vocabulary.facts;
    return found;
  }
  for (const CustomField& one : vocabulary.fields) {
    if (kDeclaredPrefix + one.key == field) return SpecOf(one);
  }
  return std::nullopt;
}

void CheckCondition(std::vector<Violation>& out, const std::string& place,
                    const Condition& condition, const Vocabulary& vocabulary, Occasion occasion) {
  const auto spec = FindSpec(condition.field, vocabulary);
  if (!spec) {
    out.push_back({place + ".field", "there is no field '" + condition.field.substr(0, 100) + "'"});
    return;
  }
  const bool is_known = condition.op >= Operator::kIs && condition.op <= Operator::kChangedTo;
  if (!is_known || !Takes(spec->kind, condition.op)) {
    out.push_back({place + ".operator", "is none for " + condition.field});
    return;
  }
  const bool of_change = condition.op == Operator::kChanged || condition.op == Operator::kChangedTo;
  if (occasion == Occasion::kTime && (of_change || spec->scope != FieldScope::kTicket)) {
    out.push_back({place, "a schedule has no fact to look at"});
  }
  if (of_change && spec->scope != FieldScope::kTicket) {
    out.push_back({place + ".operator", "is for fields of the ticket alone"});
  }
  const size_t most = ValuesMax(condition.op);
  const size_t least = std::min<size_t>(most, 1);
  if (condition.values.size() < least || condition.values.size() > most) {
    out.push_back({place + ".values", most == 0   ? "takes none"
                                      : most == 1 ? "takes one"
                                                  : "takes 1 to 50"});
    return;
  }
  for (const std::string& value : condition.values) {
    const std::string problem = ProblemOf(*spec, condition.op, value);
    if (!problem.empty()) out.push_back({place + ".values", problem});
  }
}

void CheckGroup(std::vector<Violation>& out, const std::string& place, const ConditionGroup& group,
                const Vocabulary& vocabulary, Occasion occasion) {
  if (group.match < Match::kAll || group.match > Match::kNone) {
    out.push_back({place + ".match", "is unknown"});
  }
  if (group.conditions.empty() && group.groups.empty()) out.push_back({place, "is empty"});
  if (group.conditions.size() > kConditionsMax) {
    out.push_back({place + ".conditions", "are over 50"});
    return;
  }
  for (size_t i = 0; i < group.conditions.size(); ++i) {
    CheckCondition(out, place + ".conditions[" + std::to_string(i) + "]", group.conditions[i],
                   vocabulary, occasion);
  }
}

}  // namespace

void CheckGroups(std::vector<Violation>& out, const std::vector<ConditionGroup>& groups,
                 const Vocabulary& vocabulary, Occasion occasion) {
  if (groups.size() > kGroupsMax) {
    out.push_back({"groups", "are over 20"});
    return;
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    const std::string place = "groups[" + std::to_string(i) + "]";
    CheckGroup(out, place, groups[i], vocabulary, occasion);
    if (groups[i].groups.size() > kGroupsMax) out.push_back({place + ".groups", "are over 20"});
    for (size_t j = 0; j < groups[i].groups.size() && j < kGroupsMax; ++j) {
      const std::string inner = place + ".groups[" + std::to_string(j) + "]";
      CheckGroup(out, inner, groups[i].groups[j], vocabulary, occasion);
      if (!groups[i].groups[j].groups.empty()) {
        out.push_back({inner + ".groups", "groups are nested once"});
      }
    }
  }
}

}  // namespace muara::ticket

#include "services/ticket/domain/rules/condition.h"

#include <algorithm>
#include <cmath>

#include "libs/language/folding.h"
#include "libs/language/words.h"
#include "services/ticket/domain/rules/numbers.h"

namespace muara::ticket {
namespace {

constexpr size_t kSeenBytesMax = 100;

Seen Read(const std::string& field, const Subject& subject) {
  if (field.starts_with(kDeclaredPrefix)) {
    return ReadDeclared(subject.ticket, field.substr(std::string(kDeclaredPrefix).size()));
  }
  const FieldSpec* spec = FindFieldSpec(field);
  return spec == nullptr ? Seen{} : spec->read(subject);
}

FieldKind KindOf(const std::string& field, const Subject& subject) {
  if (const FieldSpec* spec = FindFieldSpec(field)) return spec->kind;
  for (const FieldValue& one : subject.ticket.fields) {
    if (kDeclaredPrefix + one.key != field) continue;
    CustomField declared;
    declared.type = one.type;
    return SpecOf(declared).kind;
  }
  return FieldKind::kCode;
}

// One value against what the field holds.
bool Equals(FieldKind kind, const Seen& seen, const std::string& value) {
  switch (kind) {
    case FieldKind::kCode:
    case FieldKind::kLevel:
    case FieldKind::kSet:
      if (!seen.set) return value.empty();
      return std::find(seen.texts.begin(), seen.texts.end(), value) != seen.texts.end();
    case FieldKind::kText:
      if (!seen.set) return value.empty();
      return FoldText(seen.texts[0]) == FoldText(value);
    case FieldKind::kNumber:
      return seen.set && NumberIn(value) == seen.number;
    case FieldKind::kBoolean:
      return seen.set && (value == "true") == (seen.number != 0);
    case FieldKind::kTime:
      return false;
  }
  return false;
}

template <class Test>
bool Any(const std::vector<std::string>& values, const Test& test) {
  return std::any_of(values.begin(), values.end(), test);
}

bool EqualsAny(FieldKind kind, const Seen& seen, const std::vector<std::string>& values) {
  return Any(values, [&](const std::string& value) { return Equals(kind, seen, value); });
}

const std::string& Folded(const std::string& field, const Seen& seen, const Subject& subject) {
  const auto found = subject.folded.find(field);
  if (found != subject.folded.end()) return found->second;
  return subject.folded[field] = FoldText(seen.texts[0]);
}

bool TextHolds(Operator op, const std::string& text, const std::vector<std::string>& values) {
  return Any(values, [&](const std::string& value) {
    const std::string wanted = FoldText(value);
    if (wanted.empty()) return false;
    if (op == Operator::kStartsWith) return text.starts_with(wanted);
    if (op == Operator::kContainsWord) return HasWord(text, wanted);
    return text.find(wanted) != std::string::npos;
  });
}

double Compared(const std::string& field, const std::string& value) {
  const FieldSpec* spec = FindFieldSpec(field);
  if (spec == nullptr || spec->kind != FieldKind::kLevel) return NumberIn(value).value_or(NAN);
  const auto found = std::find(spec->codes.begin(), spec->codes.end(), value);
  return static_cast<double>(found - spec->codes.begin() + 1);
}

bool IsOlder(const Seen& seen, const std::string& hours, Time now) {
  const double micros = NumberIn(hours).value_or(0) * 3600e6;
  return seen.time < now - Duration(static_cast<int64_t>(micros));
}

bool HasChanged(const std::string& field, const Subject& subject) {
  if (subject.happening == nullptr) return false;
  const auto& changed = subject.happening->changed;
  return std::find(changed.begin(), changed.end(), field) != changed.end();
}

std::string Show(const Condition& condition, const Subject& subject) {
  const FieldKind kind = KindOf(condition.field, subject);
  const Seen seen = Read(condition.field, subject);
  if (!seen.set) return "not set";
  switch (kind) {
    case FieldKind::kText:
      return "";
    case FieldKind::kNumber:
      return ShowNumber(seen.number);
    case FieldKind::kBoolean:
      return seen.number != 0 ? "true" : "false";
    case FieldKind::kTime:
      return ToRfc3339(seen.time);
    case FieldKind::kCode:
    case FieldKind::kLevel:
    case FieldKind::kSet:
      break;
  }
  std::string all;
  for (const std::string& text : seen.texts) {
    if (all.size() + text.size() > kSeenBytesMax) break;
    all += (all.empty() ? "" : ", ") + text;
  }
  return all;
}

Failure At(const std::string& place, const Condition& condition, const Subject& subject) {
  return {place, condition.field, condition.op, Show(condition, subject)};
}

std::optional<Failure> FailureOf(const ConditionGroup& group, const std::string& place,
                                 const Subject& subject);

// Each member of a group by its place: does it hold?
template <class Visit>
void ForEach(const ConditionGroup& group, const std::string& place, const Subject& subject,
             const Visit& visit) {
  for (size_t i = 0; i < group.conditions.size(); ++i) {
    const std::string at = place + ".conditions[" + std::to_string(i) + "]";
    const bool holds = Holds(group.conditions[i], subject);
    if (!visit(holds, At(at, group.conditions[i], subject))) return;
  }
  for (size_t i = 0; i < group.groups.size(); ++i) {
    const std::string at = place + ".groups[" + std::to_string(i) + "]";
    const auto failure = FailureOf(group.groups[i], at, subject);
    if (!visit(!failure, failure.value_or(Failure{at}))) return;
  }
}

std::optional<Failure> FailureOf(const ConditionGroup& group, const std::string& place,
                                 const Subject& subject) {
  std::optional<Failure> failure;
  if (group.match == Match::kAny) {
    failure = Failure{place};
    ForEach(group, place, subject, [&](bool holds, const Failure&) {
      if (holds) failure.reset();
      return !holds;
    });
    return failure;
  }
  const bool wanted = group.match == Match::kAll;
  ForEach(group, place, subject, [&](bool holds, const Failure& one) {
    if (holds != wanted) failure = one;
    return holds == wanted;
  });
  return failure;
}

}  // namespace

bool Holds(const Condition& condition, const Subject& subject) {
  const Seen seen = Read(condition.field, subject);
  const FieldKind kind = KindOf(condition.field, subject);
  const auto& values = condition.values;
  const std::string first = values.empty() ? "" : values[0];
  switch (condition.op) {
    case Operator::kIs:
    case Operator::kAnyOf:
      return EqualsAny(kind, seen, values);
    case Operator::kIsNot:
      return !EqualsAny(kind, seen, values);
    case Operator::kContains:
    case Operator::kContainsWord:
    case Operator::kStartsWith:
      return seen.set && kind == FieldKind::kText &&
             TextHolds(condition.op, Folded(condition.field, seen, subject), values);
    case Operator::kLess:
      return seen.set && seen.number < Compared(condition.field, first);
    case Operator::kGreater:
      return seen.set && seen.number > Compared(condition.field, first);
    case Operator::kBeforeHoursAgo:
      return seen.set && IsOlder(seen, first, subject.now);
    case Operator::kAfterHoursAgo:
      return seen.set && !IsOlder(seen, first, subject.now);
    case Operator::kIsSet:
      return seen.set;
    case Operator::kIsNotSet:
      return !seen.set;
    case Operator::kChanged:
      return HasChanged(condition.field, subject);
    case Operator::kChangedTo:
      return HasChanged(condition.field, subject) && EqualsAny(kind, seen, values);
  }
  return false;
}

std::optional<Failure> FirstFailure(const std::vector<ConditionGroup>& groups,
                                    const Subject& subject) {
  for (size_t i = 0; i < groups.size(); ++i) {
    auto failure = FailureOf(groups[i], "groups[" + std::to_string(i) + "]", subject);
    if (failure) return failure;
  }
  return std::nullopt;
}

bool LooksAt(const std::vector<ConditionGroup>& groups, const std::string& field) {
  return std::any_of(groups.begin(), groups.end(), [&](const ConditionGroup& group) {
    return std::any_of(group.conditions.begin(), group.conditions.end(),
                       [&](const Condition& one) { return one.field == field; }) ||
           LooksAt(group.groups, field);
  });
}

}  // namespace muara::ticket

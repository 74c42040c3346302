// Conditions of rules, and what they say of a ticket: yes, or which of them does not hold. Pure;
// words are found by plain comparison, so that no text can make it slow.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/rules/fields.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class Operator {
  kIs = 1,
  kIsNot = 2,
  kAnyOf = 3,
  kContains = 4,
  kContainsWord = 5,
  kStartsWith = 6,
  kLess = 7,
  kGreater = 8,
  kBeforeHoursAgo = 9,  // longer ago than so many hours
  kAfterHoursAgo = 10,  // not so long ago
  kIsSet = 11,
  kIsNotSet = 12,
  kChanged = 13,  // by this fact
  kChangedTo = 14,
};
enum class Match { kAll = 1, kAny = 2, kNone = 3 };

constexpr size_t kGroupsMax = 20;           // of a rule, and within a group
constexpr size_t kConditionsMax = 50;       // of a group
constexpr size_t kConditionValuesMax = 50;  // of a condition
constexpr size_t kConditionValueBytesMax = 320;

struct Condition {
  std::string field;
  Operator op = Operator::kIs;
  std::vector<std::string> values = {};
};

struct ConditionGroup {
  Match match = Match::kAll;
  std::vector<Condition> conditions = {};
  std::vector<ConditionGroup> groups = {};  // which have none themselves
};

// What can be named in rules.
struct Vocabulary {
  std::vector<CustomField> fields = {};          // declared for tickets
  std::vector<std::string> facts = {};           // that can be followed
  std::vector<std::string> status_names = {};    // that can be given
  std::vector<std::string> canned_replies = {};  // ids
};

enum class Occasion { kFact, kTime };

// Adds what makes no sense, by its place: "groups[0].conditions[2].operator".
void CheckGroups(std::vector<Violation>& out, const std::vector<ConditionGroup>& groups,
                 const Vocabulary& vocabulary, Occasion occasion);

// Which condition decided that it does not hold.
struct Failure {
  std::string place;  // "groups[0].conditions[2]", or a group of which none holds
  std::string field = "";
  std::optional<Operator> op = {};
  std::string seen = "";  // codes, numbers and times alone: never what people wrote
};

// All groups have to hold; nothing: they do.
std::optional<Failure> FirstFailure(const std::vector<ConditionGroup>& groups,
                                    const Subject& subject);
bool Holds(const Condition& condition, const Subject& subject);
// Does any condition look at this field?
bool LooksAt(const std::vector<ConditionGroup>& groups, const std::string& field);

}  // namespace muara::ticket

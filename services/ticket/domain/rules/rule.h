// A rule: when something happens to a ticket, or a time has passed, and the conditions hold, these
// actions are done. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ticket/domain/rules/action.h"

namespace muara::ticket {

// The time of a ticket from which a schedule counts. Numbers as on the wire and in the store.
enum class TimeBase {
  kCreated = 1,
  kLastInbound = 2,
  kLastOutbound = 3,
  kStatusChanged = 4,
  kResolved = 5,
  kUpdated = 6,
};

constexpr size_t kRuleCountMax = 500;
constexpr size_t kTriggersMax = 50;
constexpr size_t kRuleNameBytesMax = 100;
constexpr size_t kRuleDescriptionBytesMax = 1000;
constexpr Duration kScheduleMax = std::chrono::hours(24 * 366);
// How long a line of rules that set off each other may be.
constexpr size_t kChainMax = 10;

struct RuleSchedule {
  TimeBase from = TimeBase::kCreated;
  Duration after{0};
};

struct Rule {
  std::string id;
  std::string name;
  std::string description;
  int position = 0;  // 1, 2, 3 ... in the order in which rules are asked
  bool enabled = true;
  std::vector<std::string> triggers;  // types of facts; empty for a schedule
  std::optional<RuleSchedule> schedule;
  std::vector<ConditionGroup> groups;
  std::vector<Action> actions;
  bool stop_after = false;  // once it has run, later rules are not asked of the same fact
  Time since;               // facts before it was enabled are not its business
  int version = 0;          // 0: there is none yet

  bool IsTriggeredBy(const std::string& fact) const;
};

// Every field that makes no sense, named by its place.
muara::Status Validate(const Rule& rule, const Vocabulary& vocabulary);

// Whether what these rules led to may set off this one: not again, and not for ever.
bool MayFollow(const std::string& rule_id, const std::vector<std::string>& chain);

}  // namespace muara::ticket

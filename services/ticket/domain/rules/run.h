// What became of a rule that was asked: what it did, or why it did nothing.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/rules/rule.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class RunOutcome { kRan = 1, kGuarded = 2, kLimited = 3, kStopped = 4 };
enum class ActionOutcome { kDone = 1, kUnchanged = 2, kRefused = 3 };

// Runs that may come of one fact, however rules set off each other.
constexpr int kRunsOfRootMax = 50;
constexpr Duration kRunsKept = std::chrono::hours(24 * 30);

struct ActionResult {
  ActionKind kind = ActionKind::kAssign;
  ActionOutcome outcome = ActionOutcome::kDone;
  std::string reason = "";
};

struct RuleRun {
  std::string id;
  std::string rule_id;
  TicketId ticket_id;
  Time time;
  std::string fact;      // empty: a time set it off
  std::string event_id;  // or another name of the occasion
  RunOutcome outcome = RunOutcome::kRan;
  std::vector<ActionResult> results;
  std::vector<std::string> rules;  // that led to it
  std::string root;                // the event that set off the first of them
};

// Where a page of them begins: before this one.
struct RunPlace {
  Time time = {};
  std::string id = "";
};

}  // namespace muara::ticket

// What rules and macros do with a ticket: what a person could do, checked when it is saved. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "services/ticket/domain/rules/condition.h"

namespace muara::ticket {

// Numbers as on the wire and in the store.
enum class ActionKind {
  kAssign = 1,
  kUnassign = 2,
  kSetQueue = 3,
  kAddTags = 4,
  kRemoveTags = 5,
  kSetPriority = 6,
  kSetType = 7,
  kSetStatusName = 8,
  kSetField = 9,
  kEscalate = 10,
  kFlag = 11,
  kNote = 12,
  kReply = 13,
  kPend = 14,
  kHold = 15,
  kSnooze = 16,
  kResolve = 17,
  kReopen = 18,
  kClose = 19,
  kMarkSpam = 20,
  kWebhook = 21,
};

constexpr size_t kActionsMax = 20;
constexpr size_t kActionTextsBytesMax = 512 << 10;  // of all of them together
constexpr size_t kWhyBytesMax = 500;
constexpr size_t kWebhookTextBytesMax = 8 << 10;

struct Action {
  ActionKind kind = ActionKind::kAssign;
  std::string id = "";    // of the agent, queue, type, status name, disposition, reply, webhook
  std::string text = "";  // the agent's name, the note, the reply, what a webhook is told, why
  std::vector<std::string> tags = {};
  Priority priority = Priority::kNormal;
  FieldValue field = {};
  bool removes_field = false;
  int level = 0;     // of an escalation; 0: the next
  Duration wait{0};  // PENDING (0: for ever), SNOOZED
};

// "set_priority"
const char* ActionName(ActionKind kind);

// Adds what is wrong, by its place: "actions[1].set_field.key".
void CheckActions(std::vector<Violation>& out, const std::vector<Action>& actions,
                  const Vocabulary& vocabulary);

}  // namespace muara::ticket

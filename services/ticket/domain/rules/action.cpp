#include "services/ticket/domain/rules/action.h"

#include <algorithm>

#include "libs/base/id.h"
#include "libs/base/slug.h"
#include "services/ticket/domain/rules/text_template.h"

namespace muara::ticket {
namespace {

constexpr const char* kNoSlug = "is not 1 to 64 of a-z 0-9 and '-'";
constexpr size_t kIdBytesMax = 128;

// Says what is wrong with one action.
class Checker {
 public:
  Checker(std::vector<Violation>& out, std::string place, const Vocabulary& vocabulary)
      : out_(out), place_(std::move(place)), vocabulary_(vocabulary) {}

  void Check(const Action& action);

 private:
  void Say(const char* field, const std::string& problem) {
    out_.push_back({place_ + (*field == 0 ? "" : ".") + field, problem});
  }
  void Length(const char* field, const std::string& text, size_t least, size_t most) {
    if (text.size() >= least && text.size() <= most) return;
    Say(field, "is not " + std::to_string(least) + " to " + std::to_string(most) + " bytes");
  }
  void Slug(const char* field, const std::string& text) {
    if (!IsSlug(text)) Say(field, kNoSlug);
  }
  void Tags(const std::vector<std::string>& tags) {
    if (tags.empty() || tags.size() > kTagsMax) Say("tags", "are not 1 to 200");
    for (const std::string& tag : tags) Length("tags", tag, 1, kTagBytesMax);
  }
  void Field(const Action& action);
  void Reply(const Action& action);
  void Template(const std::string& text) {
    for (const std::string& problem : ProblemsOfTemplate(text, vocabulary_.fields)) {
      Say("text", problem);
    }
  }
  void Level(const Action& action) {
    if (action.level < 0 || action.level > kEscalationLevelMax) Say("level", "is not 0 to 9");
    if (!action.id.empty()) Slug("queue_id", action.id);
    Length("reason", action.text, 1, kWhyBytesMax);
  }
  void Wait(const Action& action, Duration least) {
    if (action.wait >= least && action.wait <= kUntilMax) return;
    Say("for_seconds", "is not " + std::to_string(least.count() / 1000000) + " s to 366 days");
  }

  std::vector<Violation>& out_;
  const std::string place_;
  const Vocabulary& vocabulary_;
};

void Checker::Field(const Action& action) {
  const std::string& key = action.field.key;
  const auto found = std::find_if(vocabulary_.fields.begin(), vocabulary_.fields.end(),
                                  [&](const CustomField& one) { return one.key == key; });
  if (found == vocabulary_.fields.end()) return Say("field.key", "there is no such field");
  if (action.removes_field) return;
  const std::string problem = found->ProblemOf(action.field);
  if (!problem.empty()) Say("field", problem);
}

void Checker::Reply(const Action& action) {
  if (action.id.empty()) {
    Length("text", action.text, 1, kTextBytesMax);
    return Template(action.text);
  }
  if (!action.text.empty()) Say("text", "is not for a canned reply");
  const auto& known = vocabulary_.canned_replies;
  if (std::find(known.begin(), known.end(), action.id) != known.end()) return;
  Say("canned_reply_id", "there is no such canned reply that all may use");
}

void Checker::Check(const Action& action) {
  switch (action.kind) {
    case ActionKind::kAssign:
      Length("agent_id", action.id, 1, kIdBytesMax);
      return Length("agent_name", action.text, 0, 256);
    case ActionKind::kSetQueue:
      return Slug("queue_id", action.id);
    case ActionKind::kAddTags:
    case ActionKind::kRemoveTags:
      return Tags(action.tags);
    case ActionKind::kSetPriority:
      if (action.priority < Priority::kLow || action.priority > Priority::kUrgent) {
        Say("priority", "is unknown");
      }
      return;
    case ActionKind::kSetType:
      if (!action.id.empty()) Slug("type", action.id);
      return;
    case ActionKind::kSetStatusName: {
      const auto& known = vocabulary_.status_names;
      const bool there = std::find(known.begin(), known.end(), action.id) != known.end();
      if (!action.id.empty() && !there) Say("status_name", "there is no such name");
      return;
    }
    case ActionKind::kSetField:
      return Field(action);
    case ActionKind::kEscalate:
      return Level(action);
    case ActionKind::kFlag:
      return Length("note", action.text, 0, kWhyBytesMax);
    case ActionKind::kNote:
      return Length("text", action.text, 1, kTextBytesMax);
    case ActionKind::kReply:
      return Reply(action);
    case ActionKind::kPend:
      return Wait(action, Duration(0));
    case ActionKind::kSnooze:
      return Wait(action, std::chrono::seconds(1));
    case ActionKind::kResolve:
      return Length("disposition", action.id, 0, 100);
    case ActionKind::kWebhook:
      if (!IsUuid(action.id)) Say("webhook_id", "is not the id of a webhook");
      Length("text", action.text, 0, kWebhookTextBytesMax);
      return Template(action.text);
    case ActionKind::kUnassign:
    case ActionKind::kHold:
    case ActionKind::kReopen:
    case ActionKind::kClose:
    case ActionKind::kMarkSpam:
      return;
  }
  Say("", "is no action");
}

}  // namespace

const char* ActionName(ActionKind kind) {
  constexpr const char* kNames[] = {"",
                                    "assign",
                                    "unassign",
                                    "set_queue",
                                    "add_tags",
                                    "remove_tags",
                                    "set_priority",
                                    "set_type",
                                    "set_status_name",
                                    "set_field",
                                    "escalate",
                                    "flag",
                                    "note",
                                    "reply",
                                    "pend",
                                    "hold",
                                    "snooze",
                                    "resolve",
                                    "reopen",
                                    "close",
                                    "mark_spam",
                                    "webhook"};
  const auto index = static_cast<size_t>(kind);
  return index < std::size(kNames) ? kNames[index] : "";
}

void CheckActions(std::vector<Violation>& out, const std::vector<Action>& actions,
                  const Vocabulary& vocabulary) {
  if (actions.empty() || actions.size() > kActionsMax) {
    out.push_back({"actions", "are not 1 to 20"});
    return;
  }
  size_t bytes = 0;
  for (const Action& action : actions) bytes += action.text.size();
  if (bytes > kActionTextsBytesMax) {
    out.push_back({"actions", "have texts of over 512 KiB together"});
    return;
  }
  for (size_t i = 0; i < actions.size(); ++i) {
    const std::string name = ActionName(actions[i].kind);
    const std::string place = "actions[" + std::to_string(i) + "]";
    Checker(out, name.empty() ? place : place + "." + name, vocabulary).Check(actions[i]);
  }
}

}  // namespace muara::ticket

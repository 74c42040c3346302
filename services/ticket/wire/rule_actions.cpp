// Actions as messages, and back.
#include <algorithm>

#include "services/ticket/wire/rules_proto.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket::wire {
namespace {

using Proto = v1::RuleAction;
static_assert(static_cast<int>(ActionKind::kWebhook) == Proto::kWebhook);
static_assert(static_cast<int>(ActionKind::kAssign) == Proto::kAssign);
static_assert(static_cast<int>(ActionKind::kReply) == Proto::kReply);

int64_t SecondsOf(const Action& action) { return action.wait.count() / 1'000'000; }

Duration WaitOf(const Proto::Wait& wait) {
  return std::chrono::seconds(std::clamp<int64_t>(wait.for_seconds(), -1, 1'000'000'000));
}

template <class Tags>
void SetTags(Tags* out, const Action& action) {
  for (const std::string& tag : action.tags) out->add_tags(tag);
}

void SetField(Proto::SetField* out, const Action& action) {
  if (!action.removes_field) *out->mutable_field() = ToProto(action.field);
  out->mutable_field()->set_key(action.field.key);
}

void SetEscalate(Proto::Escalate* out, const Action& action) {
  out->set_level(action.level);
  out->set_queue_id(action.id);
  out->set_reason(action.text);
}

void TakeField(Action& out, const v1::FieldValue& field) {
  const auto value = FromProto(field);
  out.removes_field = !value;
  if (value) out.field = *value;
  out.field.key = field.key();
}

}  // namespace

Proto ToProto(const Action& action) {
  Proto out;
  switch (action.kind) {
    case ActionKind::kAssign:
      out.mutable_assign()->set_agent_id(action.id);
      out.mutable_assign()->set_agent_name(action.text);
      break;
    case ActionKind::kUnassign:
      out.mutable_unassign();
      break;
    case ActionKind::kSetQueue:
      out.set_set_queue(action.id);
      break;
    case ActionKind::kAddTags:
      SetTags(out.mutable_add_tags(), action);
      break;
    case ActionKind::kRemoveTags:
      SetTags(out.mutable_remove_tags(), action);
      break;
    case ActionKind::kSetPriority:
      out.set_set_priority(static_cast<v1::Priority>(action.priority));
      break;
    case ActionKind::kSetType:
      out.set_set_type(action.id);
      break;
    case ActionKind::kSetStatusName:
      out.set_set_status_name(action.id);
      break;
    case ActionKind::kSetField:
      SetField(out.mutable_set_field(), action);
      break;
    case ActionKind::kEscalate:
      SetEscalate(out.mutable_escalate(), action);
      break;
    case ActionKind::kFlag:
      out.set_flag(action.text);
      break;
    case ActionKind::kNote:
      out.set_note(action.text);
      break;
    case ActionKind::kReply:
      out.mutable_reply()->set_canned_reply_id(action.id);
      out.mutable_reply()->set_text(action.text);
      break;
    case ActionKind::kPend:
      out.mutable_pend()->set_for_seconds(SecondsOf(action));
      break;
    case ActionKind::kHold:
      out.mutable_hold();
      break;
    case ActionKind::kSnooze:
      out.mutable_snooze()->set_for_seconds(SecondsOf(action));
      break;
    case ActionKind::kResolve:
      out.set_resolve(action.id);
      break;
    case ActionKind::kReopen:
      out.mutable_reopen();
      break;
    case ActionKind::kClose:
      out.mutable_close();
      break;
    case ActionKind::kMarkSpam:
      out.mutable_mark_spam();
      break;
    case ActionKind::kWebhook:
      out.mutable_webhook()->set_webhook_id(action.id);
      out.mutable_webhook()->set_text(action.text);
      break;
  }
  return out;
}

// One without an action has a kind that there is not.
Action FromProto(const Proto& action) {
  Action out;
  out.kind = static_cast<ActionKind>(action.action_case());
  switch (action.action_case()) {
    case Proto::kAssign:
      out.id = action.assign().agent_id();
      out.text = action.assign().agent_name();
      break;
    case Proto::kSetQueue:
      out.id = action.set_queue();
      break;
    case Proto::kAddTags:
      out.tags.assign(action.add_tags().tags().begin(), action.add_tags().tags().end());
      break;
    case Proto::kRemoveTags:
      out.tags.assign(action.remove_tags().tags().begin(), action.remove_tags().tags().end());
      break;
    case Proto::kSetPriority:
      out.priority = static_cast<Priority>(action.set_priority());
      break;
    case Proto::kSetType:
      out.id = action.set_type();
      break;
    case Proto::kSetStatusName:
      out.id = action.set_status_name();
      break;
    case Proto::kSetField:
      TakeField(out, action.set_field().field());
      break;
    case Proto::kEscalate:
      out.level = action.escalate().level();
      out.id = action.escalate().queue_id();
      out.text = action.escalate().reason();
      break;
    case Proto::kFlag:
      out.text = action.flag();
      break;
    case Proto::kNote:
      out.text = action.note();
      break;
    case Proto::kReply:
      out.id = action.reply().canned_reply_id();
      out.text = action.reply().text();
      break;
    case Proto::kPend:
      out.wait = WaitOf(action.pend());
      break;
    case Proto::kSnooze:
      out.wait = WaitOf(action.snooze());
      break;
    case Proto::kResolve:
      out.id = action.resolve();
      break;
    case Proto::kWebhook:
      out.id = action.webhook().webhook_id();
      out.text = action.webhook().text();
      break;
    case Proto::kUnassign:
    case Proto::kHold:
    case Proto::kReopen:
    case Proto::kClose:
    case Proto::kMarkSpam:
    case Proto::ACTION_NOT_SET:
      break;
  }
  return out;
}

}  // namespace muara::ticket::wire

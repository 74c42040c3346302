// Actions as messages, and back: one short entry for each kind of action, by topic.
#include <algorithm>
#include <array>

#include "services/ticket/wire/rules_proto.h"
#include "services/ticket/wire/settings.h"

namespace muara::ticket::wire {
namespace {

using Proto = v1::RuleAction;

void SayNothing(const Action&, Proto&) {}
void ReadNothing(const Proto&, Action&) {}

// How one kind of action is said and read.
struct Form {
  ActionKind kind = {};
  Proto::ActionCase said = Proto::ACTION_NOT_SET;
  void (*say)(const Action&, Proto&) = SayNothing;
  void (*read)(const Proto&, Action&) = ReadNothing;
};

int64_t SecondsOf(const Action& action) { return action.wait.count() / 1'000'000; }

Duration WaitOf(const Proto::Wait& wait) {
  return std::chrono::seconds(std::clamp<int64_t>(wait.for_seconds(), -1, 1'000'000'000));
}

// Whose it is.
constexpr Form kOwners[] = {
    {ActionKind::kAssign, Proto::kAssign,
     [](const Action& in, Proto& out) {
       out.mutable_assign()->set_agent_id(in.id);
       out.mutable_assign()->set_agent_name(in.text);
     },
     [](const Proto& in, Action& out) {
       out.id = in.assign().agent_id();
       out.text = in.assign().agent_name();
     }},
    {ActionKind::kUnassign, Proto::kUnassign,
     [](const Action&, Proto& out) { out.mutable_unassign(); }, ReadNothing},
    {ActionKind::kSetQueue, Proto::kSetQueue,
     [](const Action& in, Proto& out) { out.set_set_queue(in.id); },
     [](const Proto& in, Action& out) { out.id = in.set_queue(); }},
    {ActionKind::kEscalate, Proto::kEscalate,
     [](const Action& in, Proto& out) {
       out.mutable_escalate()->set_level(in.level);
       out.mutable_escalate()->set_queue_id(in.id);
       out.mutable_escalate()->set_reason(in.text);
     },
     [](const Proto& in, Action& out) {
       out.level = in.escalate().level();
       out.id = in.escalate().queue_id();
       out.text = in.escalate().reason();
     }},
    {ActionKind::kFlag, Proto::kFlag, [](const Action& in, Proto& out) { out.set_flag(in.text); },
     [](const Proto& in, Action& out) { out.text = in.flag(); }},
};

// What it is.
constexpr Form kFields[] = {
    {ActionKind::kAddTags, Proto::kAddTags,
     [](const Action& in, Proto& out) {
       out.mutable_add_tags()->mutable_tags()->Assign(in.tags.begin(), in.tags.end());
     },
     [](const Proto& in, Action& out) {
       out.tags.assign(in.add_tags().tags().begin(), in.add_tags().tags().end());
     }},
    {ActionKind::kRemoveTags, Proto::kRemoveTags,
     [](const Action& in, Proto& out) {
       out.mutable_remove_tags()->mutable_tags()->Assign(in.tags.begin(), in.tags.end());
     },
     [](const Proto& in, Action& out) {
       out.tags.assign(in.remove_tags().tags().begin(), in.remove_tags().tags().end());
     }},
    {ActionKind::kSetPriority, Proto::kSetPriority,
     [](const Action& in, Proto& out) {
       out.set_set_priority(static_cast<v1::Priority>(in.priority));
     },
     [](const Proto& in, Action& out) { out.priority = static_cast<Priority>(in.set_priority()); }},
    {ActionKind::kSetType, Proto::kSetType,
     [](const Action& in, Proto& out) { out.set_set_type(in.id); },
     [](const Proto& in, Action& out) { out.id = in.set_type(); }},
    {ActionKind::kSetStatusName, Proto::kSetStatusName,
     [](const Action& in, Proto& out) { out.set_set_status_name(in.id); },
     [](const Proto& in, Action& out) { out.id = in.set_status_name(); }},
    {ActionKind::kSetField, Proto::kSetField,
     [](const Action& in, Proto& out) {
       if (!in.removes_field) *out.mutable_set_field()->mutable_field() = ToProto(in.field);
       out.mutable_set_field()->mutable_field()->set_key(in.field.key);
     },
     [](const Proto& in, Action& out) {
       const auto value = FromProto(in.set_field().field());
       out.removes_field = !value;
       if (value) out.field = *value;
       out.field.key = in.set_field().field().key();
     }},
};

// What is written, to whomever.
constexpr Form kWords[] = {
    {ActionKind::kNote, Proto::kNote, [](const Action& in, Proto& out) { out.set_note(in.text); },
     [](const Proto& in, Action& out) { out.text = in.note(); }},
    {ActionKind::kReply, Proto::kReply,
     [](const Action& in, Proto& out) {
       out.mutable_reply()->set_canned_reply_id(in.id);
       out.mutable_reply()->set_text(in.text);
     },
     [](const Proto& in, Action& out) {
       out.id = in.reply().canned_reply_id();
       out.text = in.reply().text();
     }},
    {ActionKind::kWebhook, Proto::kWebhook,
     [](const Action& in, Proto& out) {
       out.mutable_webhook()->set_webhook_id(in.id);
       out.mutable_webhook()->set_text(in.text);
     },
     [](const Proto& in, Action& out) {
       out.id = in.webhook().webhook_id();
       out.text = in.webhook().text();
     }},
};

// Where it goes.
constexpr Form kMoves[] = {
    {ActionKind::kPend, Proto::kPend,
     [](const Action& in, Proto& out) { out.mutable_pend()->set_for_seconds(SecondsOf(in)); },
     [](const Proto& in, Action& out) { out.wait = WaitOf(in.pend()); }},
    {ActionKind::kHold, Proto::kHold, [](const Action&, Proto& out) { out.mutable_hold(); },
     ReadNothing},
    {ActionKind::kSnooze, Proto::kSnooze,
     [](const Action& in, Proto& out) { out.mutable_snooze()->set_for_seconds(SecondsOf(in)); },
     [](const Proto& in, Action& out) { out.wait = WaitOf(in.snooze()); }},
    {ActionKind::kResolve, Proto::kResolve,
     [](const Action& in, Proto& out) { out.set_resolve(in.id); },
     [](const Proto& in, Action& out) { out.id = in.resolve(); }},
    {ActionKind::kReopen, Proto::kReopen, [](const Action&, Proto& out) { out.mutable_reopen(); },
     ReadNothing},
    {ActionKind::kClose, Proto::kClose, [](const Action&, Proto& out) { out.mutable_close(); },
     ReadNothing},
    {ActionKind::kMarkSpam, Proto::kMarkSpam,
     [](const Action&, Proto& out) { out.mutable_mark_spam(); }, ReadNothing},
};

constexpr size_t kKinds = static_cast<size_t>(ActionKind::kWebhook);

template <size_t count>
constexpr void Add(std::array<Form, kKinds + 1>& all, const Form (&forms)[count]) {
  for (const Form& form : forms) all[static_cast<size_t>(form.kind)] = form;
}

// By their numbers; the one of 0 is of an action that there is not.
constexpr std::array<Form, kKinds + 1> AllForms() {
  std::array<Form, kKinds + 1> all{};
  Add(all, kOwners);
  Add(all, kFields);
  Add(all, kWords);
  Add(all, kMoves);
  return all;
}
constexpr auto kForms = AllForms();

// Every kind has its entry, and its number on the wire is its own.
constexpr bool IsWhole() {
  for (size_t i = 0; i < kForms.size(); ++i) {
    if (static_cast<size_t>(kForms[i].kind) != i || static_cast<size_t>(kForms[i].said) != i) {
      return false;
    }
  }
  return true;
}
static_assert(IsWhole());

const Form& FormOf(size_t number) { return kForms[number < kForms.size() ? number : 0]; }

}  // namespace

Proto ToProto(const Action& action) {
  Proto out;
  FormOf(static_cast<size_t>(action.kind)).say(action, out);
  return out;
}

// One without an action has a kind that there is not.
Action FromProto(const Proto& action) {
  Action out;
  out.kind = static_cast<ActionKind>(action.action_case());
  FormOf(static_cast<size_t>(action.action_case())).read(action, out);
  return out;
}

}  // namespace muara::ticket::wire

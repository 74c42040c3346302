#include "services/ticket/app/rules/acting.h"

#include <algorithm>

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "libs/sql/nested.h"
#include "services/ticket/domain/rules/text_template.h"
#include "services/ticket/store/rules/kept.h"
#include "services/ticket/store/rules/rules.h"

namespace muara::ticket {
namespace {

// All that is done at once is done at one time.
class At final : public Clock {
 public:
  explicit At(Time now) : now_(now) {}
  Time Now() const override { return now_; }

 private:
  const Time now_;
};

bool Has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool HasField(const Ticket& ticket, const Action& action) {
  for (const FieldValue& one : ticket.fields) {
    if (one.key != action.field.key) continue;
    return !action.removes_field && one.text == action.field.text &&
           one.number == action.field.number;
  }
  return action.removes_field;
}

// It is so already, and nothing need be told.
bool IsSo(const Ticket& ticket, const Action& action) {
  const auto has = [&](const std::string& tag) { return Has(ticket.tags, tag); };
  switch (action.kind) {
    case ActionKind::kAssign:
      return ticket.assignee_id == action.id;
    case ActionKind::kUnassign:
      return ticket.assignee_id.empty();
    case ActionKind::kSetQueue:
      return ticket.queue_id == action.id;
    case ActionKind::kAddTags:
      return std::all_of(action.tags.begin(), action.tags.end(), has);
    case ActionKind::kRemoveTags:
      return std::none_of(action.tags.begin(), action.tags.end(), has);
    case ActionKind::kSetPriority:
      return ticket.priority == action.priority;
    case ActionKind::kSetType:
      return ticket.type == action.id;
    case ActionKind::kSetStatusName:
      return ticket.status_name == action.id;
    case ActionKind::kSetField:
      return HasField(ticket, action);
    case ActionKind::kFlag:
      return ticket.flagged && ticket.flag_note == action.text;
    case ActionKind::kEscalate:
    case ActionKind::kNote:
    case ActionKind::kReply:
    case ActionKind::kPend:
    case ActionKind::kHold:
    case ActionKind::kSnooze:
    case ActionKind::kResolve:
    case ActionKind::kReopen:
    case ActionKind::kClose:
    case ActionKind::kMarkSpam:
    case ActionKind::kWebhook:
      return false;
  }
  return false;
}

Update UpdateOf(const Action& action) {
  Update update;
  if (action.kind == ActionKind::kSetQueue) update.queue_id = action.id;
  if (action.kind == ActionKind::kAddTags) update.add_tags = action.tags;
  if (action.kind == ActionKind::kRemoveTags) update.remove_tags = action.tags;
  if (action.kind == ActionKind::kSetPriority) update.priority = action.priority;
  if (action.kind == ActionKind::kSetType) update.type = action.id;
  if (action.kind == ActionKind::kSetStatusName) update.status_name = action.id;
  if (action.kind == ActionKind::kSetField && action.removes_field) {
    update.remove_fields = {action.field.key};
  } else if (action.kind == ActionKind::kSetField) {
    update.fields = {action.field};
  }
  return update;
}

template <class T>
muara::Status Done(const Result<T>& result) {
  return result.ok() ? Ok() : muara::Status(result.error());
}

// For texts.
const std::string& AgentOf(const Doer& doer, const Ticket& ticket) {
  return doer.agent_name.empty() ? ticket.assignee_name : doer.agent_name;
}

// No machine is answered by one of ours, and not too often: or two would write for ever.
muara::Status CheckAutomatic(sql::Tx& tx, const Doer& doer, Time now) {
  if (doer.origin == Origin::kHuman) return Ok();
  if (doer.answers_machine) {
    return MakeError(Code::kFailedPrecondition, "AUTOMATIC_SENDER",
                     "the message was written by a machine");
  }
  ASSIGN_OR_RETURN(const int written,
                   store::CountMachineReplies(tx, doer.change.id, now - std::chrono::hours(24)));
  if (written < kMachineRepliesMax) return Ok();
  return MakeError(Code::kFailedPrecondition, "TOO_MANY_AUTOMATIC_REPLIES",
                   "5 replies of rules went out on this ticket in 24 hours");
}

}  // namespace

bool IsRefusal(const Error& error) {
  switch (error.code) {
    case Code::kInvalidArgument:
    case Code::kUnauthenticated:
    case Code::kPermissionDenied:
    case Code::kNotFound:
    case Code::kAlreadyExists:
    case Code::kFailedPrecondition:
    case Code::kResourceExhausted:
    case Code::kUnimplemented:
      return true;
    case Code::kAborted:
      return error.reason == "STALE_REPLY";
    case Code::kDeadlineExceeded:
    case Code::kUnavailable:
    case Code::kInternal:
      return false;
  }
  return false;
}

Result<ActionOutcome> Acting::DoIn(sql::Tx& tx, const Action& action, const Doer& doer, int number,
                                   Time now) const {
  ASSIGN_OR_RETURN(const Ticket ticket, store::LoadForChange(tx, doer.change.id));
  if (IsSo(ticket, action)) return ActionOutcome::kUnchanged;
  const At clock(now);
  sql::Nested steps(tx);
  Tickets tickets(steps, journal_, clock, policies_);
  Change change = doer.change;
  change.expected_version = 0;
  change.key.key = NamedUuid(doer.change.key.key + "/" + std::to_string(number));
  if (action.kind == ActionKind::kReply) {
    RETURN_IF_ERROR(ReplyIn(tx, tickets, action, doer, change, now));
  } else if (action.kind == ActionKind::kWebhook) {
    RETURN_IF_ERROR(WebhookIn(tx, action, doer, change, now));
  } else {
    RETURN_IF_ERROR(Move(tickets, action, change, now));
  }
  return ActionOutcome::kDone;
}

muara::Status Acting::ReplyIn(sql::Tx& tx, Tickets& tickets, const Action& action, const Doer& doer,
                              const Change& change, Time now) const {
  RETURN_IF_ERROR(CheckAutomatic(tx, doer, now));
  std::string text = action.text;
  if (!action.id.empty()) {
    ASSIGN_OR_RETURN(const CannedReply reply, store::LoadCannedReply(tx, action.id));
    text = reply.text;
  }
  ASSIGN_OR_RETURN(const Ticket ticket, store::Load(tx, change.id));
  Outgoing outgoing;
  ASSIGN_OR_RETURN(outgoing.text, Fill(text, ticket, AgentOf(doer, ticket)));
  outgoing.origin = doer.origin;
  // What the macro itself wrote before is seen.
  outgoing.seen_sequence = doer.seen_sequence;
  return Done(tickets.Reply(change, outgoing));
}

// Asked for in this transaction, and called by another service once it is committed: nobody outside
// is told of what was undone.
muara::Status Acting::WebhookIn(sql::Tx& tx, const Action& action, const Doer& doer,
                                const Change& change, Time now) const {
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, change.id));
  std::string text;
  if (!action.text.empty()) {
    const auto filled = Fill(action.text, ticket, AgentOf(doer, ticket));
    if (!filled.ok() && filled.error().reason != "TEXT_EMPTY") return filled.error();
    if (filled.ok()) text = *filled;
  }
  ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
  if (!first) return Ok();
  const auto tell = [&](const Ticket& t) -> Result<bus::Fact> {
    return wire::WebhookRequested(t, action.id, text, CauseOf(change));
  };
  return journal_.Keep(tx, {ticket}, tell, now);
}

muara::Status Acting::Move(Tickets& tickets, const Action& action, const Change& change,
                           Time now) const {
  switch (action.kind) {
    case ActionKind::kAssign:
      return Done(tickets.Assign(change, action.id, action.text));
    case ActionKind::kUnassign:
      return Done(tickets.Unassign(change, UnassignRights::kAny));
    case ActionKind::kSetQueue:
    case ActionKind::kAddTags:
    case ActionKind::kRemoveTags:
    case ActionKind::kSetPriority:
    case ActionKind::kSetType:
    case ActionKind::kSetStatusName:
    case ActionKind::kSetField:
      return Done(tickets.Set(change, UpdateOf(action)));
    case ActionKind::kEscalate: {
      Change escalation = change;
      escalation.why += ": " + action.text;
      return Done(tickets.Escalate(escalation, action.level, action.id));
    }
    case ActionKind::kFlag:
      return Done(tickets.Flag(change, {action.text}));
    case ActionKind::kNote:
      return Done(tickets.Note(change, action.text));
    case ActionKind::kPend: {
      std::optional<Time> until;
      if (action.wait > Duration(0)) until = now + action.wait;
      return Done(tickets.Pend(change, until));
    }
    case ActionKind::kHold:
      return Done(tickets.Hold(change));
    case ActionKind::kSnooze:
      return Done(tickets.Snooze(change, now + action.wait));
    case ActionKind::kResolve:
      return Done(tickets.Resolve(change, action.id));
    case ActionKind::kReopen:
      return Done(tickets.Reopen(change));
    case ActionKind::kClose:
      return Done(tickets.Close(change));
    case ActionKind::kMarkSpam:
      return Done(tickets.MarkSpam(change));
    case ActionKind::kReply:
    case ActionKind::kWebhook:
      break;
  }
  return MakeError(Code::kUnimplemented, "NO_SUCH_ACTION", "this build does not have the action");
}

}  // namespace muara::ticket

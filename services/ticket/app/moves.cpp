// The moves of a ticket through its states, by hand.
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/settings/custom_fields.h"

namespace muara::ticket {

Result<Ticket> Tickets::ApplyPlain(const Change& change,
                                   const std::function<muara::Status(Ticket&, Time)>& move,
                                   TellPlain tell) {
  return Apply(
      change, [&](sql::Tx&, Ticket& ticket, Time now) { return move(ticket, now); },
      [&](sql::Tx&, const Ticket& ticket) -> Result<bus::Fact> {
        return tell(ticket, CauseOf(change));
      });
}

Result<Ticket> Tickets::Pend(const Change& change, std::optional<Time> until) {
  return ApplyPlain(
      change, [&](Ticket& t, Time now) { return t.Pend(until, now); }, wire::TicketPended);
}

Result<Ticket> Tickets::Hold(const Change& change) {
  return ApplyPlain(change, [](Ticket& t, Time now) { return t.Hold(now); }, wire::TicketHeld);
}

Result<Ticket> Tickets::Snooze(const Change& change, Time until) {
  return ApplyPlain(
      change, [&](Ticket& t, Time now) { return t.Snooze(until, now); }, wire::TicketSnoozed);
}

muara::Status Tickets::ResolveIn(sql::Tx& tx, Ticket& ticket, const std::string& disposition,
                                 Time now) {
  ASSIGN_OR_RETURN(const QueuePolicy policy, policies_.Of(tx, ticket.queue_id));
  RETURN_IF_ERROR(ticket.Resolve(disposition, now, policy.lifecycle));
  RETURN_IF_ERROR(policy.CheckDisposition(disposition));
  ASSIGN_OR_RETURN(const auto declared, store::ListFields(tx, FieldEntity::kTicket));
  return CheckRequired(declared, ticket.fields);
}

Result<bus::Fact> Tickets::TellResolved(sql::Tx& tx, const Ticket& ticket,
                                        const wire::Cause& cause) {
  ASSIGN_OR_RETURN(const auto last_inbound, store::LastInbound(tx, ticket.id));
  return wire::TicketResolved(ticket, last_inbound, cause);
}

Result<Ticket> Tickets::Resolve(const Change& change, const std::string& disposition) {
  return Apply(
      change, [&](sql::Tx& tx, Ticket& t, Time now) { return ResolveIn(tx, t, disposition, now); },
      [&](sql::Tx& tx, const Ticket& t) { return TellResolved(tx, t, CauseOf(change)); });
}

Result<Ticket> Tickets::Escalate(const Change& change, int level, const std::string& queue_id) {
  std::string from_queue_id, from_agent_id;
  return Apply(
      change,
      [&](sql::Tx& tx, Ticket& t, Time now) -> muara::Status {
        from_queue_id = t.queue_id;
        from_agent_id = t.assignee_id;
        const int to_level = level == 0 ? t.escalation_level + 1 : level;
        std::string queue = queue_id;
        if (queue.empty()) {
          ASSIGN_OR_RETURN(const QueuePolicy policy, policies_.Of(tx, t.queue_id));
          ASSIGN_OR_RETURN(queue, policy.EscalationQueue(to_level));
        }
        return t.Escalate(queue, to_level, now);
      },
      [&](sql::Tx&, const Ticket& t) -> Result<bus::Fact> {
        return wire::TicketEscalated(t, from_queue_id, from_agent_id, CauseOf(change));
      });
}

Result<Ticket> Tickets::ApplyFlag(const Change& change, const std::function<void(Ticket&)>& set) {
  return Apply(
      change,
      [&](sql::Tx&, Ticket& t, Time now) {
        set(t);
        return t.Touch(now);
      },
      [&](sql::Tx&, const Ticket& t) -> Result<bus::Fact> {
        return wire::TicketChanged(t, {"flagged", "flag_note", "flag_reason"}, CauseOf(change));
      });
}

Result<Ticket> Tickets::Flag(const Change& change, const FlagWords& words) {
  return ApplyFlag(change, [&](Ticket& t) {
    t.flagged = true;
    t.flag_note = words.note;
    t.flag_reason = words.reason;
  });
}

Result<Ticket> Tickets::Unflag(const Change& change) {
  return ApplyFlag(change, [](Ticket& t) {
    t.flagged = false;
    t.flag_note.clear();
    t.flag_reason.clear();
  });
}

Result<Ticket> Tickets::Reopen(const Change& change) {
  return ApplyPlain(
      change, [](Ticket& t, Time now) { return t.Reopen(now); }, wire::TicketReopened);
}

Result<Ticket> Tickets::Close(const Change& change) {
  return ApplyPlain(change, [](Ticket& t, Time now) { return t.Close(now); }, wire::TicketClosed);
}

Result<Ticket> Tickets::MarkSpam(const Change& change) {
  return ApplyPlain(
      change, [](Ticket& t, Time now) { return t.MarkSpam(now); }, wire::TicketMarkedSpam);
}

Result<Ticket> Tickets::UnmarkSpam(const Change& change) {
  return ApplyPlain(
      change, [](Ticket& t, Time now) { return t.UnmarkSpam(now); }, wire::TicketRestored);
}

Result<Ticket> Tickets::Delete(const Change& change) {
  return ApplyPlain(change, [](Ticket& t, Time now) { return t.Delete(now); }, wire::TicketDeleted);
}

Result<Ticket> Tickets::Restore(const Change& change) {
  return ApplyPlain(
      change, [](Ticket& t, Time now) { return t.Restore(now); }, wire::TicketRestored);
}

}  // namespace muara::ticket

// The moves of a ticket through its states, by hand.
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {
namespace {

wire::Cause ByAgent(const Change& change) { return {change.actor, "AGENT", change.why}; }

}  // namespace

Result<Ticket> Tickets::ApplyPlain(const Change& change,
                                   const std::function<muara::Status(Ticket&, Time)>& move,
                                   TellPlain tell) {
  return Apply(
      change, [&](sql::Tx&, Ticket& ticket, Time now) { return move(ticket, now); },
      [&](sql::Tx&, const Ticket& ticket) -> Result<bus::Fact> {
        return tell(ticket, ByAgent(change));
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

Result<Ticket> Tickets::Resolve(const Change& change, const std::string& disposition) {
  return Apply(
      change, [&](sql::Tx&, Ticket& t, Time now) { return t.Resolve(disposition, now, policy_); },
      [&](sql::Tx& tx, const Ticket& t) -> Result<bus::Fact> {
        ASSIGN_OR_RETURN(const auto last_inbound, store::LastInbound(tx, t.id));
        return wire::TicketResolved(t, last_inbound, ByAgent(change));
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

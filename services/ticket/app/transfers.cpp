// A ticket is given on, with a note for whoever gets it.
#include "libs/bus/claim.h"
#include "services/ticket/app/tickets.h"

namespace muara::ticket {

muara::Status Tickets::NoteIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                              const std::string& text, Time now) {
  RETURN_IF_ERROR(ticket.Note(now));
  Interaction note = NewNote(ticket, text);
  Sign(note, change, ticket, now);
  return journal_.Save(
      tx, {ticket, &note},
      [&](const Ticket& changed) { return wire::NoteAdded(changed, note, CauseOf(change)); }, now);
}

Result<Ticket> Tickets::Transfer(const Change& change, const TransferTarget& to,
                                 const std::string& note, UnassignRights rights) {
  RETURN_IF_ERROR(to.Check());
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Ticket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, change.id));
    if (!first) return ticket;
    RETURN_IF_ERROR(CheckVersion(ticket, change.expected_version));
    const std::string from_agent_id = ticket.assignee_id, from_queue_id = ticket.queue_id;
    if (rights == UnassignRights::kOwn && change.actor != "agents/" + from_agent_id) {
      return MakeError(Code::kPermissionDenied, "NOT_YOURS",
                       "only its agent and supervisors may transfer the ticket");
    }
    if (!note.empty()) RETURN_IF_ERROR(NoteIn(tx, change, ticket, note, now));
    RETURN_IF_ERROR(ticket.Transfer(to, now));
    RETURN_IF_ERROR(journal_.Save(
        tx, {ticket},
        [&](const Ticket& changed) {
          return wire::TicketTransferred(changed, to, from_agent_id, from_queue_id,
                                         CauseOf(change));
        },
        now));
    return ticket;
  });
}

}  // namespace muara::ticket

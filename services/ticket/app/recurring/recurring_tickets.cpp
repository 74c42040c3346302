#include "services/ticket/app/recurring/recurring_tickets.h"

#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr int kDueMax = 100;

Error NotFound() {
  return MakeError(Code::kNotFound, "RECURRING_TICKET_NOT_FOUND",
                   "there is no such recurring ticket");
}

}  // namespace

Result<RecurringTicket> RecurringTickets::Get(const std::string& id) {
  return database_.Read([&](sql::Tx& tx) -> Result<RecurringTicket> {
    ASSIGN_OR_RETURN(RecurringTicket one, store::FindRecurring(tx, id));
    if (one.version == 0) return NotFound();
    return one;
  });
}

Result<std::vector<RecurringTicket>> RecurringTickets::List(int limit, const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListRecurring(tx, limit, after); });
}

Result<RecurringTicket> RecurringTickets::Put(const Edit& edit, RecurringTicket one) {
  RETURN_IF_ERROR(one.Check());
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<RecurringTicket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    // Locked, and before the other, as an erasure does it.
    const auto contact = store::LoadContactForChange(tx, one.contact_id);
    ASSIGN_OR_RETURN(const RecurringTicket before, store::FindRecurringForChange(tx, one.id));
    if (!first) return before;
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    if (!contact.ok()) return contact.error();
    if (contact->erase_time) {
      return MakeError(Code::kFailedPrecondition, "CONTACT_ERASED", "the contact is erased");
    }
    if (before.version == 0) {
      ASSIGN_OR_RETURN(const int kept, store::CountRecurring(tx));
      if (kept >= kRecurringMax) {
        return MakeError(Code::kResourceExhausted, "TOO_MANY_RECURRING_TICKETS",
                         "there are 1000 already");
      }
    }
    RecurringTicket put = one;
    put.version = before.version + 1;
    put.last_ticket = before.last_ticket;
    // What came due before the change is opened still, if only a moment ago.
    const bool due = before.next && *before.next <= now;
    put.next = !put.enabled ? std::nullopt : due ? before.next : put.recurrence.NextAfter(now);
    RETURN_IF_ERROR(store::SaveRecurring(tx, put));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::RecurringTicketChanged(put, {edit.actor, "BY_HAND", ""}), now));
    tx.OnCommit([this] { wake_.Notify(); });
    return put;
  });
}

muara::Status RecurringTickets::Delete(const Edit& edit, const std::string& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    if (!first) return Ok();
    ASSIGN_OR_RETURN(const RecurringTicket before, store::FindRecurringForChange(tx, id));
    if (before.version == 0) return NotFound();
    RETURN_IF_ERROR(CheckVersion(before.version, edit.expected_version));
    RETURN_IF_ERROR(store::DeleteRecurring(tx, id));
    return journal_.Note(tx, wire::RecurringTicketDeleted(before, {edit.actor, "BY_HAND", ""}),
                         now);
  });
}

Result<std::vector<Due<std::string>>> RecurringTickets::ListDue(Time until, int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Due<std::string>>> {
    ASSIGN_OR_RETURN(const auto found, store::ListRecurringDue(tx, until, limit + failing_.size()));
    std::vector<Due<std::string>> due;
    for (const auto& [id, time] : found) due.push_back({id, time});
    return due;
  });
}

Result<int> RecurringTickets::FireDue() {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const auto due, ListDue(now, kDueMax));
  return failing_.InTurn(database_, due, now, [&](sql::Tx& tx, const std::string& id) {
    return FireIn(tx, id, clock_.Now());
  });
}

Result<std::optional<Time>> RecurringTickets::NextDue() {
  ASSIGN_OR_RETURN(const auto due, ListDue(Time::max(), 1));
  return failing_.Next(due);
}

// Its row is locked, so that of several replicas one finds it due; its contact before it, as where
// it is put, so that the ticket has the account that the contact has when it is opened.
Result<int> RecurringTickets::FireIn(sql::Tx& tx, const std::string& id, Time now) {
  ASSIGN_OR_RETURN(const RecurringTicket seen, store::FindRecurring(tx, id));
  if (seen.version == 0) return 0;
  ASSIGN_OR_RETURN(const ContactId survivor, store::SurvivorOf(tx, seen.contact_id));
  ASSIGN_OR_RETURN(const Contact contact, store::LoadContactForChange(tx, survivor));
  ASSIGN_OR_RETURN(RecurringTicket one, store::FindRecurringForChange(tx, id));
  if (one.version == 0 || !one.enabled || !one.next || now < *one.next) return 0;
  if (one.contact_id != seen.contact_id || contact.merged_into) return 0;  // changed meanwhile
  const std::string occurrence = id + "/" + std::to_string(ToMicros(*one.next));
  one.last_ticket.value = NamedUuid("recurring/" + occurrence);
  // There already where it was put anew by a replica whose clock is behind.
  ASSIGN_OR_RETURN(const auto opened, store::FindById(tx, one.last_ticket));
  if (!opened) RETURN_IF_ERROR(OpenIn(tx, one, contact, now));
  one.next = one.recurrence.NextAfter(now);
  RETURN_IF_ERROR(store::MoveRecurring(tx, one));
  return 1;
}

muara::Status RecurringTickets::OpenIn(sql::Tx& tx, const RecurringTicket& one,
                                       const Contact& contact, Time now) {
  const TicketId& id = one.last_ticket;
  Ticket ticket;
  ticket.id = id;
  ticket.reference = ReferenceOf(id);
  ticket.subject = one.subject;
  ticket.channel = Channel::kApi;
  ticket.queue_id = one.queue_id;
  ticket.priority = one.priority;
  ticket.type = one.type;
  ticket.tags = one.tags;
  ticket.contact_id = contact.id;
  ticket.contact_name = contact.display_name;
  ticket.account_id = contact.account_id;
  ticket.create_time = now;
  ticket.Record(now);
  Interaction note;
  note.id = {NamedUuid("note/" + id.value)};
  note.ticket_id = id;
  note.sequence = ticket.interaction_count;
  note.kind = InteractionKind::kNote;
  note.direction = Direction::kInternal;
  note.channel = ticket.channel;
  note.content.text = one.text;
  note.create_time = now;
  const wire::Cause cause{"services/ticket", "RECURRING", one.id};
  return journal_.Open(
      tx, {ticket, &note},
      [&](const Ticket& opened) { return wire::TicketOpened(opened, note, cause); }, now);
}

}  // namespace muara::ticket

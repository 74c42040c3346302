#include "services/ticket/app/links/splits.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "services/ticket/app/links/links.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/interactions.h"

namespace muara::ticket {
namespace {

wire::Cause BySplit(const Change& change) { return {change.actor, "SPLIT", change.why}; }

bool IsFromContact(const Interaction& one) {
  return one.kind == InteractionKind::kMessage && one.direction == Direction::kInbound &&
         one.origin == Origin::kHuman;
}

// Who wrote what was chosen, where that is one person; else the first ticket's.
ContactId ContactOf(const std::vector<Interaction>& chosen, const Ticket& source) {
  std::string author;
  for (const Interaction& one : chosen) {
    if (!IsFromContact(one)) continue;
    if (!author.empty() && author != one.author_id) return source.contact_id;
    author = one.author_id;
  }
  return author.empty() ? source.contact_id : ContactId{author};
}

// Of the new ticket's id: made of the key, so that a retry finds it.
TicketId IdOf(const Change& change) { return {NamedUuid("split/" + change.key.key)}; }

Interaction CopyOf(const Interaction& from, const Change& change, const Ticket& into,
                   int sequence) {
  Interaction copy = from;
  copy.id = {NamedUuid(change.key.key + "/" + from.id.value)};
  copy.copied_from = from.id;
  copy.ticket_id = into.id;
  copy.sequence = sequence;
  copy.matched_by = HintKind::kNone;
  // Whoever the new ticket belongs to is no stranger on it.
  copy.unknown_sender = IsFromContact(from) && from.author_id != into.contact_id.value;
  return copy;
}

}  // namespace

Result<std::vector<Interaction>> Splits::Choose(sql::Tx& tx, const Ticket& source,
                                                const SplitOff& off) {
  std::vector<Interaction> chosen;
  for (const InteractionId& id : off.interactions) {
    auto one = store::LoadInteraction(tx, id);
    if (!one.ok() && one.error().code != Code::kNotFound) return one.error();
    if (!one.ok() || one->ticket_id != source.id) {
      Error error =
          MakeError(Code::kNotFound, "INTERACTION_NOT_FOUND", "this did not happen on the ticket");
      error.metadata.emplace_back("interaction_id", id.value);
      return error;
    }
    if (one->kind == InteractionKind::kSurveyAnswer) {
      return InvalidFields({{"interaction_ids", "names a score, which stays with its ticket"}});
    }
    chosen.push_back(std::move(*one));
  }
  std::sort(chosen.begin(), chosen.end(),
            [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  const auto twice =
      std::adjacent_find(chosen.begin(), chosen.end(),
                         [](const auto& a, const auto& b) { return a.sequence == b.sequence; });
  if (twice != chosen.end()) return InvalidFields({{"interaction_ids", "names one twice"}});
  return chosen;
}

// Its contact is locked before any ticket, as everyone does it: whoever gives the contact another
// account now has done so before, or sees the new ticket and takes it along.
Result<Splits::Parts> Splits::TakeApart(sql::Tx& tx, const TicketId& id, const SplitOff& off) {
  ASSIGN_OR_RETURN(const Ticket source, store::Load(tx, id));
  Parts parts;
  ASSIGN_OR_RETURN(parts.chosen, Choose(tx, source, off));
  ASSIGN_OR_RETURN(parts.contact, store::LoadContactForChange(tx, ContactOf(parts.chosen, source)));
  return parts;
}

muara::Status Splits::OpenIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                             std::vector<Interaction>& copies, Time now) {
  // It opens with what its contact wrote: from there its promises count.
  const auto first = std::find_if(copies.begin(), copies.end(), IsFromContact);
  const Interaction* opening = first == copies.end() ? nullptr : &*first;
  const Interaction& shown = opening == nullptr ? copies.front() : *opening;
  RETURN_IF_ERROR(journal_.Open(
      tx, {ticket, opening},
      [&](const Ticket& opened) { return wire::TicketOpened(opened, shown, BySplit(change)); },
      now));
  for (const Interaction& copy : copies) {
    if (&copy == opening) continue;
    RETURN_IF_ERROR(store::InsertInteraction(tx, copy, ""));
    if (&copy == &shown) continue;
    RETURN_IF_ERROR(journal_.Note(tx, wire::InteractionCopied(ticket, copy, BySplit(change)), now));
  }
  return Ok();
}

Result<Ticket> Splits::MakeIn(sql::Tx& tx, const Change& change, const Ticket& source,
                              const SplitOff& off, const Parts& parts, Time now) {
  Ticket ticket;
  ticket.id = IdOf(change);
  ticket.reference = ReferenceOf(ticket.id);
  ticket.split_from = source.id;
  ticket.subject = off.subject.empty() ? source.subject : off.subject;
  ticket.channel = parts.chosen.front().channel;
  ticket.endpoint = source.endpoint;
  ticket.queue_id = off.queue_id.empty() ? source.queue_id : off.queue_id;
  ticket.priority = source.priority;
  ticket.type = source.type;
  ticket.contact_id = parts.contact.id;
  ticket.contact_name =
      parts.contact.id == source.contact_id ? source.contact_name : parts.contact.display_name;
  ticket.account_id = parts.contact.account_id;
  ticket.create_time = now;
  std::vector<Interaction> copies;
  for (const Interaction& one : parts.chosen) {
    ticket.Record(now);
    copies.push_back(CopyOf(one, change, ticket, ticket.interaction_count));
    if (IsFromContact(one)) ticket.last_inbound_time = one.create_time;
  }
  RETURN_IF_ERROR(OpenIn(tx, change, ticket, copies, now));
  RETURN_IF_ERROR(AddLinkIn(tx, Link{ticket.id, LinkKind::kRelated, source.id}.Normal(),
                            store::MadeBy::kHand, now));
  return ticket;
}

Result<Ticket> Splits::Split(const Change& change, const SplitOff& off) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Ticket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    if (!first) return store::Load(tx, IdOf(change));
    ASSIGN_OR_RETURN(const Parts parts, TakeApart(tx, change.id, off));
    RETURN_IF_ERROR(store::LockLinks(tx));
    ASSIGN_OR_RETURN(Ticket source, store::LoadForChange(tx, change.id));
    RETURN_IF_ERROR(CheckVersion(source, change.expected_version));
    RETURN_IF_ERROR(source.Touch(now));
    ASSIGN_OR_RETURN(Ticket made, MakeIn(tx, change, source, off, parts, now));
    RETURN_IF_ERROR(journal_.Save(
        tx, {source},
        [&](const Ticket& changed) {
          return wire::TicketSplit(changed, made.id, off.interactions, BySplit(change));
        },
        now));
    return made;
  });
}

Result<Ticket> Splits::Undo(const Change& change) {
  ASSIGN_OR_RETURN(const Ticket ticket,
                   database_.Read([&](sql::Tx& tx) { return store::Load(tx, change.id); }));
  if (ticket.split_from.empty()) {
    return MakeError(Code::kFailedPrecondition, "NOT_SPLIT",
                     "this ticket was not split off another one");
  }
  // A retry finds it merged already, whatever the time is by then.
  if (IsOpen(ticket.status) && clock_.Now() > ticket.create_time + kUnmergeWindow) {
    return MakeError(Code::kFailedPrecondition, "SPLIT_WINDOW_OVER",
                     "it was split off more than 24 hours ago: merge it instead");
  }
  return merges_.Merge(change, ticket.split_from);
}

}  // namespace muara::ticket

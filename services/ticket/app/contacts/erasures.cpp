#include "services/ticket/app/contacts/erasures.h"

#include <algorithm>

#include "libs/bus/claim.h"
#include "services/ticket/store/bulk/bulk_edits.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/erase.h"
#include "services/ticket/store/search/search_index.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"
#include "services/ticket/wire/words.h"

namespace muara::ticket {
namespace {

using wire::WordScope;

constexpr int kFactsMax = 200;       // rewritten in one transaction
constexpr size_t kTicketsMax = 200;  // named in one fact
constexpr int64_t kItemDone = -1;

muara::Status AddCounts(sql::Tx& tx, const ContactId& id, const store::Emptied& emptied) {
  for (const auto& [kind, number] : emptied.counts) {
    RETURN_IF_ERROR(store::AddCount(tx, id, kind, number));
  }
  return store::AddKept(tx, id, emptied.kept);
}

// Out of reach at once: nothing of theirs finds them from here on.
muara::Status EraseContactIn(sql::Tx& tx, const ContactId& asked, const ContactId& id, Time now) {
  ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, id));
  if (contact.erase_time) return Ok();
  Erase(contact, now);
  RETURN_IF_ERROR(store::SaveContact(tx, contact));
  RETURN_IF_ERROR(store::SettleTicketsAnew(tx, id));
  ASSIGN_OR_RETURN(const store::Emptied emptied, store::DropAllOf(tx, id));
  return AddCounts(tx, asked, emptied);
}

}  // namespace

Result<Erasure> Erasures::Get(const ContactId& id) {
  return database_.Read([&](sql::Tx& tx) -> Result<Erasure> {
    ASSIGN_OR_RETURN(auto erasure, store::FindErasure(tx, id));
    if (erasure) return *std::move(erasure);
    RETURN_IF_ERROR(store::LoadContact(tx, id));
    return MakeError(Code::kNotFound, "CONTACT_NOT_ERASED", "nobody has asked to erase it");
  });
}

Result<Erasure> Erasures::Begin(const ContactChange& change) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Erasure> {
    RETURN_IF_ERROR(bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(const Contact contact, store::LoadContactForChange(tx, change.id));
    ASSIGN_OR_RETURN(const auto known, store::FindErasure(tx, change.id));
    if (known) return *known;
    RETURN_IF_ERROR(CheckVersion(contact.version, change.expected_version));
    RETURN_IF_ERROR(CheckChangeable(contact));
    Erasure erasure;
    erasure.contact_id = contact.id;
    erasure.contacts = contact.Group();
    erasure.actor = change.actor;
    erasure.reason = change.why;
    erasure.request_time = now;
    for (const ContactId& id : erasure.contacts) {
      RETURN_IF_ERROR(EraseContactIn(tx, contact.id, id, now));
    }
    RETURN_IF_ERROR(store::InsertErasure(tx, erasure));
    tx.OnCommit([this] { wake_.Notify(); });
    ASSIGN_OR_RETURN(auto begun, store::FindErasure(tx, change.id));
    return *std::move(begun);
  });
}

Result<bool> Erasures::Step() {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) { return StepIn(tx, now); });
}

Result<bool> Erasures::StepIn(sql::Tx& tx, Time now) {
  ASSIGN_OR_RETURN(const auto running, store::LockRunning(tx));
  if (!running) return false;
  const Erasure& erasure = running->erasure;
  switch (running->phase) {
    case store::ErasurePhase::kEmptying: {
      ASSIGN_OR_RETURN(const auto item, store::NextItem(tx, erasure.contact_id));
      if (item) {
        RETURN_IF_ERROR(WorkOn(tx, erasure, *item, now));
        return true;
      }
      RETURN_IF_ERROR(Tell(tx, erasure, now));
      RETURN_IF_ERROR(store::SetPhase(tx, erasure.contact_id, store::ErasurePhase::kTold));
      return true;
    }
    case store::ErasurePhase::kTold:
      RETURN_IF_ERROR(store::Sweep(tx, store::SweepOf::kAll));
      RETURN_IF_ERROR(store::SetPhase(tx, erasure.contact_id, store::ErasurePhase::kSweeping));
      return true;
    case store::ErasurePhase::kSweeping: {
      ASSIGN_OR_RETURN(const bool swept, store::Sweep(tx, store::SweepOf::kRest));
      if (!swept) RETURN_IF_ERROR(Finish(tx, erasure, now));
      return true;
    }
  }
  return false;
}

muara::Status Erasures::WorkOn(sql::Tx& tx, const Erasure& erasure, const store::ErasureItem& item,
                               Time now) {
  if (item.next_fact > 0) return EmptyFacts(tx, erasure, item);
  RETURN_IF_ERROR(EmptyRows(tx, erasure, item, now));
  return store::SetNextFact(tx, erasure.contact_id, item.id, 1);
}

muara::Status Erasures::EmptyRows(sql::Tx& tx, const Erasure& erasure,
                                  const store::ErasureItem& item, Time now) {
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, TicketId{item.id}));
  const bool theirs = item.kind == store::ErasureItemKind::kTicket;
  ASSIGN_OR_RETURN(store::Emptied emptied,
                   store::EmptyInteractions(tx, ticket, erasure.contacts,
                                            theirs ? store::ErasedMessages::kOfTheirTicket
                                                   : store::ErasedMessages::kWrittenByThem,
                                            now));
  ASSIGN_OR_RETURN(const bool split_off,
                   store::IsTheirs(tx, erasure.contact_id, ticket.split_from));
  if (theirs || split_off) ticket.subject.clear();
  if (theirs) {
    ticket.contact_name.clear();
    ticket.flag_note.clear();
    ticket.conversation.clear();
    RETURN_IF_ERROR(store::DropTextsIn(tx, ticket.id));
    const size_t values = ticket.fields.size();
    if (DropTexts(ticket.fields)) emptied.counts["field_values"] = values - ticket.fields.size();
  }
  if (theirs || split_off) RETURN_IF_ERROR(store::SaveWords(tx, ticket));
  RETURN_IF_ERROR(AddCounts(tx, erasure.contact_id, emptied));
  RETURN_IF_ERROR(store::AddCopiesOf(tx, erasure.contact_id, ticket.id));
  // Gone at once; indexed again without their words a moment later.
  RETURN_IF_ERROR(store::DropDocument(tx, ticket.id));
  return store::EnqueueForSearch(tx, ticket.id, now);
}

muara::Status Erasures::EmptyFacts(sql::Tx& tx, const Erasure& erasure,
                                   const store::ErasureItem& item) {
  WordScope scope;
  std::string key = item.id;
  if (item.kind == store::ErasureItemKind::kContact) {
    key = "contacts/" + item.id;
  } else {
    // Locked, so that nothing is told of it meanwhile with what it was.
    ASSIGN_OR_RETURN(const Ticket ticket, store::LoadForChange(tx, TicketId{item.id}));
    ASSIGN_OR_RETURN(scope.interactions, store::ErasedInteractions(tx, ticket.id));
    if (item.kind == store::ErasureItemKind::kMessages) {
      ASSIGN_OR_RETURN(const bool split_off,
                       store::IsTheirs(tx, erasure.contact_id, ticket.split_from));
      scope.of = split_off ? WordScope::Of::kSubject : WordScope::Of::kMessages;
    }
  }
  ASSIGN_OR_RETURN(const bus::RewrittenFacts done,
                   log_.RewriteOfKey(tx, key, item.next_fact, kFactsMax,
                                     [&](const std::string& type, const std::string& data) {
                                       return wire::WithoutWords(type, data, scope);
                                     }));
  RETURN_IF_ERROR(store::AddCount(tx, erasure.contact_id, "facts", done.rewritten));
  return store::SetNextFact(tx, erasure.contact_id, item.id,
                            done.next == 0 ? kItemDone : done.next);
}

muara::Status Erasures::Tell(sql::Tx& tx, const Erasure& erasure, Time now) {
  ASSIGN_OR_RETURN(const auto tickets, store::ListErasedTickets(tx, erasure.contact_id));
  const std::vector<ContactId> merged(erasure.contacts.begin() + 1, erasure.contacts.end());
  for (size_t begin = 0; begin == 0 || begin < tickets.size(); begin += kTicketsMax) {
    const auto from = tickets.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to = tickets.begin() +
                    static_cast<std::ptrdiff_t>(std::min(tickets.size(), begin + kTicketsMax));
    RETURN_IF_ERROR(log_.Append(
        tx, wire::ContactErased(erasure.contact_id, merged, {from, to}, erasure.actor), now));
  }
  ASSIGN_OR_RETURN(const int64_t others, store::CountOthersTickets(tx, erasure.contact_id));
  RETURN_IF_ERROR(store::AddCount(tx, erasure.contact_id, "tickets_of_others", others));
  return store::AddCount(tx, erasure.contact_id, "tickets", static_cast<int64_t>(tickets.size()));
}

muara::Status Erasures::Finish(sql::Tx& tx, Erasure erasure, Time now) {
  ASSIGN_OR_RETURN(const auto tickets, store::ListErasedTickets(tx, erasure.contact_id));
  erasure.done_time = now;
  erasure.sha256 = ProofOf(erasure, tickets);
  return store::SetDone(tx, erasure);
}

}  // namespace muara::ticket

#include "services/ticket/app/contacts/erasures.h"

#include <algorithm>
#include <set>

#include "libs/bus/claim.h"
#include "services/ticket/store/bulk/bulk_edits.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/erase.h"
#include "services/ticket/store/recurring/recurring_tickets.h"
#include "services/ticket/store/search/search_index.h"
#include "services/ticket/store/search/views.h"
#include "services/ticket/store/tickets.h"
#include "services/ticket/wire/events.h"
#include "services/ticket/wire/originals.h"
#include "services/ticket/wire/words.h"

namespace muara::ticket {
namespace {

using wire::WordScope;

constexpr int kGatheredMax = 200;    // tickets in one transaction
constexpr int kFactsMax = 200;       // rewritten in one transaction
constexpr size_t kNamedMax = 200;    // tickets or references, in one fact and one transaction
constexpr size_t kProvenMax = 1000;  // tickets read at once
// Before the last ticket that was told of; references begin with what they are of.
constexpr std::string_view kToldTicket = "ticket ";
constexpr int64_t kItemDone = -1;
constexpr int kViewsMax = 200;        // read at once
constexpr size_t kPointBytesMin = 8;  // that a view's name is searched for
// Sweeping costs what the whole index costs, however little there is to erase.
constexpr int kRestOfSweep = 19;  // times as long as it took
constexpr Duration kRestMax = std::chrono::hours(6);

muara::Status AddCounts(sql::Tx& tx, const ContactId& id, const store::Emptied& emptied) {
  for (const auto& [kind, number] : emptied.counts) {
    RETURN_IF_ERROR(store::AddCount(tx, id, kind, number));
  }
  return store::AddKept(tx, id, emptied.kept);
}

bool IsOneOf(const std::vector<ContactId>& contacts, const std::string& id) {
  return std::find(contacts.begin(), contacts.end(), ContactId{id}) != contacts.end();
}

bool Names(const View& view, const std::set<std::string>& points) {
  const std::string name = NormalName(view.name);
  return wire::FilterNames(view.filter, points) ||
         std::any_of(points.begin(), points.end(), [&](const std::string& point) {
           return point.size() >= kPointBytesMin && name.find(point) != std::string::npos;
         });
}

// Saved views that ask for one of their points, which will never again find anything.
Result<int64_t> DropViewsNaming(sql::Tx& tx, const Contact& contact) {
  std::set<std::string> points;
  for (const ContactPoint& point : contact.points) points.insert(NormalName(point.value));
  points.erase("");
  if (points.empty()) return 0;
  int64_t dropped = 0;
  std::string after;
  for (size_t read = kViewsMax; read == kViewsMax;) {
    ASSIGN_OR_RETURN(const auto views, store::ListAllViews(tx, kViewsMax, after));
    read = views.size();
    for (const View& view : views) {
      after = view.id;
      if (!Names(view, points)) continue;
      RETURN_IF_ERROR(store::DeleteView(tx, view.id));
      ++dropped;
    }
  }
  return dropped;
}

// Out of reach at once: nothing of theirs finds them from here on.
muara::Status EraseContactIn(sql::Tx& tx, const ContactId& asked, const ContactId& id, Time now) {
  ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, id));
  if (contact.erase_time) return Ok();
  ASSIGN_OR_RETURN(const int64_t views, DropViewsNaming(tx, contact));
  RETURN_IF_ERROR(store::AddCount(tx, asked, "views", views));
  Erase(contact, now);
  RETURN_IF_ERROR(store::SaveContact(tx, contact));
  RETURN_IF_ERROR(store::AskToSettle(tx, id));
  RETURN_IF_ERROR(store::EndFollow(tx, id));
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
      RETURN_IF_ERROR(EndRecurring(tx, erasure, id, now));
    }
    RETURN_IF_ERROR(store::InsertErasure(tx, erasure));
    tx.OnCommit([this] { wake_.Notify(); });
    ASSIGN_OR_RETURN(auto begun, store::FindErasure(tx, change.id));
    return *std::move(begun);
  });
}

Result<bool> Erasures::Step() {
  const Time now = clock_.Now();
  std::optional<Erasure> swept;
  ASSIGN_OR_RETURN(const bool worked,
                   database_.Transact([&](sql::Tx& tx) { return StepIn(tx, swept, now); }));
  if (swept) RETURN_IF_ERROR(Finish(*std::move(swept), now));
  return worked;
}

Result<bool> Erasures::StepIn(sql::Tx& tx, std::optional<Erasure>& swept, Time now) {
  ASSIGN_OR_RETURN(const auto running, store::LockRunning(tx));
  if (!running) return false;
  const Erasure& erasure = running->erasure;
  switch (running->phase) {
    case store::ErasurePhase::kGathering:
      RETURN_IF_ERROR(Gather(tx, *running));
      return true;
    case store::ErasurePhase::kEmptying: {
      ASSIGN_OR_RETURN(const auto item, store::NextItem(tx, erasure.contact_id));
      if (item) {
        RETURN_IF_ERROR(WorkOn(tx, erasure, *item, now));
        return true;
      }
      ASSIGN_OR_RETURN(const bool more, TellSome(tx, erasure, running->told, now));
      if (more) return true;
      RETURN_IF_ERROR(store::SetPhase(
          tx, erasure.contact_id,
          store::KeepsOldWords(tx) ? store::ErasurePhase::kTold : store::ErasurePhase::kSwept));
      return true;
    }
    case store::ErasurePhase::kTold:
      return BeginSweep(tx, now);
    case store::ErasurePhase::kSweeping:
      RETURN_IF_ERROR(GoOnSweeping(tx, now));
      return true;
    case store::ErasurePhase::kSwept:
      swept = erasure;
      return true;
  }
  return false;
}

// Their tickets' clocks are settled without what policies ask for, and all there is to do is
// written down.
muara::Status Erasures::Gather(sql::Tx& tx, const store::RunningErasure& running) {
  const Erasure& erasure = running.erasure;
  for (const ContactId& id : erasure.contacts) {
    ASSIGN_OR_RETURN(const int settled, store::SettleSome(tx, id, kGatheredMax));
    if (settled > 0) return Ok();
  }
  ASSIGN_OR_RETURN(const bool more, store::GatherSome(tx, running, kGatheredMax));
  if (more) return Ok();
  return store::SetPhase(tx, erasure.contact_id, store::ErasurePhase::kEmptying);
}

// For all that wait. False: it is too soon after the last one.
Result<bool> Erasures::BeginSweep(sql::Tx& tx, Time now) {
  ASSIGN_OR_RETURN(store::SweepPace pace, store::LoadSweepPace(tx));
  if (now < pace.due) return false;
  RETURN_IF_ERROR(store::Sweep(tx, store::SweepOf::kAll));
  pace.spent = clock_.Now() - now;
  RETURN_IF_ERROR(store::SaveSweepPace(tx, pace));
  RETURN_IF_ERROR(store::MoveAll(tx, store::ErasurePhase::kTold, store::ErasurePhase::kSweeping));
  return true;
}

muara::Status Erasures::GoOnSweeping(sql::Tx& tx, Time now) {
  ASSIGN_OR_RETURN(store::SweepPace pace, store::LoadSweepPace(tx));
  ASSIGN_OR_RETURN(const bool more, store::Sweep(tx, store::SweepOf::kRest));
  pace.spent += clock_.Now() - now;
  if (!more) {
    pace.due = now + std::min(pace.spent * kRestOfSweep, kRestMax);
    RETURN_IF_ERROR(
        store::MoveAll(tx, store::ErasurePhase::kSweeping, store::ErasurePhase::kSwept));
  }
  return store::SaveSweepPace(tx, pace);
}

muara::Status Erasures::WorkOn(sql::Tx& tx, const Erasure& erasure, const store::ErasureItem& item,
                               Time now) {
  if (item.next_fact > 0) return EmptyFacts(tx, erasure, item);
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, TicketId{item.id}));
  ASSIGN_OR_RETURN(const bool more, EmptyInteractions(tx, erasure, item, ticket, now));
  if (more) return Ok();
  RETURN_IF_ERROR(EmptyTicket(tx, erasure, item, std::move(ticket), now));
  return store::SetNextFact(tx, erasure.contact_id, item.id, 1);
}

Result<bool> Erasures::EmptyInteractions(sql::Tx& tx, const Erasure& erasure,
                                         const store::ErasureItem& item, const Ticket& ticket,
                                         Time now) {
  const auto which = item.kind == store::ErasureItemKind::kTicket
                         ? store::ErasedMessages::kOfTheirTicket
                         : store::ErasedMessages::kWrittenByThem;
  ASSIGN_OR_RETURN(
      const store::Emptied emptied,
      store::EmptyInteractions(tx, ticket, erasure.contacts, which, {.from = item.next_row}, now));
  RETURN_IF_ERROR(AddCounts(tx, erasure.contact_id, emptied));
  if (emptied.next_sequence == 0) return false;
  RETURN_IF_ERROR(store::SetNextRow(tx, erasure.contact_id, item.id, emptied.next_sequence));
  return true;
}

muara::Status Erasures::EmptyTicket(sql::Tx& tx, const Erasure& erasure,
                                    const store::ErasureItem& item, Ticket ticket, Time now) {
  const bool theirs = item.kind == store::ErasureItemKind::kTicket;
  ASSIGN_OR_RETURN(const bool split_off,
                   store::IsTheirs(tx, erasure.contact_id, ticket.split_from));
  if (theirs || split_off) ticket.subject.clear();
  if (theirs) {
    ticket.contact_name.clear();
    ticket.flag_note.clear();
    ticket.conversation.clear();
    RETURN_IF_ERROR(store::DropTextsIn(tx, ticket.id));
    const size_t values = ticket.fields.size();
    if (DropTexts(ticket.fields)) {
      RETURN_IF_ERROR(store::AddCount(tx, erasure.contact_id, "field_values",
                                      static_cast<int64_t>(values - ticket.fields.size())));
    }
  }
  if (theirs || split_off) RETURN_IF_ERROR(store::SaveWords(tx, ticket));
  RETURN_IF_ERROR(store::AddCopiesOf(tx, erasure.contact_id, ticket.id));
  // Gone at once; indexed again without their words a moment later.
  RETURN_IF_ERROR(store::DropDocument(tx, ticket.id));
  return store::EnqueueForSearch(tx, ticket.id, now);
}

// Nothing is opened for them any more.
muara::Status Erasures::EndRecurring(sql::Tx& tx, const Erasure& erasure, const ContactId& id,
                                     Time now) {
  ASSIGN_OR_RETURN(auto found, store::ListRecurringOfForChange(tx, id));
  for (RecurringTicket& one : found) {
    one.enabled = false;
    one.next.reset();
    one.subject.clear();
    one.text.clear();
    ++one.version;
    RETURN_IF_ERROR(store::SaveRecurring(tx, one));
    RETURN_IF_ERROR(log_.Append(
        tx, wire::RecurringTicketChanged(one, {erasure.actor, "CONTACT_ERASED", ""}), now));
  }
  return store::AddCount(tx, erasure.contact_id, "recurring_tickets",
                         static_cast<int64_t>(found.size()));
}

muara::Status Erasures::EmptyFacts(sql::Tx& tx, const Erasure& erasure,
                                   const store::ErasureItem& item) {
  WordScope scope;
  std::string key = item.id;
  muara::Status looked = Ok();
  if (item.kind == store::ErasureItemKind::kContact) {
    key = "contacts/" + item.id;
  } else if (item.kind != store::ErasureItemKind::kRecurring) {
    // Locked, so that nothing is told of it meanwhile with what it was.
    ASSIGN_OR_RETURN(const Ticket ticket, store::LoadForChange(tx, TicketId{item.id}));
    scope.is_erased = [&](const std::string& id) {
      const auto erased = store::IsErased(tx, InteractionId{id});
      if (!erased.ok()) looked = erased.error();
      return erased.ok() && *erased;
    };
    if (item.kind == store::ErasureItemKind::kMessages) {
      ASSIGN_OR_RETURN(const bool split_off,
                       store::IsTheirs(tx, erasure.contact_id, ticket.split_from));
      scope.of = split_off ? WordScope::Of::kSubject : WordScope::Of::kMessages;
    }
  }
  const auto rewrite = [&](const std::string& type,
                           const std::string& data) -> std::optional<std::string> {
    if (item.kind == store::ErasureItemKind::kRecurring &&
        !IsOneOf(erasure.contacts, wire::ContactOfRecurring(type, data))) {
      return std::nullopt;
    }
    return wire::WithoutWords(type, data, scope);
  };
  ASSIGN_OR_RETURN(const bus::RewrittenFacts done,
                   log_.RewriteOfKey(tx, key, item.next_fact, kFactsMax, rewrite));
  RETURN_IF_ERROR(looked);
  RETURN_IF_ERROR(store::AddCount(tx, erasure.contact_id, "facts", done.rewritten));
  return store::SetNextFact(tx, erasure.contact_id, item.id,
                            done.next == 0 ? kItemDone : done.next);
}

// Where the channels may still have something of it comes first, then its tickets.
Result<bool> Erasures::TellSome(sql::Tx& tx, const Erasure& erasure, const std::string& told,
                                Time now) {
  const ContactId& id = erasure.contact_id;
  TicketId after;
  if (told.starts_with(kToldTicket)) {
    after.value = told.substr(kToldTicket.size());
  } else {
    ASSIGN_OR_RETURN(const auto kept, store::ListKept(tx, id, told, kNamedMax));
    if (!kept.empty()) {
      RETURN_IF_ERROR(log_.Append(tx, wire::OriginalsOrphaned(id, kept), now));
      RETURN_IF_ERROR(store::SetTold(tx, id, kept.back()));
      return true;
    }
  }
  ASSIGN_OR_RETURN(auto tickets, store::ListErasedTickets(tx, id, after, kNamedMax + 1));
  const bool more = tickets.size() > kNamedMax;
  if (more) tickets.pop_back();
  const std::vector<ContactId> merged(erasure.contacts.begin() + 1, erasure.contacts.end());
  RETURN_IF_ERROR(log_.Append(tx, wire::ContactErased(id, merged, tickets, erasure.actor), now));
  RETURN_IF_ERROR(store::AddCount(tx, id, "tickets", static_cast<int64_t>(tickets.size())));
  if (more) {
    RETURN_IF_ERROR(store::SetTold(tx, id, std::string(kToldTicket) + tickets.back().value));
    return true;
  }
  ASSIGN_OR_RETURN(const int64_t others, store::CountOthersTickets(tx, id));
  RETURN_IF_ERROR(store::AddCount(tx, id, "tickets_of_others", others));
  return false;
}

// What is proved does not change any more, so that it is read some at a time, and keeps nobody from
// writing.
muara::Status Erasures::Finish(Erasure erasure, Time now) {
  Proof proof(erasure);
  TicketId after;
  for (size_t read = kProvenMax; read == kProvenMax;) {
    ASSIGN_OR_RETURN(const auto tickets, database_.Read([&](sql::Tx& tx) {
      return store::ListErasedTickets(tx, erasure.contact_id, after, kProvenMax);
    }));
    read = tickets.size();
    for (const TicketId& id : tickets) proof.Add(id);
    if (read > 0) after = tickets.back();
  }
  erasure.done_time = now;
  erasure.sha256 = proof.Hex();
  return database_.Transact([&](sql::Tx& tx) { return store::SetDone(tx, erasure); });
}

}  // namespace muara::ticket

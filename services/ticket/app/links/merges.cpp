#include "services/ticket/app/links/merges.h"

#include "libs/bus/claim.h"
#include "services/ticket/app/links/links.h"

namespace muara::ticket {
namespace {

constexpr int kMergesMax = 100;  // in one line

Error Refused(const char* reason, const char* message, const Ticket& target) {
  Error error = MakeError(Code::kFailedPrecondition, reason, message);
  error.metadata.emplace_back("ticket_id", target.id.value);
  error.metadata.emplace_back("status", StatusName(target.status));
  return error;
}

// Does this one, merged already, go on in the other?
Result<bool> LeadsTo(sql::Tx& tx, Ticket from, const TicketId& id) {
  for (int i = 0; i < kMergesMax && from.status == Status::kMerged; ++i) {
    if (from.merged_into == id) return true;
    ASSIGN_OR_RETURN(from, store::Load(tx, from.merged_into));
  }
  return false;
}

// One that is there already, made by hand, stays when the merge is undone.
muara::Status LinkIn(sql::Tx& tx, const Ticket& source, Time now) {
  const Link link{source.id, LinkKind::kDuplicateOf, source.merged_into};
  ASSIGN_OR_RETURN(const bool there, store::HasLink(tx, link));
  return there ? Ok() : AddLinkIn(tx, link, store::MadeBy::kMerge, now);
}

wire::Cause ByAgent(const Change& change) { return {change.actor, "AGENT", change.why}; }

}  // namespace

Result<Ticket> Merges::Apply(const Change& change,
                             const std::function<Result<Ticket>(sql::Tx&, Ticket, Time)>& act) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Ticket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    // Two that would be merged into each other come one after the other.
    RETURN_IF_ERROR(store::LockLinks(tx));
    ASSIGN_OR_RETURN(Ticket source, store::LoadForChange(tx, change.id));
    if (!first) return source;
    RETURN_IF_ERROR(CheckVersion(source, change.expected_version));
    return act(tx, std::move(source), now);
  });
}

Result<Ticket> Merges::LoadTarget(sql::Tx& tx, const Ticket& source, const TicketId& into) {
  auto target = store::LoadForChange(tx, into);
  if (!target.ok()) {
    Error error = target.error();
    error.metadata.emplace_back("ticket_id", into.value);
    return error;
  }
  if (IsOpen(target->status)) return target;
  ASSIGN_OR_RETURN(const bool cycle, LeadsTo(tx, *target, source.id));
  if (cycle) return Refused("MERGE_CYCLE", "the other ticket goes on in this one", *target);
  return Refused("MERGE_TARGET_NOT_OPEN", "the other ticket is not open", *target);
}

muara::Status Merges::NoteIn(sql::Tx& tx, const Change& change, Ticket target,
                             const std::string& text, Time now) {
  RETURN_IF_ERROR(target.Note(now));
  Interaction note;
  note.id = {NamedUuid(change.key.key)};
  note.ticket_id = target.id;
  note.sequence = target.interaction_count;
  note.kind = InteractionKind::kNote;
  note.direction = Direction::kInternal;
  note.channel = target.channel;
  note.author_id = change.actor.substr(change.actor.find('/') + 1);
  note.content.text = change.why.empty() ? text : text + "\n" + change.why;
  note.create_time = now;
  return journal_.Save(
      tx, {target, &note},
      [&](const Ticket& changed) { return wire::NoteAdded(changed, note, ByAgent(change)); }, now);
}

Result<Ticket> Merges::MergeIn(sql::Tx& tx, const Change& change, Ticket source,
                               const TicketId& into, Time now) {
  ASSIGN_OR_RETURN(Ticket target, LoadTarget(tx, source, into));
  RETURN_IF_ERROR(source.Merge(into, now));
  RETURN_IF_ERROR(LinkIn(tx, source, now));
  RETURN_IF_ERROR(journal_.Save(
      tx, {source},
      [&](const Ticket& merged) { return wire::TicketMerged(merged, ByAgent(change)); }, now));
  RETURN_IF_ERROR(
      NoteIn(tx, change, target, source.reference + " was merged into this ticket", now));
  return source;
}

Result<Ticket> Merges::UnmergeIn(sql::Tx& tx, const Change& change, Ticket source, Time now) {
  const TicketId into = source.merged_into;
  RETURN_IF_ERROR(source.Unmerge(now));
  RETURN_IF_ERROR(store::DeleteMergeLink(tx, source.id));
  RETURN_IF_ERROR(journal_.Save(
      tx, {source},
      [&](const Ticket& changed) { return wire::TicketUnmerged(changed, into, ByAgent(change)); },
      now));
  ASSIGN_OR_RETURN(Ticket target, store::LoadForChange(tx, into));
  // Over or put away since: it does not change any more.
  if (!IsOpen(target.status) && target.status != Status::kResolved) return source;
  RETURN_IF_ERROR(
      NoteIn(tx, change, target, source.reference + " was taken out of this ticket again", now));
  return source;
}

Result<Ticket> Merges::Merge(const Change& change, const TicketId& into) {
  if (change.id == into) {
    return MakeError(Code::kFailedPrecondition, "MERGE_INTO_SELF",
                     "a ticket cannot be merged into itself");
  }
  return Apply(change, [&](sql::Tx& tx, Ticket source, Time now) {
    return MergeIn(tx, change, std::move(source), into, now);
  });
}

Result<Ticket> Merges::Unmerge(const Change& change) {
  return Apply(change, [&](sql::Tx& tx, Ticket source, Time now) {
    return UnmergeIn(tx, change, std::move(source), now);
  });
}

}  // namespace muara::ticket

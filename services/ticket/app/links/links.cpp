#include "services/ticket/app/links/links.h"

#include <map>

#include "libs/bus/claim.h"

namespace muara::ticket {
namespace {

constexpr int kDepthMax = 200;  // of parents of parents

Error Refused(const char* reason, const char* message, const TicketId& ticket) {
  Error error = MakeError(Code::kFailedPrecondition, reason, message);
  error.metadata.emplace_back("ticket_id", ticket.value);
  return error;
}

muara::Status CheckCount(sql::Tx& tx, const TicketId& id) {
  ASSIGN_OR_RETURN(const size_t count, store::CountLinks(tx, id));
  if (count < kLinksMax) return Ok();
  return Refused("TOO_MANY_LINKS", "the ticket has 200 links", id);
}

// One above at most, and never itself.
muara::Status CheckHierarchy(sql::Tx& tx, const Link& link) {
  ASSIGN_OR_RETURN(const auto taken, store::FindLinked(tx, link.from, link.kind));
  if (taken) {
    return link.kind == LinkKind::kParent
               ? Refused("HAS_PARENT", "the ticket has another parent", *taken)
               : Refused("HAS_PROBLEM", "the ticket is an incident of another problem", *taken);
  }
  TicketId above = link.to;
  for (int depth = 0; depth < kDepthMax; ++depth) {
    ASSIGN_OR_RETURN(const auto next, store::FindLinked(tx, above, link.kind));
    if (!next) return Ok();
    if (*next == link.from) {
      return Refused("LINK_CYCLE", "the other ticket is below this one already", above);
    }
    above = *next;
  }
  return Refused("TOO_DEEP", "there are 200 tickets above this one", above);
}

// Locked: what is told of it is told of it as it is.
Result<Ticket> LoadOther(sql::Tx& tx, const TicketId& id) {
  auto other = store::LoadForChange(tx, id);
  if (other.ok()) return other;
  Error error = other.error();
  error.metadata.emplace_back("ticket_id", id.value);
  return error;
}

}  // namespace

muara::Status AddLinkIn(sql::Tx& tx, const Link& link, store::MadeBy made_by, Time now) {
  RETURN_IF_ERROR(link.Check());
  ASSIGN_OR_RETURN(const bool there, store::HasLink(tx, link));
  if (there) return Refused("ALREADY_LINKED", "the tickets are linked like this", link.to);
  RETURN_IF_ERROR(CheckCount(tx, link.from));
  RETURN_IF_ERROR(CheckCount(tx, link.to));
  if (IsHierarchy(link.kind)) RETURN_IF_ERROR(CheckHierarchy(tx, link));
  return store::InsertLink(tx, link, made_by, now);
}

Result<Ticket> Links::Apply(const Change& change, const TicketId& other,
                            const std::function<Result<Link>(sql::Tx&, Time)>& act, Tell tell) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Ticket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    RETURN_IF_ERROR(store::LockLinks(tx));
    ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, change.id));
    if (!first) return ticket;
    RETURN_IF_ERROR(CheckVersion(ticket, change.expected_version));
    ASSIGN_OR_RETURN(Ticket linked, LoadOther(tx, other));
    RETURN_IF_ERROR(ticket.Touch(now));
    ASSIGN_OR_RETURN(const Link link, act(tx, now));
    const auto told = [&](const Ticket& one) {
      return tell(one, link, {change.actor, "AGENT", change.why});
    };
    RETURN_IF_ERROR(journal_.Save(tx, {ticket}, told, now));
    // The other one may be CLOSED: it stays as it is, and its history tells of it.
    RETURN_IF_ERROR(journal_.Keep(tx, {linked}, told, now));
    return ticket;
  });
}

Result<Ticket> Links::Add(const Change& change, LinkKind kind, const TicketId& other) {
  const Link link{change.id, kind, other};
  RETURN_IF_ERROR(link.Check());
  return Apply(
      change, other,
      [&](sql::Tx& tx, Time now) -> Result<Link> {
        RETURN_IF_ERROR(AddLinkIn(tx, link, store::MadeBy::kHand, now));
        return link;
      },
      wire::TicketLinked);
}

Result<Ticket> Links::Remove(const Change& change, LinkKind kind, const TicketId& other) {
  return Apply(
      change, other,
      [&](sql::Tx& tx, Time) -> Result<Link> {
        for (const Link& link : {Link{change.id, kind, other}, Link{other, kind, change.id}}) {
          ASSIGN_OR_RETURN(const bool deleted, store::DeleteLink(tx, link));
          if (deleted) return link;
        }
        Error error = MakeError(Code::kNotFound, "LINK_NOT_FOUND", "there is no such link");
        error.metadata.emplace_back("kind", LinkKindName(kind));
        error.metadata.emplace_back("ticket_id", other.value);
        return error;
      },
      wire::TicketUnlinked);
}

Result<std::vector<ShownLink>> Links::List(const TicketId& id) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<ShownLink>> {
    RETURN_IF_ERROR(store::Load(tx, id));
    ASSIGN_OR_RETURN(const auto links, store::ListLinks(tx, id));
    std::vector<TicketId> ids;
    for (const Link& link : links) ids.push_back(link.OtherOf(id));
    ASSIGN_OR_RETURN(const auto others, store::LoadMany(tx, ids));
    std::map<TicketId, Ticket> by_id;
    for (const Ticket& other : others) by_id.emplace(other.id, other);
    std::vector<ShownLink> shown;
    for (const Link& link : links) {
      const auto other = by_id.find(link.OtherOf(id));
      if (other != by_id.end()) shown.push_back({link, other->second});
    }
    return shown;
  });
}

}  // namespace muara::ticket

// Resolving a problem with all its incidents: each in a transaction of its own, whose key is made
// of the request's, so that a retry goes on where the first try ended.
#include "libs/bus/claim.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/store/links/links.h"

namespace muara::ticket {
namespace {

constexpr const char* kNotOpen = "NOT_OPEN";

// Whatever is wrong with this incident; all else passes, and the caller tries again.
bool IsItsOwn(const Error& error) {
  return error.code == Code::kFailedPrecondition || error.code == Code::kInvalidArgument ||
         error.code == Code::kNotFound;
}

}  // namespace

muara::Status Tickets::AnswerIncidentIn(sql::Tx& tx, const Change& change, Ticket& ticket,
                                        const std::string& text, Time now) {
  const wire::Cause cause{change.actor, "PROBLEM_RESOLVED", change.why};
  ASSIGN_OR_RETURN(Interaction reply, ReplyIn(tx, change, ticket, {text, {}, 0}, now));
  Sign(reply, change, ticket, now);
  return journal_.Save(
      tx, {ticket, &reply},
      [&](const Ticket& changed) { return wire::ReplyWritten(changed, reply, cause); }, now);
}

Result<Ticket> Tickets::ResolveIncident(const Change& change, const std::string& disposition,
                                        const std::string& text) {
  const Time now = clock_.Now();
  const wire::Cause cause{change.actor, "PROBLEM_RESOLVED", change.why};
  return database_.Transact([&](sql::Tx& tx) -> Result<Ticket> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, change.key, now));
    ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, change.id));
    if (!first) return ticket;
    if (!IsOpen(ticket.status)) {
      return MakeError(Code::kFailedPrecondition, kNotOpen, "the incident is not open");
    }
    if (!text.empty()) RETURN_IF_ERROR(AnswerIncidentIn(tx, change, ticket, text, now));
    RETURN_IF_ERROR(ResolveIn(tx, ticket, disposition, now));
    RETURN_IF_ERROR(journal_.Save(
        tx, {ticket}, [&](const Ticket& changed) { return TellResolved(tx, changed, cause); },
        now));
    return ticket;
  });
}

Result<ProblemResolved> Tickets::ResolveProblem(const Change& change,
                                                const std::string& disposition,
                                                const std::string& reply_text) {
  ProblemResolved done;
  ASSIGN_OR_RETURN(done.problem, Resolve(change, disposition));
  ASSIGN_OR_RETURN(const auto incidents, database_.Read([&](sql::Tx& tx) {
    return store::ListLinkedTo(tx, LinkKind::kProblem, change.id);
  }));
  for (const TicketId& id : incidents) {
    Change own{id, change.key, 0, change.actor, change.why};
    own.key.key += "/" + id.value;
    const auto resolved = ResolveIncident(own, disposition, reply_text);
    if (resolved.ok()) {
      done.incidents.push_back(*resolved);
    } else if (!IsItsOwn(resolved.error())) {
      return resolved.error();
    } else if (resolved.error().reason != kNotOpen) {
      ASSIGN_OR_RETURN(Ticket refused, Get(id));
      done.refused.push_back({std::move(refused), resolved.error()});
    }
  }
  return done;
}

}  // namespace muara::ticket

// What tickets do as time passes.
#include "libs/log/log.h"
#include "libs/sql/nested.h"
#include "services/ticket/app/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kDueMax = 100;  // looked at in one go
constexpr int kAimedAtOnce = 100;

wire::Cause ByTime(const char* reason) { return {"services/ticket", reason, ""}; }

}  // namespace

Result<std::vector<Due<TicketId>>> Tickets::ListDue(Time until, int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<Due<TicketId>>> {
    ASSIGN_OR_RETURN(const auto found, store::ListDue(tx, until, limit + failing_.size()));
    std::vector<Due<TicketId>> due;
    for (const auto& [id, time] : found) due.push_back({id, time});
    return due;
  });
}

Result<int> Tickets::FireDue() {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const auto due, ListDue(now, kDueMax));
  return failing_.InTurn(database_, due, now, [&](sql::Tx& tx, const TicketId& id) {
    return FireIn(tx, id, clock_.Now());
  });
}

// Its row is locked, so that of several replicas one finds it due.
Result<int> Tickets::FireIn(sql::Tx& tx, const TicketId& id, Time now) {
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
  const auto due = ticket.Due();
  if (!due || now < *due) return 0;
  const bool closes = ticket.status == Status::kResolved;
  RETURN_IF_ERROR(closes ? ticket.Close(now) : ticket.Wake(now));
  RETURN_IF_ERROR(journal_.Save(
      tx, {ticket},
      [&](const Ticket& changed) {
        return closes ? wire::TicketClosed(changed, ByTime("CLOSE_AFTER"))
                      : wire::TicketReopened(changed, ByTime("UNTIL_PASSED"));
      },
      now));
  return 1;
}

Result<std::optional<Time>> Tickets::NextDue() {
  ASSIGN_OR_RETURN(const auto due, ListDue(Time::max(), 1));
  return failing_.Next(due);
}

Result<int> Tickets::AimClosing() {
  // Mostly there is nothing to do: that takes no writer.
  ASSIGN_OR_RETURN(const bool due, database_.Read(store::HasClosingWalk));
  if (!due) return 0;
  return database_.Transact([&](sql::Tx& tx) -> Result<int> {
    ASSIGN_OR_RETURN(const auto step, store::StepClosingWalk(tx, kAimedAtOnce));
    sql::Nested each(tx);
    for (const TicketId& id : step.others) {
      const auto aimed = each.Transact([&](sql::Tx& in) { return AimIn(in, id, clock_.Now()); });
      // A fault of ours with one ticket holds up none of the others.
      if (!aimed.ok() && aimed.error().code != Code::kInternal) return aimed.error();
      if (!aimed.ok()) log::Failed("a ticket's closing time stays as it was", aimed.error());
    }
    return step.count;
  });
}

muara::Status Tickets::AimIn(sql::Tx& tx, const TicketId& id, Time now) {
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
  if (ticket.status != Status::kResolved || !ticket.resolve_time) return Ok();
  ASSIGN_OR_RETURN(const auto close_after, store::FindCloseAfter(tx, ticket.queue_id));
  if (!close_after || ticket.close_due == *ticket.resolve_time + *close_after) return Ok();
  ticket.close_due = *ticket.resolve_time + *close_after;
  ticket.update_time = now;
  return journal_.Save(
      tx, {ticket},
      [](const Ticket& changed) {
        return wire::TicketChanged(changed, {"auto_close_time"}, ByTime("QUEUE_POLICY"));
      },
      now);
}

}  // namespace muara::ticket

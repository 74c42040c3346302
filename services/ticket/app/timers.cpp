// What tickets do as time passes.
#include "services/ticket/app/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kDueMax = 100;  // looked at in one go

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

}  // namespace muara::ticket

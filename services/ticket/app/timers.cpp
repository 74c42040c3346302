// What tickets do as time passes.
#include "services/ticket/app/one_by_one.h"
#include "services/ticket/app/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kDueMax = 100;  // looked at in one go

wire::Cause ByTime(const char* reason) { return {"services/ticket", reason, ""}; }

}  // namespace

Result<int> Tickets::FireDue() {
  ASSIGN_OR_RETURN(const auto ids, database_.Read([&](sql::Tx& tx) {
    return store::ListDue(tx, clock_.Now(), kDueMax);
  }));
  return OneByOne(database_, ids,
                  [&](sql::Tx& tx, const TicketId& id) { return FireIn(tx, id, clock_.Now()); });
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
  return database_.Read([](sql::Tx& tx) { return store::NextDue(tx); });
}

}  // namespace muara::ticket

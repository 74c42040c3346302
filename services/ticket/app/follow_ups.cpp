#include "services/ticket/app/follow_ups.h"

#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kFollowUpsMax = 100;  // in one line; the next goes on from there

}  // namespace

Result<Ticket> LoadLatest(sql::Tx& tx, const TicketId& id,
                          const std::function<Result<bool>(const Ticket&)>& is_over) {
  ASSIGN_OR_RETURN(Ticket ticket, store::LoadForChange(tx, id));
  for (int i = 0; i < kFollowUpsMax; ++i) {
    ASSIGN_OR_RETURN(const bool over, is_over(ticket));
    if (!over) break;
    std::optional<TicketId> next = ticket.merged_into;
    if (next->empty()) {
      ASSIGN_OR_RETURN(next, store::FindFollowUp(tx, ticket.id));
    }
    if (!next) break;
    ASSIGN_OR_RETURN(ticket, store::LoadForChange(tx, *next));
  }
  return ticket;
}

}  // namespace muara::ticket

// Where a ticket that is over goes on.
#pragma once

#include <functional>

#include "libs/sql/database.h"
#include "services/ticket/domain/ticket.h"

namespace muara::ticket {

// The ticket, or where it is over that which it was merged into or the newest of its follow-ups,
// and so on; all of them are locked, so that whoever finds none may open one. What it answers may
// be over.
Result<Ticket> LoadLatest(sql::Tx& tx, const TicketId& id,
                          const std::function<Result<bool>(const Ticket&)>& is_over);

}  // namespace muara::ticket

// Recurring tickets in the caller's transaction.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/recurring/recurring_ticket.h"

namespace muara::ticket::store {

muara::Status MigrateRecurringTickets(sql::Database& database);

// Version 0: there is none.
Result<RecurringTicket> FindRecurring(sql::Tx& tx, const std::string& id);
// Its row is locked.
Result<RecurringTicket> FindRecurringForChange(sql::Tx& tx, const std::string& id);
Result<std::vector<RecurringTicket>> ListRecurring(sql::Tx& tx, int limit,
                                                   const std::string& after);
Result<int> CountRecurring(sql::Tx& tx);
// LOST_RACE.
muara::Status SaveRecurring(sql::Tx& tx, const RecurringTicket& one);
// Those of the contact, their rows locked.
Result<std::vector<RecurringTicket>> ListRecurringOfForChange(sql::Tx& tx, const ContactId& id);
muara::Status DeleteRecurring(sql::Tx& tx, const std::string& id);

// Those whose time comes until then, and when, the first first.
Result<std::vector<std::pair<std::string, Time>>> ListRecurringDue(sql::Tx& tx, Time until,
                                                                   int limit);
// What has been opened, and when the next one will be; no new version.
muara::Status MoveRecurring(sql::Tx& tx, const RecurringTicket& one);

}  // namespace muara::ticket::store

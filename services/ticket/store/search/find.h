// Tickets by filter, newest change first, in the caller's transaction. One call looks at so many
// tickets, and for so long, and no more: where few of many match, its page is short and says where
// to go on.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/search/filter.h"
#include "services/ticket/store/search/pace.h"

namespace muara::ticket::store {

muara::Status MigrateFind(sql::Database& database);

struct FoundTickets {
  std::vector<TicketId> ids;
  std::vector<std::string> next;  // where the next page begins; empty: this was the last
};
// `after` is the `next` of the page before.
Result<FoundTickets> Find(sql::Tx& tx, const Filter& filter, int limit,
                          const std::vector<std::string>& after, const Pace& pace);

// How many match, as far as `limit` and one call's work go.
struct Counted {
  int64_t count = 0;
  bool at_least = false;  // there may be more
};
Result<Counted> Count(sql::Tx& tx, const Filter& filter, int limit, const Pace& pace);

}  // namespace muara::ticket::store

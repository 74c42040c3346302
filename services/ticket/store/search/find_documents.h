// Documents that answer words and fields, newest first, in the caller's transaction. It looks at
// windows of numbers, each some times as wide as the one before while there is time: what is dense
// among the newest is found at once, what is rare after few steps, and what would need too many of
// them ends in a short page that says where to go on.
#pragma once

#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/search/filter.h"
#include "services/ticket/domain/search/search_query.h"
#include "services/ticket/store/search/pace.h"

namespace muara::ticket::store {

struct Hit {
  int64_t number = 0;
  TicketId ticket;
};
// Documents that answer the query and may answer the filter (its times and what has changed a
// moment ago must be looked at), with numbers below `before`; 0: all. `next` is where to go on; 0:
// these were all.
struct Hits {
  std::vector<Hit> hits;
  int64_t next = 0;
};
Result<Hits> FindDocuments(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                           int64_t before, int limit, const Pace& pace);

// Of these tickets, those with this number and later ones.
Result<std::vector<Hit>> ListDocumentsFrom(sql::Tx& tx, const std::vector<TicketId>& tickets,
                                           int64_t number);
// Whether FindDocuments would answer with this one.
Result<bool> Answers(sql::Tx& tx, const SearchQuery& query, const Filter& filter, int64_t number);

}  // namespace muara::ticket::store

// Finds tickets by words and filters. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/interaction.h"
#include "services/ticket/domain/search/filter.h"
#include "services/ticket/domain/search/search_query.h"
#include "services/ticket/store/search/find.h"

namespace muara::ticket {

struct SearchHit {
  Ticket ticket;
  Excerpt subject;  // empty: nothing was found in it
  Excerpt message;  // of the interaction in which most terms are
  int message_sequence = 0;
};

struct SearchPage {
  std::vector<SearchHit> hits;
  std::vector<std::string> next;  // empty: this was the last page
};

class Search {
 public:
  explicit Search(sql::Database& database) : database_(database) {}

  // With words the newest tickets first, without the newest changes first. A page may be short, or
  // empty, and yet have a next one: one call looks at so much and no more.
  Result<SearchPage> Find(const SearchQuery& query, const Filter& filter, int limit,
                          const std::vector<std::string>& after);
  Result<store::Counted> Count(const Filter& filter, int limit);

 private:
  Result<SearchPage> FindByWords(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                                 int limit, int64_t before);
  Result<SearchPage> FindByFilter(sql::Tx& tx, const Filter& filter, int limit,
                                  const std::vector<std::string>& after);

  sql::Database& database_;
};

}  // namespace muara::ticket

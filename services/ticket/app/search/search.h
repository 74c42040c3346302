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

// How long one call looks; after its first step it stops where this is over.
struct LookFor {
  Duration finding = std::chrono::milliseconds(15);
  Duration counting = std::chrono::milliseconds(20);
  Duration counting_many = std::chrono::milliseconds(50);  // all of them together
};

class Search {
 public:
  explicit Search(sql::Database& database, LookFor look_for = {})
      : database_(database), look_for_(look_for) {}

  // With words the newest tickets first, without the newest changes first. A page may be short, or
  // empty, and yet have a next one: one call looks at so much and no more.
  Result<SearchPage> Find(const SearchQuery& query, const Filter& filter, int limit,
                          const std::vector<std::string>& after);
  Result<store::Counted> Count(const Filter& filter, int limit);
  // In their order, as many as there is time for; of the others: at least none.
  Result<std::vector<store::Counted>> CountMany(const std::vector<Filter>& filters, int limit);

 private:
  Result<SearchPage> FindByWords(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                                 int limit, int64_t before);
  Result<SearchPage> FindByFilter(sql::Tx& tx, const Filter& filter, int limit,
                                  const std::vector<std::string>& after);

  sql::Database& database_;
  const LookFor look_for_;
};

}  // namespace muara::ticket

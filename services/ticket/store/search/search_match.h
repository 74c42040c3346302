// A query and a filter in the language of each engine's index.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/search/filter.h"
#include "services/ticket/domain/search/search_query.h"

namespace muara::ticket::store {

// One word for each value of a field: "zq" and sixteen hex digits. Different values may share one.
std::string Facet(const std::string& field, const std::string& value);

// For MATCH over the columns exact, stems, facets.
std::string MatchOfFts5(const SearchQuery& query, const Filter& filter);
// For a tsvector of words, "~" stems and "=" facets.
enum class Phrases { kAsTheyStand, kAsWords };
std::string MatchOfTsquery(const SearchQuery& query, const Filter& filter, Phrases phrases);

}  // namespace muara::ticket::store

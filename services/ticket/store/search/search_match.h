// A query and a filter in the language of each engine's index, and the words that a document has
// there beside those of its text.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/search/filter.h"
#include "services/ticket/domain/search/search_query.h"

namespace muara::ticket::store {

// One word for each value of a field: "zq" and sixteen hex digits. Different values may share one.
std::string Facet(const std::string& field, const std::string& value);

// The beginnings of words by which beginnings are found: "zb" and the first 1, 3 and 6 letters of
// each that is longer, each once. An index of all beginnings would be larger than that of words.
std::vector<std::string> BeginningsOf(const std::vector<Word>& words);

// PostgreSQL: blocks of 2^9, 2^12 ... documents, each one word.
constexpr int kBlockLevels[] = {9, 12, 15, 18};
std::string BlockWord(int level, int64_t block);

// For MATCH over the columns exact, stems, facets: what must be there, and what must not (empty:
// nothing). FTS5 knows NOT, but goes through all documents, whatever the window, until one is left.
// What both leave open must be looked at in the words of each document, one space between them:
// whether this text begins a word there.
struct Match {
  struct Check {
    std::string text;
    bool excluded = false;
  };
  std::string index;
  std::string excluded;
  std::vector<Check> checks;
};
Match MatchOfFts5(const SearchQuery& query, const Filter& filter);

// For a tsvector of words, "~" stems and "=" facets: what the index alone can tell.
std::string MatchOfTsquery(const SearchQuery& query, const Filter& filter);
// What it leaves open; empty: nothing.
std::string CheckOfTsquery(const SearchQuery& query);

}  // namespace muara::ticket::store

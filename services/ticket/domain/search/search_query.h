// What somebody types to find tickets, and where in a text it is found. Words count by their stem,
// words in quotation marks exactly and in that order, a word with * at its end by its beginning; a
// - in front excludes. All that is not excluded must be there. Pure.
#pragma once

#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/language/words.h"

namespace muara::ticket {

constexpr size_t kSearchBytesMax = 512;
constexpr size_t kSearchTermsMax = 20;

struct SearchTerm {
  enum class Kind { kStem, kExact, kPrefix };
  Kind kind = Kind::kStem;
  bool excluded = false;
  std::vector<Word> words;  // one, or several side by side; never none
};

struct SearchQuery {
  std::vector<SearchTerm> terms;  // empty: everything
};

// INVALID_FIELDS names `query` where it is too long or only excludes.
Result<SearchQuery> ParseSearch(const std::string& typed);

// A piece of a text, and whether it is what was looked for.
struct Fragment {
  std::string text;
  bool found = false;
};
struct Excerpt {
  std::vector<Fragment> fragments;  // empty: nothing was found in it
  size_t terms = 0;                 // how many different terms were
};
// About `bytes` of the text around the first place where a term is, with every place marked.
Excerpt ExcerptOf(const std::string& text, const SearchQuery& query, size_t bytes);

}  // namespace muara::ticket

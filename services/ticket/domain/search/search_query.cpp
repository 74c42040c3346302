#include "services/ticket/domain/search/search_query.h"

#include <algorithm>

namespace muara::ticket {
namespace {

constexpr size_t kWordsReadMax = 20'000;  // of one text, for an excerpt

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The next term's text, with its signs taken off into `term`.
std::string NextTerm(const std::string& typed, size_t& at, SearchTerm& term) {
  if (typed[at] == '-') term.excluded = true, ++at;
  if (at < typed.size() && typed[at] == '"') {
    term.kind = SearchTerm::Kind::kExact;
    const size_t begin = ++at;
    at = std::min(typed.find('"', begin), typed.size());
    const std::string quoted = typed.substr(begin, at - begin);
    at = std::min(at + 1, typed.size());
    return quoted;
  }
  const size_t begin = at;
  while (at < typed.size() && !IsBlank(typed[at]) && typed[at] != '"') ++at;
  std::string word = typed.substr(begin, at - begin);
  if (word.ends_with('*')) {
    term.kind = SearchTerm::Kind::kPrefix;
    word.pop_back();
  }
  return word;
}

bool IsWord(const SearchTerm& term, const Word& wanted, const Word& word, bool last) {
  switch (term.kind) {
    case SearchTerm::Kind::kStem:
      return word.english == wanted.english || word.indonesian == wanted.indonesian;
    case SearchTerm::Kind::kExact:
      return word.folded == wanted.folded;
    case SearchTerm::Kind::kPrefix:
      return last ? word.folded.starts_with(wanted.folded) : word.folded == wanted.folded;
  }
  return false;
}

bool StandsAt(const SearchTerm& term, const std::vector<Word>& words, size_t at) {
  if (at + term.words.size() > words.size()) return false;
  for (size_t i = 0; i < term.words.size(); ++i) {
    if (!IsWord(term, term.words[i], words[at + i], i + 1 == term.words.size())) return false;
  }
  return true;
}

// Never within a character.
size_t Whole(const std::string& text, size_t at) {
  at = std::min(at, text.size());
  while (at > 0 && at < text.size() && (text[at] & 0xc0) == 0x80) --at;
  return at;
}

struct Span {
  size_t begin = 0;
  size_t end = 0;
};

std::vector<Fragment> Cut(const std::string& text, const std::vector<Span>& spans, size_t bytes) {
  const size_t begin = Whole(text, spans[0].begin > bytes / 3 ? spans[0].begin - bytes / 3 : 0);
  const size_t end = Whole(text, std::max(begin + bytes, spans[0].end));
  std::vector<Fragment> fragments;
  size_t at = begin;
  for (const Span& span : spans) {
    if (span.end > end || span.begin < at) continue;
    if (span.begin > at) fragments.push_back({text.substr(at, span.begin - at), false});
    fragments.push_back({text.substr(span.begin, span.end - span.begin), true});
    at = span.end;
  }
  if (at < end) fragments.push_back({text.substr(at, end - at), false});
  return fragments;
}

}  // namespace

Result<SearchQuery> ParseSearch(const std::string& typed) {
  if (typed.size() > kSearchBytesMax) {
    return InvalidFields(
        {{"query", "is longer than " + std::to_string(kSearchBytesMax) + " bytes"}});
  }
  SearchQuery query;
  WordReader reader;
  bool wanted = false;
  for (size_t at = 0; at < typed.size();) {
    if (IsBlank(typed[at])) {
      ++at;
      continue;
    }
    SearchTerm term;
    term.words = reader.Read(NextTerm(typed, at, term), kSearchBytesMax);
    if (term.words.empty()) continue;
    // A number like INV-2024-001 is several words in one: only side by side do they mean it.
    if (term.words.size() > 1 && term.kind == SearchTerm::Kind::kStem) {
      term.kind = SearchTerm::Kind::kExact;
    }
    wanted = wanted || !term.excluded;
    query.terms.push_back(std::move(term));
  }
  if (query.terms.size() > kSearchTermsMax) {
    return InvalidFields(
        {{"query", "has more than " + std::to_string(kSearchTermsMax) + " terms"}});
  }
  if (!query.terms.empty() && !wanted) {
    return InvalidFields({{"query", "only excludes: it needs a word to look for"}});
  }
  return query;
}

Excerpt ExcerptOf(const std::string& text, const SearchQuery& query, size_t bytes) {
  const std::vector<Word> words = WordReader().Read(text, kWordsReadMax);
  std::vector<Span> spans;
  Excerpt excerpt;
  for (const SearchTerm& term : query.terms) {
    if (term.excluded) continue;
    const size_t before = spans.size();
    for (size_t at = 0; at < words.size(); ++at) {
      if (!StandsAt(term, words, at)) continue;
      spans.push_back({words[at].begin, words[at + term.words.size() - 1].end});
    }
    excerpt.terms += spans.size() > before ? 1 : 0;
  }
  if (spans.empty()) return excerpt;
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.begin < b.begin; });
  excerpt.fragments = Cut(text, spans, bytes);
  return excerpt;
}

}  // namespace muara::ticket

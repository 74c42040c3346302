#include "services/ticket/store/search/search_match.h"

#include <cstdio>
#include <set>

namespace muara::ticket::store {
namespace {

// For each field with values, the facets of which one must be there; every tag for itself.
std::vector<std::vector<std::string>> Wanted(const Filter& filter) {
  std::vector<std::vector<std::string>> wanted;
  const auto any_of = [&](const char* field, const auto& values) {
    if (values.empty()) return;
    auto& facets = wanted.emplace_back();
    for (const auto& value : values) {
      if constexpr (std::is_enum_v<std::remove_cvref_t<decltype(value)>>) {
        facets.push_back(Facet(field, std::to_string(static_cast<int>(value))));
      } else {
        facets.push_back(Facet(field, value));
      }
    }
  };
  any_of("status", filter.statuses);
  any_of("priority", filter.priorities);
  any_of("channel", filter.channels);
  any_of("queue", filter.queue_ids);
  any_of("assignee", filter.assignee_ids);
  any_of("endpoint", filter.endpoints);
  if (!filter.contact_group.empty()) {
    auto& facets = wanted.emplace_back();
    for (const ContactId& id : filter.contact_group) facets.push_back(Facet("contact", id.value));
  } else if (!filter.contact_id.empty()) {
    wanted.push_back({Facet("contact", filter.contact_id.value)});
  }
  if (!filter.account_ids.empty()) {
    auto& facets = wanted.emplace_back();
    for (const AccountId& id : filter.account_ids) facets.push_back(Facet("account", id.value));
  }
  for (const std::string& tag : filter.tags) wanted.push_back({Facet("tag", tag)});
  if (filter.flagged) wanted.push_back({Facet("flagged", *filter.flagged ? "1" : "0")});
  return wanted;
}

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

template <class T, class F>
std::string Join(const std::vector<T>& items, const char* between, const F& text) {
  std::string joined;
  for (const T& item : items) joined += (joined.empty() ? "" : between) + text(item);
  return joined;
}

constexpr size_t kBeginnings[] = {6, 3, 1};  // letters, longest first

// Bytes of the first so many letters; 0: there are fewer.
size_t BytesOf(const std::string& word, size_t letters) {
  size_t at = 0;
  for (; letters > 0 && at < word.size(); --letters) {
    for (++at; at < word.size() && (word[at] & 0xc0) == 0x80;) ++at;
  }
  return letters == 0 ? at : 0;
}

// The longest beginning that is kept of whatever begins so.
struct Beginning {
  std::string facet;
  bool whole = false;  // it is all of it, so a word may be just that
};

Beginning BeginningOf(const std::string& word) {
  for (const size_t letters : kBeginnings) {
    const size_t bytes = BytesOf(word, letters);
    if (bytes > 0) return {"zb" + word.substr(0, bytes), bytes == word.size()};
  }
  return {};
}

// Whether the index alone can tell where it is.
bool IsInIndex(const SearchTerm& term) {
  return term.kind != SearchTerm::Kind::kPrefix ||
         (term.words.size() == 1 && BeginningOf(term.words[0].folded).whole);
}

std::string TextOf(const std::vector<Word>& words, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += (i == 0 ? "" : " ") + words[i].folded;
  return text;
}

std::string Fts5Beginning(const std::vector<Word>& words) {
  const std::string& last = words.back().folded;
  const Beginning beginning = BeginningOf(last);
  std::string match = "({facets} : " + Quoted(beginning.facet) + ")";
  if (beginning.whole) match = "(" + match + " OR ({exact} : " + Quoted(last) + "))";
  if (words.size() == 1) return match;
  return "(({exact} : " + Quoted(TextOf(words, words.size() - 1)) + ") AND " + match + ")";
}

std::string Fts5Term(const SearchTerm& term) {
  const Word& first = term.words.front();
  switch (term.kind) {
    case SearchTerm::Kind::kStem:
      if (first.english == first.indonesian) return "({stems} : " + Quoted(first.english) + ")";
      return "({stems} : (" + Quoted(first.english) + " OR " + Quoted(first.indonesian) + "))";
    case SearchTerm::Kind::kExact:
      return "({exact} : " + Quoted(TextOf(term.words, term.words.size())) + ")";
    case SearchTerm::Kind::kPrefix:
      return Fts5Beginning(term.words);
  }
  return "";
}

// All of its words, wherever they stand.
std::string TsqueryTerm(const SearchTerm& term) {
  const Word& first = term.words.front();
  if (term.kind == SearchTerm::Kind::kStem) {
    return "('~" + first.english + "' | '~" + first.indonesian + "')";
  }
  const bool prefix = term.kind == SearchTerm::Kind::kPrefix;
  std::string match;
  for (size_t i = 0; i < term.words.size(); ++i) {
    const std::string& word = term.words[i].folded;
    match += i == 0 ? "" : " & ";
    if (!prefix || i + 1 < term.words.size()) {
      match += "'" + word + "'";
      continue;
    }
    const Beginning beginning = BeginningOf(word);
    match += "('=" + beginning.facet + "'" + (beginning.whole ? " | '" + word + "')" : ")");
  }
  return "(" + match + ")";
}

}  // namespace

std::string Facet(const std::string& field, const std::string& value) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const unsigned char c : field + "=" + value) hash = (hash ^ c) * 1099511628211ULL;
  char text[24];
  std::snprintf(text, sizeof text, "zq%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::vector<std::string> BeginningsOf(const std::vector<Word>& words) {
  std::set<std::string> beginnings;
  for (const Word& word : words) {
    for (const size_t letters : kBeginnings) {
      const size_t bytes = BytesOf(word.folded, letters);
      if (bytes > 0 && bytes < word.folded.size()) {
        beginnings.insert("zb" + word.folded.substr(0, bytes));
      }
    }
  }
  return {beginnings.begin(), beginnings.end()};
}

std::string BlockWord(int level, int64_t block) {
  return "=n" + std::to_string(kBlockLevels[level]) + "." + std::to_string(block);
}

Match MatchOfFts5(const SearchQuery& query, const Filter& filter) {
  Match match;
  const auto add = [](std::string& to, const char* between, const std::string& text) {
    to += (to.empty() ? "" : between) + text;
  };
  for (const SearchTerm& term : query.terms) {
    const bool open = !IsInIndex(term);
    if (open) match.checks.push_back({TextOf(term.words, term.words.size()), term.excluded});
    if (!term.excluded) {
      add(match.index, " AND ", Fts5Term(term));
    } else if (!open) {
      add(match.excluded, " OR ", Fts5Term(term));
    }
  }
  for (const auto& facets : Wanted(filter)) {
    add(match.index, " AND ",
        "({facets} : (" + Join(facets, " OR ", [](const auto& f) { return f; }) + "))");
  }
  return match;
}

std::string MatchOfTsquery(const SearchQuery& query, const Filter& filter) {
  std::string match;
  for (const SearchTerm& term : query.terms) {
    // Without a phrase's order, or by a shorter beginning, more would be excluded than is meant.
    if (term.excluded && (term.words.size() > 1 || !IsInIndex(term))) continue;
    match += (match.empty() ? "" : " & ");
    match += (term.excluded ? "!" : "") + TsqueryTerm(term);
  }
  for (const auto& facets : Wanted(filter)) {
    match += " & (" + Join(facets, " | ", [](const auto& f) { return "'=" + f + "'"; }) + ")";
  }
  return match;
}

std::string CheckOfTsquery(const SearchQuery& query) {
  std::string check;
  for (const SearchTerm& term : query.terms) {
    if (term.words.size() == 1 && IsInIndex(term)) continue;
    const std::string phrase =
        Join(term.words, " <-> ", [](const Word& word) { return "'" + word.folded + "'"; });
    const char* end = term.kind == SearchTerm::Kind::kPrefix ? ":*)" : ")";
    check += (check.empty() ? "" : " & ") + std::string(term.excluded ? "!(" : "(") + phrase + end;
  }
  return check;
}

}  // namespace muara::ticket::store

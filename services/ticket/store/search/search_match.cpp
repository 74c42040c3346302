#include "services/ticket/store/search/search_match.h"

#include <cstdio>

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
  for (const std::string& tag : filter.tags) wanted.push_back({Facet("tag", tag)});
  if (filter.flagged) wanted.push_back({Facet("flagged", *filter.flagged ? "1" : "0")});
  return wanted;
}

template <class T, class F>
std::string Join(const std::vector<T>& items, const char* between, const F& text) {
  std::string joined;
  for (const T& item : items) joined += (joined.empty() ? "" : between) + text(item);
  return joined;
}

std::string Fts5Term(const SearchTerm& term) {
  const Word& first = term.words.front();
  const std::string phrase =
      "\"" + Join(term.words, " ", [](const Word& word) { return word.folded; }) + "\"";
  switch (term.kind) {
    case SearchTerm::Kind::kStem:
      return "({stems} : (\"" + first.english + "\" OR \"" + first.indonesian + "\"))";
    case SearchTerm::Kind::kExact:
      return "({exact} : " + phrase + ")";
    case SearchTerm::Kind::kPrefix:
      return "({exact} : " + phrase + " *)";
  }
  return "";
}

std::string TsqueryTerm(const SearchTerm& term, Phrases phrases) {
  const Word& first = term.words.front();
  const bool stands = phrases == Phrases::kAsTheyStand;
  const std::string phrase = Join(term.words, stands ? " <-> " : " & ",
                                  [](const Word& word) { return "'" + word.folded + "'"; });
  switch (term.kind) {
    case SearchTerm::Kind::kStem:
      return "('~" + first.english + "' | '~" + first.indonesian + "')";
    case SearchTerm::Kind::kExact:
      return "(" + phrase + ")";
    case SearchTerm::Kind::kPrefix:
      return "(" + phrase + ":*)";
  }
  return "";
}

}  // namespace

std::string Facet(const std::string& field, const std::string& value) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const unsigned char c : field + "=" + value) hash = (hash ^ c) * 1099511628211ULL;
  char text[24];
  std::snprintf(text, sizeof text, "zq%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::string MatchOfFts5(const SearchQuery& query, const Filter& filter) {
  std::string wanted;
  std::string excluded;
  const auto add = [](std::string& to, const char* between, const std::string& text) {
    to += (to.empty() ? "" : between) + text;
  };
  for (const SearchTerm& term : query.terms) {
    if (term.excluded) {
      add(excluded, " OR ", Fts5Term(term));
    } else {
      add(wanted, " AND ", Fts5Term(term));
    }
  }
  for (const auto& facets : Wanted(filter)) {
    add(wanted, " AND ",
        "({facets} : (" + Join(facets, " OR ", [](const auto& f) { return f; }) + "))");
  }
  return excluded.empty() ? wanted : "(" + wanted + ") NOT (" + excluded + ")";
}

std::string MatchOfTsquery(const SearchQuery& query, const Filter& filter, Phrases phrases) {
  std::string match;
  for (const SearchTerm& term : query.terms) {
    // Without a phrase's order more would be excluded than is meant.
    if (term.excluded && term.words.size() > 1 && phrases == Phrases::kAsWords) continue;
    match += (match.empty() ? "" : " & ");
    match += (term.excluded ? "!" : "") + TsqueryTerm(term, phrases);
  }
  for (const auto& facets : Wanted(filter)) {
    match += " & (" + Join(facets, " | ", [](const auto& f) { return "'=" + f + "'"; }) + ")";
  }
  return match;
}

}  // namespace muara::ticket::store

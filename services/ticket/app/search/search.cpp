#include "services/ticket/app/search/search.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/search/find_documents.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

constexpr size_t kExcerptBytes = 200;
constexpr int kMessagesMax = 50;          // of a ticket, for its excerpt
constexpr int kMessageBytesMax = 16'384;  // of each
constexpr Duration kMarking = std::chrono::milliseconds(50);
constexpr size_t kMarkedAtOnce = 10;  // tickets whose messages are read together

void Mark(SearchHit& hit, const SearchQuery& query, const store::MessageText& message) {
  Excerpt excerpt = ExcerptOf(message.text, query, kExcerptBytes);
  if (excerpt.terms <= hit.message.terms) return;
  hit.message = std::move(excerpt);
  hit.message_sequence = message.sequence;
}

muara::Status MarkSome(sql::Tx& tx, const SearchQuery& query, std::span<SearchHit> hits,
                       const store::Pace& pace) {
  std::map<std::string, SearchHit*> by_id;
  std::vector<TicketId> ids;
  for (SearchHit& hit : hits) {
    by_id[hit.ticket.id.value] = &hit;
    ids.push_back(hit.ticket.id);
  }
  const auto wanted =
      static_cast<size_t>(std::count_if(query.terms.begin(), query.terms.end(),
                                        [](const SearchTerm& term) { return !term.excluded; }));
  ASSIGN_OR_RETURN(const auto messages,
                   store::ListMessageTexts(tx, ids, kMessagesMax, kMessageBytesMax));
  for (const store::MessageText& message : messages) {
    SearchHit& hit = *by_id[message.ticket_id.value];
    if (hit.message.terms < wanted) Mark(hit, query, message);
    if (pace.IsOver()) break;
  }
  return Ok();
}

// Reading words costs what the messages are long, so it has its time too.
muara::Status MarkAll(sql::Tx& tx, const SearchQuery& query, std::vector<SearchHit>& hits,
                      const store::Pace& pace) {
  for (SearchHit& hit : hits) {
    hit.subject = ExcerptOf(hit.ticket.subject, query, kSubjectBytesMax);
  }
  for (size_t begin = 0; begin < hits.size(); begin += kMarkedAtOnce) {
    const size_t count = std::min(kMarkedAtOnce, hits.size() - begin);
    RETURN_IF_ERROR(MarkSome(tx, query, std::span(hits).subspan(begin, count), pace));
    if (pace.IsOver()) break;
  }
  return Ok();
}

// Tickets of several documents that a page before has looked at by a later one of them.
Result<std::set<std::string>> SeenBefore(sql::Tx& tx, const SearchQuery& query,
                                         const Filter& filter, const std::vector<TicketId>& ids,
                                         int64_t from) {
  std::set<std::string> seen;
  if (from == 0) return seen;
  ASSIGN_OR_RETURN(const auto later, store::ListDocumentsFrom(tx, ids, from));
  for (const store::Hit& one : later) {
    if (seen.contains(one.ticket.value)) continue;
    ASSIGN_OR_RETURN(const bool answers, store::Answers(tx, query, filter, one.number));
    if (answers) seen.insert(one.ticket.value);
  }
  return seen;
}

// A contact means itself with all that are one with it by merging.
Result<Filter> WithGroup(sql::Tx& tx, Filter filter) {
  if (filter.contact_id.empty()) return filter;
  ASSIGN_OR_RETURN(filter.contact_group, store::GroupOf(tx, filter.contact_id));
  return filter;
}

}  // namespace

Result<SearchPage> Search::Find(const SearchQuery& query, const Filter& asked, int limit,
                                const std::vector<std::string>& after) {
  return database_.Read([&](sql::Tx& tx) -> Result<SearchPage> {
    ASSIGN_OR_RETURN(const Filter filter, WithGroup(tx, asked));
    if (query.terms.empty()) return FindByFilter(tx, filter, limit, after);
    const int64_t before = after.empty() ? 0 : std::atoll(after[0].c_str());
    return FindByWords(tx, query, filter, limit, before);
  });
}

Result<store::Counted> Search::Count(const Filter& filter, int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<store::Counted> {
    ASSIGN_OR_RETURN(const Filter whole, WithGroup(tx, filter));
    return store::Count(tx, whole, limit, store::Pace(look_for_.counting));
  });
}

Result<std::vector<store::Counted>> Search::CountMany(const std::vector<Filter>& filters,
                                                      int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<store::Counted>> {
    const store::Pace pace(look_for_.counting_many);
    std::vector<store::Counted> counts(filters.size(), {0, true});
    for (size_t i = 0; i < filters.size() && !pace.IsOver(); ++i) {
      ASSIGN_OR_RETURN(const Filter whole, WithGroup(tx, filters[i]));
      ASSIGN_OR_RETURN(counts[i], store::Count(tx, whole, limit, pace));
    }
    return counts;
  });
}

Result<SearchPage> Search::FindByFilter(sql::Tx& tx, const Filter& filter, int limit,
                                        const std::vector<std::string>& after) {
  ASSIGN_OR_RETURN(const store::FoundTickets found,
                   store::Find(tx, filter, limit, after, store::Pace(look_for_.finding)));
  ASSIGN_OR_RETURN(auto tickets, store::LoadMany(tx, found.ids));
  SearchPage page{{}, found.next};
  for (Ticket& ticket : tickets) page.hits.push_back({std::move(ticket), {}, {}, 0});
  return page;
}

Result<SearchPage> Search::FindByWords(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                                       int limit, int64_t before) {
  SearchPage page;
  std::set<std::string> seen;  // of a ticket with several segments the first counts
  const int64_t from = before;
  const store::Pace pace(look_for_.finding);
  while (page.next.empty()) {
    ASSIGN_OR_RETURN(const store::Hits found,
                     store::FindDocuments(tx, query, filter, before, limit, pace));
    std::vector<TicketId> ids;
    std::map<std::string, int64_t> numbers;
    for (const store::Hit& hit : found.hits) {
      if (!seen.insert(hit.ticket.value).second) continue;
      ids.push_back(hit.ticket);
      numbers[hit.ticket.value] = hit.number;
    }
    ASSIGN_OR_RETURN(const auto seen_before, SeenBefore(tx, query, filter, ids, from));
    ASSIGN_OR_RETURN(auto tickets, store::LoadMany(tx, ids));
    for (Ticket& ticket : tickets) {
      if (!Matches(filter, ticket) || seen_before.contains(ticket.id.value)) continue;
      if (static_cast<int>(page.hits.size()) == limit) break;
      before = numbers[ticket.id.value];
      page.hits.push_back({std::move(ticket), {}, {}, 0});
    }
    const bool full = static_cast<int>(page.hits.size()) == limit;
    if (!full) before = found.next;
    if (found.next == 0 && !full) break;
    if (full || pace.IsOver()) page.next = {std::to_string(before)};
  }
  RETURN_IF_ERROR(MarkAll(tx, query, page.hits, store::Pace(kMarking)));
  return page;
}

}  // namespace muara::ticket

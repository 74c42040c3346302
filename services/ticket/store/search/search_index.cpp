#include "services/ticket/store/search/search_index.h"

#include <algorithm>
#include <limits>
#include <map>

#include "libs/base/id.h"
#include "libs/sql/migrate.h"
#include "services/ticket/store/search/search_match.h"

namespace muara::ticket::store {
namespace {

// PostgreSQL: up to so many documents are sorted; of more, the newest are read one by one.
constexpr int kSortedMax = 20'000;
constexpr int kReadMax = 2'000;          // documents of one call, at some 20 us each
constexpr int kSweepPages = 100;         // of the index, merged at once: some 50 ms
constexpr size_t kPositionsMax = 250;    // of one word, PostgreSQL's limit is 256
constexpr size_t kPositionMax = 16'000;  // and 16383

muara::Status Done(const Result<int64_t>& executed) {
  return executed.ok() ? Ok() : muara::Status(executed.error());
}

std::string Joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::set<std::string> StemsOf(const Segment& segment) {
  std::set<std::string> stems;
  for (const Word& word : segment.words) stems.insert({word.english, word.indonesian});
  return stems;
}

std::string TsvectorOf(const Segment& segment) {
  std::map<std::string, std::vector<size_t>> places;
  for (size_t i = 0; i < std::min(segment.words.size(), kPositionMax); ++i) {
    auto& of_word = places[segment.words[i].folded];
    if (of_word.size() < kPositionsMax) of_word.push_back(i + 1);
  }
  std::string text;
  for (const auto& [word, positions] : places) {
    text += "'" + word + "':";
    for (size_t i = 0; i < positions.size(); ++i) {
      text += (i == 0 ? "" : ",") + std::to_string(positions[i]);
    }
    text += " ";
  }
  for (const std::string& stem : StemsOf(segment)) text += "'~" + stem + "' ";
  for (const std::string& facet : segment.facets) text += "'=" + facet + "' ";
  return text;
}

Result<int64_t> NumberOf(sql::Tx& tx, const TicketId& id, size_t segment) {
  ASSIGN_OR_RETURN(
      const sql::Rows made,
      tx.Query("INSERT INTO search_doc (ticket_id, segment) VALUES ($1, $2) "
               "ON CONFLICT (ticket_id, segment) DO UPDATE SET segment = $2 RETURNING number",
               id.value, static_cast<int64_t>(segment)));
  return made[0].Int(0);
}

muara::Status PutSegment(sql::Tx& tx, const TicketId& id, size_t number_of_segment,
                         const Segment& segment) {
  ASSIGN_OR_RETURN(const int64_t number, NumberOf(tx, id, number_of_segment));
  if (tx.engine() == sql::Engine::kPostgres) {
    return Done(tx.Execute("UPDATE search_doc SET words = CAST($2 AS tsvector) WHERE number = $1",
                           number, TsvectorOf(segment)));
  }
  std::string exact;
  for (const Word& word : segment.words) exact += (exact.empty() ? "" : " ") + word.folded;
  const std::set<std::string> facets(segment.facets.begin(), segment.facets.end());
  return Done(
      tx.Execute("INSERT OR REPLACE INTO search_text (rowid, exact, stems, facets) "
                 "VALUES ($1, $2, $3, $4)",
                 number, exact, Joined(StemsOf(segment)), Joined(facets)));
}

muara::Status DropSegmentsFrom(sql::Tx& tx, const TicketId& id, size_t first) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("DELETE FROM search_doc WHERE ticket_id = $1 AND segment >= $2 "
                            "RETURNING number",
                            id.value, static_cast<int64_t>(first)));
  if (tx.engine() == sql::Engine::kPostgres) return Ok();
  for (const sql::Row& row : rows) {
    RETURN_IF_ERROR(tx.Execute("DELETE FROM search_text WHERE rowid = $1", row.Int(0)));
  }
  return Ok();
}

Result<Hits> Collect(const sql::Rows& rows, int limit) {
  Hits hits;
  for (const sql::Row& row : rows) hits.hits.push_back({row.Int(0), TicketId{row.Text(1)}});
  if (static_cast<int>(hits.hits.size()) >= limit) hits.next = hits.hits.back().number;
  return hits;
}

Result<Hits> FindInSqlite(sql::Tx& tx, const std::string& match, int64_t before, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT d.number, d.ticket_id FROM (SELECT rowid AS number FROM "
                            "search_text WHERE search_text MATCH $1 AND rowid < $2 "
                            "ORDER BY rowid DESC LIMIT $3) f JOIN search_doc d "
                            "ON d.number = f.number ORDER BY d.number DESC",
                            match, before, limit));
  return Collect(rows, limit);
}

muara::Status Prefer(sql::Tx& tx, std::initializer_list<const char*> switched_off) {
  for (const char* way : {"seqscan", "indexscan", "bitmapscan"}) {
    const bool off = std::count_if(switched_off.begin(), switched_off.end(), [&](const char* one) {
                       return std::string_view(one) == way;
                     }) > 0;
    RETURN_IF_ERROR(tx.Query(std::string("SET LOCAL enable_") + way + (off ? " = off" : " = on")));
  }
  return Ok();
}

// Few are sorted; many are dense among the newest. The planner is told which way, because it does
// not know what reading a long document costs: words come out of the index alone, phrases do not.
Result<Hits> FindInPostgres(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                            int64_t before, int limit) {
  const std::string match = MatchOfTsquery(query, filter, Phrases::kAsTheyStand);
  const std::string words = MatchOfTsquery(query, filter, Phrases::kAsWords);
  const int sorted_max = match == words ? kSortedMax : kReadMax;
  // Compiling a plan takes longer than any of these runs.
  RETURN_IF_ERROR(tx.Query("SET LOCAL jit = off"));
  RETURN_IF_ERROR(Prefer(tx, {"seqscan", "indexscan"}));
  ASSIGN_OR_RETURN(const sql::Rows few,
                   tx.Query("SELECT COUNT(*) FROM (SELECT 1 FROM search_doc WHERE words @@ "
                            "CAST($1 AS tsquery) AND number < $2 LIMIT $3) counted",
                            words, before, sorted_max));
  if (few[0].Int(0) < sorted_max) {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT number, ticket_id FROM search_doc WHERE words @@ "
                              "CAST($1 AS tsquery) AND number < $2 ORDER BY number DESC LIMIT $3",
                              match, before, limit));
    return Collect(rows, limit);
  }
  RETURN_IF_ERROR(Prefer(tx, {"seqscan", "bitmapscan"}));
  ASSIGN_OR_RETURN(
      const sql::Rows newest,
      tx.Query("SELECT COALESCE(MAX(number), 0) FROM search_doc WHERE number < $1", before));
  const int64_t lowest = newest[0].Int(0) - kReadMax;
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT number, ticket_id FROM search_doc WHERE words @@ "
                            "CAST($1 AS tsquery) AND number < $2 AND number > $3 "
                            "ORDER BY number DESC LIMIT $4",
                            match, before, lowest, limit));
  ASSIGN_OR_RETURN(Hits hits, Collect(rows, limit));
  if (hits.next == 0 && lowest > 0) hits.next = lowest + 1;
  return hits;
}

}  // namespace

muara::Status MigrateSearch(sql::Database& database) {
  const std::string behind =
      "CREATE TABLE search_behind (ticket_id TEXT PRIMARY KEY, mark TEXT NOT NULL, "
      "due_us BIGINT NOT NULL)";
  const std::string due = "CREATE INDEX search_behind_due ON search_behind (due_us)";
  const std::string all =
      "INSERT INTO search_behind (ticket_id, mark, due_us) SELECT id, '', created_us FROM ticket";
  return sql::Migrate(
      database, "search",
      {{1,
        "documents",
        {"CREATE TABLE search_doc (number INTEGER PRIMARY KEY AUTOINCREMENT, "
         "ticket_id TEXT NOT NULL, segment BIGINT NOT NULL, UNIQUE (ticket_id, segment))",
         "CREATE VIRTUAL TABLE search_text USING fts5(exact, stems, facets, columnsize=0, "
         "tokenize='unicode61 remove_diacritics 0')",
         behind, due, all},
        {"CREATE TABLE search_doc (number BIGSERIAL PRIMARY KEY, ticket_id TEXT NOT NULL, "
         "segment BIGINT NOT NULL, words tsvector, UNIQUE (ticket_id, segment))",
         "CREATE INDEX search_doc_words ON search_doc USING gin (words)", behind, due, all}}});
}

muara::Status EnqueueForSearch(sql::Tx& tx, const TicketId& ticket, Time due) {
  return Done(
      tx.Execute("INSERT INTO search_behind (ticket_id, mark, due_us) VALUES ($1, $2, $3) "
                 "ON CONFLICT (ticket_id) DO UPDATE SET mark = $2",
                 ticket.value, NewUuid(), ToMicros(due)));
}

muara::Status EnqueueContactForSearch(sql::Tx& tx, const ContactId& contact, Time due) {
  return Done(
      tx.Execute("INSERT INTO search_behind (ticket_id, mark, due_us) "
                 "SELECT id, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM ticket "
                 "WHERE contact_id = $1 ON CONFLICT (ticket_id) DO UPDATE SET mark = $2",
                 contact.value, NewUuid(), ToMicros(due)));
}

Result<std::vector<Behind>> ListBehind(sql::Tx& tx, Time now, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT ticket_id, mark FROM search_behind WHERE due_us <= $1 "
                            "ORDER BY due_us LIMIT $2",
                            ToMicros(now), limit));
  std::vector<Behind> behind;
  for (const sql::Row& row : rows) {
    behind.push_back({TicketId{row.Text(0)}, row.Text(1)});
  }
  return behind;
}

std::vector<std::string> FacetsOf(const Ticket& ticket) {
  const auto number = [](auto value) { return std::to_string(static_cast<int>(value)); };
  std::vector<std::string> facets = {
      Facet("status", number(ticket.status)),    Facet("priority", number(ticket.priority)),
      Facet("channel", number(ticket.channel)),  Facet("queue", ticket.queue_id),
      Facet("assignee", ticket.assignee_id),     Facet("endpoint", ticket.endpoint),
      Facet("contact", ticket.contact_id.value), Facet("flagged", ticket.flagged ? "1" : "0")};
  for (const std::string& tag : ticket.tags) facets.push_back(Facet("tag", tag));
  return facets;
}

muara::Status PutDocument(sql::Tx& tx, const Behind& behind, const std::vector<Segment>& segments) {
  ASSIGN_OR_RETURN(const int64_t ours,
                   tx.Execute("DELETE FROM search_behind WHERE ticket_id = $1 AND mark = $2",
                              behind.id.value, behind.mark));
  if (ours == 0) return Ok();
  for (size_t i = 0; i < segments.size(); ++i) {
    RETURN_IF_ERROR(PutSegment(tx, behind.id, i, segments[i]));
  }
  return DropSegmentsFrom(tx, behind.id, segments.size());
}

muara::Status DropDocument(sql::Tx& tx, const TicketId& ticket) {
  return DropSegmentsFrom(tx, ticket, 0);
}

bool KeepsOldWords(sql::Tx& tx) { return tx.engine() == sql::Engine::kSqlite; }

Result<bool> Sweep(sql::Tx& tx, SweepOf what) {
  if (!KeepsOldWords(tx)) return false;
  const auto changes = [&]() -> Result<int64_t> {
    ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT total_changes()"));
    return rows[0].Int(0);
  };
  ASSIGN_OR_RETURN(const int64_t before, changes());
  // A negative number puts all there is in line to be merged; FTS5 itself tells by the number of
  // changes whether it did anything.
  RETURN_IF_ERROR(tx.Execute("INSERT INTO search_text (search_text, rank) VALUES ('merge', $1)",
                             what == SweepOf::kAll ? -kSweepPages : kSweepPages));
  ASSIGN_OR_RETURN(const int64_t after, changes());
  return after - before >= 2;
}

Result<Hits> FindDocuments(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                           int64_t before, int limit) {
  if (before <= 0) before = std::numeric_limits<int64_t>::max();
  return tx.engine() == sql::Engine::kSqlite
             ? FindInSqlite(tx, MatchOfFts5(query, filter), before, limit)
             : FindInPostgres(tx, query, filter, before, limit);
}

}  // namespace muara::ticket::store

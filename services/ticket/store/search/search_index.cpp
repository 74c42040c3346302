#include "services/ticket/store/search/search_index.h"

#include <algorithm>
#include <map>

#include "libs/base/id.h"
#include "libs/sql/migrate.h"
#include "services/ticket/store/search/search_match.h"

namespace muara::ticket::store {
namespace {

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

// The words of its fields and those by which beginnings are found.
std::set<std::string> FacetsOf(const Segment& segment) {
  std::set<std::string> facets(segment.facets.begin(), segment.facets.end());
  for (std::string& beginning : BeginningsOf(segment.words)) facets.insert(std::move(beginning));
  return facets;
}

std::string TsvectorOf(int64_t number, const Segment& segment) {
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
  for (const std::string& facet : FacetsOf(segment)) text += "'=" + facet + "' ";
  for (size_t level = 0; level < std::size(kBlockLevels); ++level) {
    text += "'" + BlockWord(level, number >> kBlockLevels[level]) + "' ";
  }
  return text;
}

Result<int64_t> NumberOf(sql::Tx& tx, const TicketId& id, size_t segment) {
  // A conflict would use up a number each time, and windows of numbers would have ever less in
  // them.
  ASSIGN_OR_RETURN(const sql::Rows known,
                   tx.Query("SELECT number FROM search_doc WHERE ticket_id = $1 AND segment = $2",
                            id.value, static_cast<int64_t>(segment)));
  if (!known.empty()) return known[0].Int(0);
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
                           number, TsvectorOf(number, segment)));
  }
  std::string exact;
  for (const Word& word : segment.words) exact += (exact.empty() ? "" : " ") + word.folded;
  return Done(
      tx.Execute("INSERT OR REPLACE INTO search_text (rowid, exact, stems, facets) "
                 "VALUES ($1, $2, $3, $4)",
                 number, exact, Joined(StemsOf(segment)), Joined(FacetsOf(segment))));
}

muara::Status DropSegmentsFrom(sql::Tx& tx, const TicketId& id, size_t first) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("DELETE FROM search_doc WHERE ticket_id = $1 AND segment >= $2 "
                            "RETURNING number",
                            id.value, static_cast<int64_t>(first)));
  if (tx.engine() == sql::Engine::kPostgres) return Ok();
  for (const sql::Row& row : rows) {
    RETURN_IF_ERROR(tx.Post("DELETE FROM search_text WHERE rowid = $1", row.Int(0)));
  }
  return Ok();
}

}  // namespace

muara::Status MigrateSearch(sql::Database& database) {
  const std::string behind =
      "CREATE TABLE search_behind (ticket_id TEXT PRIMARY KEY, mark TEXT NOT NULL, "
      "due_us BIGINT NOT NULL)";
  const std::string due = "CREATE INDEX search_behind_due ON search_behind (due_us)";
  const auto all_due = [](const std::string& due_us) {
    return "INSERT INTO search_behind (ticket_id, mark, due_us) SELECT id, '', " + due_us +
           " FROM ticket";
  };
  const std::string all = all_due("created_us");
  const std::string changed =
      "CREATE INDEX search_behind_changed ON search_behind (due_us) WHERE mark <> ''";
  // Those that have no document yet stay in the order in which documents are numbered.
  const std::string again =
      all_due("-created_us") + " WHERE true ON CONFLICT (ticket_id) DO NOTHING";
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
         "CREATE INDEX search_doc_words ON search_doc USING gin (words)", behind, due, all}},
       // Documents are written anew in the background, the newest first: a statement over all of
       // them would hold up the start for hours. Until then SQLite finds them by all but beginnings
       // and accounts, and PostgreSQL, which finds by blocks alone, does not.
       {2,
        "beginnings of words, accounts and blocks",
        {changed, again},
        {// What waits to be put into the index is read whole by every search.
         "ALTER INDEX search_doc_words SET (gin_pending_list_limit = 256)", changed, again}}});
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

// Those of a rebuild have no mark.
Result<std::vector<Behind>> ListBehind(sql::Tx& tx, Time now, int limit) {
  std::vector<Behind> behind;
  for (const char* which : {"mark <> ''", "mark = ''"}) {
    const int wanted = limit - static_cast<int>(behind.size());
    if (wanted == 0) break;
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query(std::string("SELECT ticket_id, mark FROM search_behind WHERE ") +
                                  which + " AND due_us <= $1 ORDER BY due_us LIMIT $2",
                              ToMicros(now), wanted));
    for (const sql::Row& row : rows) behind.push_back({TicketId{row.Text(0)}, row.Text(1)});
  }
  return behind;
}

std::vector<std::string> FacetsOf(const Ticket& ticket) {
  const auto number = [](auto value) { return std::to_string(static_cast<int>(value)); };
  std::vector<std::string> facets = {
      Facet("status", number(ticket.status)),      Facet("priority", number(ticket.priority)),
      Facet("channel", number(ticket.channel)),    Facet("queue", ticket.queue_id),
      Facet("assignee", ticket.assignee_id),       Facet("endpoint", ticket.endpoint),
      Facet("contact", ticket.contact_id.value),   Facet("account", ticket.account_id.value),
      Facet("flagged", ticket.flagged ? "1" : "0")};
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
  RETURN_IF_ERROR(tx.Post("INSERT INTO search_text (search_text, rank) VALUES ('merge', $1)",
                          what == SweepOf::kAll ? -kSweepPages : kSweepPages));
  ASSIGN_OR_RETURN(const int64_t after, changes());
  return after - before >= 2;
}

}  // namespace muara::ticket::store

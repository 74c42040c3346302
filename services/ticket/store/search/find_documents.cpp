#include "services/ticket/store/search/find_documents.h"

#include <algorithm>

#include "services/ticket/store/search/search_match.h"

namespace muara::ticket::store {
namespace {

using Steady = Pace::Steady;

constexpr int kWider = 16;  // at most, a window than the one before: two blocks of 8 times its

// Numbers from `low` to `before`, without the latter: one block of a level and the one under it.
struct Window {
  int level = 0;  // of kBlockLevels
  int64_t before = 0;

  int shift() const { return kBlockLevels[level]; }
  int64_t top() const { return (before - 1) >> shift(); }
  int64_t low() const { return std::max<int64_t>(0, top() - 1) << shift(); }
};

// What every window is asked for.
struct Asked {
  Match match;
  std::string checked;  // PostgreSQL: what the index cannot tell
};

Result<sql::Rows> LookInSqlite(sql::Tx& tx, const Asked& asked, const Window& window, int limit) {
  sql::Params params(asked.match.index, window.before, window.low(), limit);
  std::string checks;
  if (!asked.match.excluded.empty()) {
    checks = " AND rowid NOT IN (SELECT rowid FROM search_text WHERE search_text MATCH " +
             params.Add(asked.match.excluded).last() + " AND rowid < $2 AND rowid >= $3)";
  }
  for (const Match::Check& check : asked.match.checks) {
    checks += " AND instr(' ' || exact, " + params.Add(" " + check.text).last() + ") " +
              (check.excluded ? "= 0" : "> 0");
  }
  return tx.Run(
      "SELECT d.number, d.ticket_id FROM (SELECT rowid AS number FROM search_text WHERE "
      "search_text MATCH $1 AND rowid < $2 AND rowid >= $3" +
          checks +
          " ORDER BY rowid DESC LIMIT $4) f JOIN search_doc d ON d.number = f.number "
          "ORDER BY d.number DESC",
      params);
}

// GIN keeps no order and knows no windows, so each document has its blocks among its words. The
// number is compared outside, or the planner would read all documents of a window instead.
Result<sql::Rows> LookInPostgres(sql::Tx& tx, const Asked& asked, const Window& window, int limit) {
  std::string blocks = "'" + BlockWord(window.level, window.top()) + "'";
  if (window.top() > 0) blocks += " | '" + BlockWord(window.level, window.top() - 1) + "'";
  sql::Params params(asked.match.index + " & (" + blocks + ")", window.before, limit);
  const std::string check =
      asked.checked.empty()
          ? ""
          : " AND words @@ CAST(" + params.Add(asked.checked).last() + " AS tsquery)";
  return tx.Run(
      "SELECT number, ticket_id FROM (SELECT number, ticket_id, words FROM search_doc "
      "WHERE words @@ CAST($1 AS tsquery) ORDER BY number DESC OFFSET 0) f "
      "WHERE number < $2" +
          check + " ORDER BY number DESC LIMIT $3",
      params);
}

Result<int64_t> NewestNumber(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COALESCE(MAX(number), 0) FROM search_doc"));
  return rows[0].Int(0);
}

// The planner knows neither what reading a long document costs nor how rare words are; compiling a
// plan takes longer than running it.
enum class Planner { kByTheIndexAlone, kAsUsual };
muara::Status Tell(sql::Tx& tx, Planner planner) {
  if (tx.engine() == sql::Engine::kSqlite) return Ok();
  const char* value = planner == Planner::kAsUsual ? "on" : "off";
  RETURN_IF_ERROR(
      tx.Query("SELECT set_config('enable_seqscan', $1, true), "
               "set_config('enable_indexscan', $1, true), set_config('jit', 'off', true)",
               value));
  return Ok();
}

Result<Hits> Look(sql::Tx& tx, const Asked& asked, int64_t before, int limit, const Pace& pace) {
  const auto look = tx.engine() == sql::Engine::kSqlite ? LookInSqlite : LookInPostgres;
  Hits hits;
  for (Window window{0, before}; window.before > 1;) {
    const auto start = Steady::now();
    const int wanted = limit - static_cast<int>(hits.hits.size());
    ASSIGN_OR_RETURN(const sql::Rows rows, look(tx, asked, window, wanted));
    for (const sql::Row& row : rows) hits.hits.push_back({row.Int(0), TicketId{row.Text(1)}});
    if (static_cast<int>(rows.size()) == wanted) {
      hits.next = hits.hits.back().number;
      return hits;
    }
    const auto took = Steady::now() - start;
    window.before = window.low();
    hits.next = window.before > 1 ? window.before : 0;
    if (!pace.Allows(took)) return hits;
    const bool widest = window.level + 1 == static_cast<int>(std::size(kBlockLevels));
    if (!widest && pace.Allows(took * kWider)) ++window.level;
  }
  hits.next = 0;
  return hits;
}

}  // namespace

Result<Hits> FindDocuments(sql::Tx& tx, const SearchQuery& query, const Filter& filter,
                           int64_t before, int limit, const Pace& pace) {
  ASSIGN_OR_RETURN(const int64_t newest, NewestNumber(tx));
  before = before <= 0 ? newest + 1 : std::min(before, newest + 1);
  Asked asked;
  if (tx.engine() == sql::Engine::kSqlite) {
    asked.match = MatchOfFts5(query, filter);
  } else {
    asked.match.index = MatchOfTsquery(query, filter);
    asked.checked = CheckOfTsquery(query);
  }
  RETURN_IF_ERROR(Tell(tx, Planner::kByTheIndexAlone));
  ASSIGN_OR_RETURN(Hits hits, Look(tx, asked, before, limit, pace));
  RETURN_IF_ERROR(Tell(tx, Planner::kAsUsual));
  return hits;
}

Result<std::vector<Hit>> ListDocumentsFrom(sql::Tx& tx, const std::vector<TicketId>& tickets,
                                           int64_t number) {
  std::vector<Hit> documents;
  if (tickets.empty()) return documents;
  sql::Params params(number);
  std::string ids;
  for (const TicketId& id : tickets) ids += (ids.empty() ? "" : ", ") + params.Add(id.value).last();
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT number, ticket_id FROM search_doc WHERE ticket_id IN (" + ids +
                              ") AND number >= $1 ORDER BY number",
                          params));
  for (const sql::Row& row : rows) documents.push_back({row.Int(0), TicketId{row.Text(1)}});
  return documents;
}

Result<bool> Answers(sql::Tx& tx, const SearchQuery& query, const Filter& filter, int64_t number) {
  ASSIGN_OR_RETURN(const Hits found,
                   FindDocuments(tx, query, filter, number + 1, 1, Pace(Duration(0))));
  return !found.hits.empty() && found.hits[0].number == number;
}

}  // namespace muara::ticket::store

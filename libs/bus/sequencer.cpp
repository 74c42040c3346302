#include "libs/bus/sequencer.h"

namespace muara::bus {
namespace {

// Statements are PostgreSQL's own: SQLite never gets here.
constexpr const char* kWaiting = "SELECT 1 FROM event_log WHERE pos IS NULL LIMIT 1";
constexpr const char* kLock = "SELECT part FROM part_head ORDER BY part FOR UPDATE SKIP LOCKED";
// The lowest sequence numbers of the locked parts. A later version of a key has a higher one,
// because its writer waited on the key's head row for the earlier writer to commit.
constexpr const char* kNumber =
    "WITH waiting AS (SELECT event_id, part, seq FROM event_log WHERE pos IS NULL "
    "AND part = ANY(CAST($1 AS BIGINT[])) ORDER BY seq LIMIT 2000), "
    "numbered AS (SELECT event_id, part, "
    "ROW_NUMBER() OVER (PARTITION BY part ORDER BY seq) AS rank FROM waiting), "
    "placed AS (UPDATE event_log e SET pos = h.pos + n.rank FROM numbered n "
    "JOIN part_head h ON h.part = n.part WHERE e.event_id = n.event_id RETURNING e.part), "
    "counted AS (SELECT part, COUNT(*) AS added FROM placed GROUP BY part) "
    "UPDATE part_head h SET pos = h.pos + c.added FROM counted c WHERE h.part = c.part "
    "RETURNING c.added";

}  // namespace

Result<int64_t> Sequence(sql::Database& database) {
  if (database.engine() == sql::Engine::kSqlite) return int64_t{0};
  return database.Transact([](sql::Tx& tx) -> Result<int64_t> {
    ASSIGN_OR_RETURN(const sql::Rows waiting, tx.Query(kWaiting));
    if (waiting.empty()) return int64_t{0};
    ASSIGN_OR_RETURN(const sql::Rows locked, tx.Query(kLock));
    std::string parts;
    for (const sql::Row& row : locked) parts += (parts.empty() ? "" : ",") + row.Text(0);
    ASSIGN_OR_RETURN(const sql::Rows added, tx.Query(kNumber, "{" + parts + "}"));
    int64_t total = 0;
    for (const sql::Row& row : added) total += row.Int(0);
    return total;
  });
}

}  // namespace muara::bus

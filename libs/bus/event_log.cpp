#include "libs/bus/event_log.h"

#include <limits>

#include "libs/base/id.h"
#include "libs/bus/envelope.h"
#include "libs/log/trace.h"

namespace muara::bus {
namespace {

// A page must fit into one answer, whatever was written.
constexpr int64_t kReadBytesMax = 16 * 1024 * 1024;

Error Trimmed(int64_t from, int64_t oldest) {
  Error error = MakeError(Code::kFailedPrecondition, "LOG_TRIMMED",
                          "position " + std::to_string(from) + " is older than the log keeps");
  error.metadata.emplace_back("oldest", std::to_string(oldest));
  return error;
}

Result<int64_t> OldestIn(sql::Tx& tx, int part) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COALESCE((SELECT MIN(pos) FROM event_log WHERE part = $1), "
                            "(SELECT pos + 1 FROM part_head WHERE part = $1))",
                            part));
  return rows[0].Int(0);
}

// The last position that a page from `from` on holds; `from` - 1 at the head.
Result<int64_t> EndOfPage(sql::Tx& tx, int part, int64_t from, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows sizes,
                   tx.Query("SELECT pos, LENGTH(envelope) FROM event_log WHERE part = $1 AND "
                            "pos >= $2 ORDER BY pos LIMIT $3",
                            part, from, limit));
  if (sizes.empty()) {
    ASSIGN_OR_RETURN(const int64_t oldest, OldestIn(tx, part));
    if (oldest > from) return Trimmed(from, oldest);
  } else if (sizes[0].Int(0) != from) {
    return Trimmed(from, sizes[0].Int(0));
  }
  int64_t last = from - 1;
  int64_t bytes = 0;
  for (const sql::Row& row : sizes) {
    bytes += row.Int(1);
    if (bytes > kReadBytesMax && last >= from) break;
    last = row.Int(0);
  }
  return last;
}

Result<std::string> EpochOf(sql::Tx& tx) {
  RETURN_IF_ERROR(tx.Post(
      "INSERT INTO log_epoch (one, epoch) VALUES (1, $1) ON CONFLICT DO NOTHING", NewUuid()));
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT epoch FROM log_epoch WHERE one = 1"));
  return rows[0].Text(0);
}

// One for each fact; facts of one key get rising ones.
Result<std::vector<int64_t>> NextKeyVersions(sql::Tx& tx, const std::vector<Fact>& facts) {
  std::vector<sql::Statement> statements;
  for (const Fact& fact : facts) {
    statements.push_back(
        {"INSERT INTO key_head (key, version) VALUES ($1, 1) "
         "ON CONFLICT (key) DO UPDATE SET version = key_head.version + 1 "
         "RETURNING version",
         sql::Params(fact.key)});
  }
  ASSIGN_OR_RETURN(const auto answers, tx.RunAll(std::move(statements)));
  std::vector<int64_t> versions;
  for (const sql::Rows& rows : answers) versions.push_back(rows[0].Int(0));
  return versions;
}

Status InsertNumbered(sql::Tx& tx, int part, const Envelope& envelope) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("UPDATE part_head SET pos = pos + 1 WHERE part = $1 RETURNING pos", part));
  return tx.Post(
      "INSERT INTO event_log (event_id, part, pos, type, key, key_version, envelope, time_us) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      envelope.id, part, rows[0].Int(0), envelope.type, envelope.subject, envelope.key_version,
      sql::Blob{Serialize(envelope)}, ToMicros(envelope.time));
}

Status InsertUnnumbered(sql::Tx& tx, int part, const Envelope& envelope) {
  return tx.Post(
      "INSERT INTO event_log (event_id, part, type, key, key_version, envelope, time_us) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      envelope.id, part, envelope.type, envelope.subject, envelope.key_version,
      sql::Blob{Serialize(envelope)}, ToMicros(envelope.time));
}

// Other data in a fact, and its copy in Redis marked to go. One that has no position yet has no
// copy: it gets both with these bytes.
Status Replace(sql::Tx& tx, Envelope envelope, std::string data) {
  envelope.data = std::move(data);
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("UPDATE event_log SET envelope = $2 WHERE event_id = $1 "
                            "RETURNING part, pos",
                            envelope.id, sql::Blob{Serialize(envelope)}));
  if (rows.empty() || rows[0].IsNull(1)) return Ok();
  return tx.Post(
      "INSERT INTO erased_position (part, pos, due_us) VALUES ($1, $2, 0) "
      "ON CONFLICT (part, pos) DO UPDATE SET due_us = 0",
      rows[0].Int(0), rows[0].Int(1));
}

}  // namespace

Result<std::unique_ptr<EventLog>> EventLog::Open(sql::Database& database,
                                                 const std::string& topic) {
  RETURN_IF_ERROR(MigrateBus(database));
  ASSIGN_OR_RETURN(std::string epoch, database.Transact(EpochOf));
  return std::unique_ptr<EventLog>(new EventLog(database, topic, std::move(epoch)));
}

Status EventLog::Append(sql::Tx& tx, const Fact& fact, Time now) const {
  return Append(tx, std::vector<Fact>{fact}, now);
}

Status EventLog::Append(sql::Tx& tx, const std::vector<Fact>& facts, Time now) const {
  ASSIGN_OR_RETURN(const auto versions, NextKeyVersions(tx, facts));
  for (size_t i = 0; i < facts.size(); ++i) {
    const Envelope envelope{.id = NewUuid(),
                            .source = topic_,
                            .type = facts[i].type,
                            .subject = facts[i].key,
                            .key_version = versions[i],
                            .time = now,
                            .traceparent = trace::CurrentTraceparent(),
                            .data = facts[i].data};
    const int part = PartOf(facts[i].key);
    RETURN_IF_ERROR(tx.engine() == sql::Engine::kSqlite ? InsertNumbered(tx, part, envelope)
                                                        : InsertUnnumbered(tx, part, envelope));
  }
  if (on_append_ && !facts.empty()) tx.OnCommit(on_append_);
  return Ok();
}

Result<std::vector<LogEntry>> EventLog::Read(int part, int64_t from, int limit) const {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<LogEntry>> {
    ASSIGN_OR_RETURN(const int64_t last, EndOfPage(tx, part, from, limit));
    std::vector<LogEntry> entries;
    if (last < from) return entries;
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT pos, envelope FROM event_log WHERE part = $1 AND pos >= $2 "
                              "AND pos <= $3 ORDER BY pos",
                              part, from, last));
    for (const sql::Row& row : rows) entries.push_back({row.Int(0), row.Bytes(1)});
    return entries;
  });
}

Result<std::vector<KeyEntry>> EventLog::OfKey(sql::Tx& tx, const std::string& key, int64_t from,
                                              int limit, std::optional<Time> until) const {
  const int64_t latest = until ? ToMicros(*until) : std::numeric_limits<int64_t>::max();
  ASSIGN_OR_RETURN(const sql::Rows sizes,
                   tx.Query("SELECT key_version, LENGTH(envelope), time_us FROM event_log WHERE "
                            "key = $1 AND key_version >= $2 ORDER BY key_version LIMIT $3",
                            key, from, limit));
  int64_t last = from - 1;
  int64_t bytes = 0;
  for (const sql::Row& row : sizes) {
    bytes += row.Int(1);
    if (row.Int(2) > latest || (bytes > kReadBytesMax && last >= from)) break;
    last = row.Int(0);
  }
  std::vector<KeyEntry> entries;
  if (last < from) return entries;
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT key_version, envelope FROM event_log WHERE key = $1 AND "
                            "key_version >= $2 AND key_version <= $3 ORDER BY key_version",
                            key, from, last));
  for (const sql::Row& row : rows) entries.push_back({row.Int(0), row.Bytes(1)});
  return entries;
}

Result<std::vector<KeyEntry>> EventLog::LatestOfKey(sql::Tx& tx, const std::string& key, Time until,
                                                    int limit) const {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT key_version, envelope FROM event_log WHERE key = $1 AND time_us <= $2 "
               "ORDER BY key_version DESC LIMIT $3",
               key, ToMicros(until), limit));
  std::vector<KeyEntry> entries;
  for (const sql::Row& row : rows) entries.push_back({row.Int(0), row.Bytes(1)});
  return entries;
}

Result<RewrittenFacts> EventLog::RewriteOfKey(sql::Tx& tx, const std::string& key, int64_t from,
                                              int limit, const Rewriter& rewrite) const {
  ASSIGN_OR_RETURN(const auto entries, OfKey(tx, key, from, limit, std::nullopt));
  RewrittenFacts done;
  for (const KeyEntry& entry : entries) {
    auto envelope = ParseEnvelope(entry.envelope);
    if (!envelope) return MakeError(Code::kInternal, "BAD_ENVELOPE", "a fact cannot be read");
    auto data = rewrite(envelope->type, envelope->data);
    if (!data || *data == envelope->data) continue;
    RETURN_IF_ERROR(Replace(tx, *std::move(envelope), *std::move(data)));
    ++done.rewritten;
  }
  if (!entries.empty()) done.next = entries.back().version + 1;
  if (on_append_ && done.rewritten > 0) tx.OnCommit(on_append_);
  return done;
}

Status EventLog::RewriteAllOfKey(sql::Tx& tx, const std::string& key,
                                 const Rewriter& rewrite) const {
  constexpr int kAtOnce = 200;
  for (int64_t from = 1; from > 0;) {
    ASSIGN_OR_RETURN(const RewrittenFacts done, RewriteOfKey(tx, key, from, kAtOnce, rewrite));
    from = done.next;
  }
  return Ok();
}

Result<int64_t> EventLog::Oldest(int part) const {
  return database_.Read([&](sql::Tx& tx) { return OldestIn(tx, part); });
}

// Times rise with positions, but for what replicas' clocks differ: halving finds the place.
Result<int64_t> EventLog::FirstSince(int part, Time time) const {
  return database_.Read([&](sql::Tx& tx) -> Result<int64_t> {
    ASSIGN_OR_RETURN(int64_t from, OldestIn(tx, part));
    ASSIGN_OR_RETURN(const sql::Rows head,
                     tx.Query("SELECT pos + 1 FROM part_head WHERE part = $1", part));
    int64_t until = head[0].Int(0);
    while (from < until) {
      const int64_t middle = from + (until - from) / 2;
      ASSIGN_OR_RETURN(
          const sql::Rows rows,
          tx.Query("SELECT time_us FROM event_log WHERE part = $1 AND pos = $2", part, middle));
      const bool is_before = rows.empty() || rows[0].Int(0) < ToMicros(time);
      (is_before ? from : until) = is_before ? middle + 1 : middle;
    }
    return from;
  });
}

Result<std::vector<int64_t>> EventLog::Heads() const {
  return database_.Read([&](sql::Tx& tx) -> Result<std::vector<int64_t>> {
    ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT part, pos FROM part_head"));
    std::vector<int64_t> heads(kParts, 0);
    for (const sql::Row& row : rows) heads.at(row.Int(0)) = row.Int(1);
    return heads;
  });
}

}  // namespace muara::bus

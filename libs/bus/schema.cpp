#include "libs/bus/schema.h"

#include "libs/base/crypto.h"

namespace muara::bus {
namespace {

// In PostgreSQL a fact gets its position later, from the sequencer; `seq` keeps the order in which
// the writers of one key came. SQLite's one writer gives the position itself.
const char* kLogSqlite =
    "CREATE TABLE event_log (event_id TEXT PRIMARY KEY, part BIGINT NOT NULL, "
    "pos BIGINT NOT NULL, type TEXT NOT NULL, key TEXT NOT NULL, key_version BIGINT NOT NULL, "
    "envelope BYTEA NOT NULL, time_us BIGINT NOT NULL)";
const char* kLogPostgres =
    "CREATE TABLE event_log (event_id TEXT PRIMARY KEY, part INT NOT NULL, pos BIGINT, "
    "seq BIGINT GENERATED ALWAYS AS IDENTITY, type TEXT NOT NULL, key TEXT NOT NULL, "
    "key_version BIGINT NOT NULL, envelope BYTEA NOT NULL, time_us BIGINT NOT NULL)";
const char* kLogIndex = "CREATE UNIQUE INDEX event_log_pos ON event_log (part, pos)";
const char* kLogKeyIndex = "CREATE INDEX event_log_key ON event_log (key, key_version)";

std::vector<std::string> Parts() {
  std::vector<std::string> statements = {
      "CREATE TABLE part_head (part BIGINT PRIMARY KEY, pos BIGINT NOT NULL)"};
  for (int part = 0; part < kParts; ++part) {
    statements.push_back("INSERT INTO part_head (part, pos) VALUES (" + std::to_string(part) +
                         ", 0)");
  }
  return statements;
}

std::vector<sql::Step> Steps() {
  return {
      {1,
       "operation keys",
       {"CREATE TABLE operation_key (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, "
        "claimed_us BIGINT NOT NULL)",
        "CREATE INDEX operation_key_time ON operation_key (claimed_us)"}},
      {2,
       "event log",
       {kLogSqlite, kLogIndex, kLogKeyIndex},
       {kLogPostgres, kLogIndex, kLogKeyIndex,
        "CREATE INDEX event_log_unnumbered ON event_log (seq) WHERE pos IS NULL"}},
      {3, "part heads", Parts()},
      {4,
       "heads, epoch and readers of the log",
       {"CREATE TABLE key_head (key TEXT PRIMARY KEY, version BIGINT NOT NULL)",
        "CREATE TABLE log_epoch (one BIGINT PRIMARY KEY, epoch TEXT NOT NULL)",
        "CREATE TABLE log_reader (consumer TEXT NOT NULL, part BIGINT NOT NULL, "
        "pos BIGINT NOT NULL, seen_us BIGINT NOT NULL, PRIMARY KEY (consumer, part))"}},
      {5,
       "checkpoints",
       {"CREATE TABLE checkpoint (topic TEXT NOT NULL, part BIGINT NOT NULL, epoch TEXT NOT NULL, "
        "pos BIGINT NOT NULL, attempts BIGINT NOT NULL, PRIMARY KEY (topic, part))"}},
      {6,
       "dead letters and what is parked behind them",
       {"CREATE TABLE dead_letter (event_id TEXT PRIMARY KEY, topic TEXT NOT NULL, "
        "part BIGINT NOT NULL, pos BIGINT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, "
        "reason TEXT NOT NULL, envelope BYTEA NOT NULL, time_us BIGINT NOT NULL)",
        "CREATE INDEX dead_letter_key ON dead_letter (topic, key, pos)",
        "CREATE TABLE parked (topic TEXT NOT NULL, part BIGINT NOT NULL, pos BIGINT NOT NULL, "
        "key TEXT NOT NULL, envelope BYTEA NOT NULL, PRIMARY KEY (topic, part, pos))",
        "CREATE INDEX parked_key ON parked (topic, key, pos)"}},
      {7,
       "copies of facts that are to go",
       {"CREATE TABLE erased_position (part BIGINT NOT NULL, pos BIGINT NOT NULL, "
        "due_us BIGINT NOT NULL, PRIMARY KEY (part, pos))",
        "CREATE INDEX erased_position_due ON erased_position (due_us)"}},
      {8,
       "whether a reader ended cleanly",
       {"ALTER TABLE checkpoint ADD COLUMN begun BIGINT NOT NULL DEFAULT 0"}},
  };
}

}  // namespace

Status MigrateBus(sql::Database& database) { return sql::Migrate(database, "bus", Steps()); }

int PartOf(const std::string& key) { return static_cast<int>(StableHash(key) % kParts); }

}  // namespace muara::bus

#include "libs/sql/migrate.h"
#include "services/ticket/store/rules/rules.h"

namespace muara::ticket::store {
namespace {

std::vector<std::string> Rules(const std::string& bytes) {
  return {
      "CREATE TABLE rule (id TEXT PRIMARY KEY, position BIGINT NOT NULL, "
      "enabled BOOLEAN NOT NULL, since_us BIGINT NOT NULL, version BIGINT NOT NULL, "
      "definition " +
          bytes + " NOT NULL)",
      "CREATE TABLE rule_set (one BIGINT PRIMARY KEY, version BIGINT NOT NULL)",
      "INSERT INTO rule_set (one, version) VALUES (1, 0)",
      "CREATE TABLE rule_run (id TEXT PRIMARY KEY, rule_id TEXT NOT NULL, "
      "ticket_id TEXT NOT NULL, time_us BIGINT NOT NULL, fact TEXT NOT NULL, "
      "event_id TEXT NOT NULL, outcome BIGINT NOT NULL, results TEXT NOT NULL, "
      "rules TEXT NOT NULL, root TEXT NOT NULL)",
      "CREATE INDEX rule_run_ticket ON rule_run (ticket_id, time_us, id)",
      "CREATE INDEX rule_run_rule ON rule_run (rule_id, time_us, id)",
      "CREATE INDEX rule_run_root ON rule_run (root)",
      "CREATE INDEX rule_run_time ON rule_run (time_us)"};
}

// Since when a ticket has the status that it has: those that are there begin with their last
// change.
std::vector<std::string> Schedules() {
  return {
      "CREATE TABLE rule_schedule (rule_id TEXT PRIMARY KEY, base BIGINT NOT NULL, "
      "time_us BIGINT NOT NULL, ticket_id TEXT NOT NULL)",
      "CREATE TABLE ticket_status_time (ticket_id TEXT PRIMARY KEY, status BIGINT NOT NULL, "
      "since_us BIGINT NOT NULL)",
      "INSERT INTO ticket_status_time (ticket_id, status, since_us) "
      "SELECT id, status, updated_us FROM ticket",
      "CREATE INDEX ticket_status_since ON ticket_status_time (since_us, ticket_id)",
      "CREATE INDEX ticket_created ON ticket (created_us, id)",
      "CREATE INDEX ticket_inbound ON ticket (last_inbound_us, id) "
      "WHERE last_inbound_us IS NOT NULL",
      "CREATE INDEX ticket_outbound ON ticket (last_outbound_us, id) "
      "WHERE last_outbound_us IS NOT NULL",
      "CREATE INDEX ticket_resolved_at ON ticket (resolved_us, id) "
      "WHERE resolved_us IS NOT NULL"};
}

std::vector<std::string> Kept(const std::string& bytes) {
  return {
      "CREATE TABLE canned_reply (id TEXT PRIMARY KEY, shortcut TEXT NOT NULL, "
      "title TEXT NOT NULL, language TEXT NOT NULL, text TEXT NOT NULL, owner TEXT NOT NULL, "
      "shared BOOLEAN NOT NULL, version BIGINT NOT NULL)",
      "CREATE INDEX canned_reply_owner ON canned_reply (owner)",
      "CREATE INDEX canned_reply_shortcut ON canned_reply (shortcut, id)",
      "CREATE TABLE macro (id TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL, "
      "shared BOOLEAN NOT NULL, actions " +
          bytes + " NOT NULL, version BIGINT NOT NULL)",
      "CREATE INDEX macro_owner ON macro (owner)",
      "CREATE INDEX macro_name ON macro (name, id)"};
}

}  // namespace

muara::Status MigrateRules(sql::Database& database) {
  return sql::Migrate(database, "rules",
                      {{1, "rules and what they did", Rules("BLOB"), Rules("BYTEA")},
                       {2, "times from which schedules count", Schedules()},
                       {3, "canned replies and macros", Kept("BLOB"), Kept("BYTEA")}});
}

}  // namespace muara::ticket::store

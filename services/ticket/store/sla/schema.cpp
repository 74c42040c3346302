// The tables of service levels.
#include "libs/sql/migrate.h"
#include "services/ticket/store/sla/sla.h"

namespace muara::ticket::store {
namespace {

sql::Step Book() {
  return {1,
          "calendars and policies",
          {"CREATE TABLE sla_book (one BIGINT PRIMARY KEY, version BIGINT NOT NULL)",
           "INSERT INTO sla_book (one, version) VALUES (1, 1)",
           "CREATE TABLE business_calendar (id TEXT PRIMARY KEY, display_name TEXT NOT NULL, "
           "time_zone TEXT NOT NULL, week TEXT NOT NULL, holidays TEXT NOT NULL, "
           "created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL, version BIGINT NOT NULL)",
           "CREATE TABLE sla_policy (id TEXT PRIMARY KEY, display_name TEXT NOT NULL, "
           "position BIGINT NOT NULL, rules TEXT NOT NULL, targets TEXT NOT NULL, "
           "created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL, version BIGINT NOT NULL)"}};
}

sql::Step Clocks() {
  return {2,
          "ledgers and clocks",
          {"CREATE TABLE sla_ledger (ticket_id TEXT PRIMARY KEY, book BIGINT NOT NULL, "
           "open BOOLEAN NOT NULL, choice TEXT NOT NULL, entries TEXT NOT NULL, "
           "waiting TEXT NOT NULL, replied BOOLEAN NOT NULL)",
           "CREATE INDEX sla_ledger_book ON sla_ledger (book, ticket_id) WHERE open",
           "CREATE INDEX sla_ledger_open ON sla_ledger (ticket_id) WHERE open",
           "CREATE TABLE sla_clock (ticket_id TEXT NOT NULL, kind BIGINT NOT NULL, "
           "started_us BIGINT NOT NULL, policy_id TEXT NOT NULL, rule TEXT NOT NULL, "
           "priority BIGINT NOT NULL, duration_us BIGINT NOT NULL, calendar_id TEXT NOT NULL, "
           "warn_share DOUBLE PRECISION NOT NULL, pauses TEXT NOT NULL, ended_us BIGINT, "
           "answered BOOLEAN NOT NULL, due_us BIGINT, warn_us BIGINT, warned_us BIGINT, "
           "breached_us BIGINT, paused BOOLEAN NOT NULL, next_us BIGINT, "
           "PRIMARY KEY (ticket_id, kind, started_us))",
           "CREATE INDEX sla_clock_next ON sla_clock (next_us) WHERE next_us IS NOT NULL"}};
}

// What is open already waits since it was opened; its earlier states are not known.
sql::Step Begin() {
  return {3,
          "ledgers of open tickets",
          {"INSERT INTO sla_ledger (ticket_id, book, open, choice, entries, waiting, replied) "
           "SELECT id, 0, status IN (1, 2, 3, 6, 7), '', CAST(created_us AS TEXT) || ' 2\n' || "
           "CASE WHEN status <= 2 THEN '' ELSE CAST(updated_us AS TEXT) || ' ' || "
           "CAST(status AS TEXT) || '\n' END, "
           "CASE WHEN first_reply_us IS NULL THEN CAST(created_us AS TEXT) ELSE '' END || '\n' || "
           "CASE WHEN last_inbound_us > last_outbound_us AND status IN (1, 2, 3, 6, 7) "
           "THEN CAST(last_inbound_us AS TEXT) ELSE '' END || '\n' || "
           "CASE WHEN status IN (1, 2, 3, 6, 7) THEN COALESCE(CAST(last_outbound_us AS TEXT), '') "
           "ELSE '' END "
           "|| '\n' || CAST(created_us AS TEXT) || '\n' || "
           "CASE WHEN assignee_id = '' THEN CAST(created_us AS TEXT) ELSE '' END || '\n', "
           "first_reply_us IS NOT NULL FROM ticket WHERE status <> 5"}};
}

sql::Step Ends() {
  return {4, "what clocks came to", {"ALTER TABLE sla_clock ADD COLUMN elapsed_us BIGINT"}};
}

// Tickets tell when their first clock is due: those whose clocks go are settled again, and told.
sql::Step NextDue() {
  return {5,
          "when the first clock of open tickets is due",
          {"UPDATE sla_ledger SET book = 0 WHERE open AND ticket_id IN "
           "(SELECT ticket_id FROM sla_clock WHERE ended_us IS NULL)"}};
}

}  // namespace

muara::Status MigrateSla(sql::Database& database) {
  return sql::Migrate(database, "sla", {Book(), Clocks(), Begin(), Ends(), NextDue()});
}

}  // namespace muara::ticket::store

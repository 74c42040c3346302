#include "services/ticket/store/sla/sla.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <sstream>

#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kColumns =
    "ticket_id, kind, started_us, policy_id, rule, priority, duration_us, calendar_id, warn_share, "
    "pauses, ended_us, answered, due_us, warn_us, warned_us, breached_us, paused, next_us, "
    "elapsed_us";

sql::Value MaybeTime(const std::optional<Time>& time) {
  return time ? sql::Value(ToMicros(*time)) : sql::Value(sql::Null{});
}

std::optional<Time> MaybeTime(const sql::Row& row, size_t column) {
  if (row.IsNull(column)) return std::nullopt;
  return FromMicros(row.Int(column));
}

std::string JoinStates(const std::vector<Status>& states) {
  std::vector<std::string> lines;
  for (const Status state : states) lines.push_back(std::to_string(static_cast<int>(state)));
  return JoinLines(lines);
}

std::vector<Status> SplitStates(const std::string& text) {
  std::vector<Status> states;
  for (const std::string& line : SplitLines(text)) {
    states.push_back(static_cast<Status>(std::atoi(line.c_str())));
  }
  return states;
}

DueClock FromRow(const sql::Row& row) {
  SlaClock clock;
  clock.kind = static_cast<TargetKind>(row.Int(1));
  clock.start = FromMicros(row.Int(2));
  clock.policy_id = row.Text(3);
  clock.rule = row.Text(4);
  clock.target.kind = clock.kind;
  if (row.Int(5) != 0) clock.target.priority = static_cast<Priority>(row.Int(5));
  clock.target.duration = Duration(row.Int(6));
  clock.target.calendar_id = row.Text(7);
  clock.target.warn_share = row.Real(8);
  clock.target.pauses_on = SplitStates(row.Text(9));
  clock.end = MaybeTime(row, 10);
  clock.answered = row.Bool(11);
  clock.due = MaybeTime(row, 12);
  clock.warn = MaybeTime(row, 13);
  clock.warned = MaybeTime(row, 14);
  clock.breached = MaybeTime(row, 15);
  clock.paused = row.Bool(16);
  if (!row.IsNull(18)) clock.elapsed = Duration(row.Int(18));
  return {TicketId{row.Text(0)}, std::move(clock)};
}

Result<std::vector<SlaClock>> ClocksIn(Result<sql::Rows> rows) {
  if (!rows.ok()) return rows.error();
  std::vector<SlaClock> clocks;
  for (const sql::Row& row : *rows) clocks.push_back(FromRow(row).clock);
  return clocks;
}

std::vector<TicketId> IdsIn(const sql::Rows& rows) {
  std::vector<TicketId> ids;
  for (const sql::Row& row : rows) ids.push_back({row.Text(0)});
  return ids;
}

// "time state" a line.
std::string JoinEntries(const std::vector<Ledger::Entry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    text += std::to_string(ToMicros(entry.at)) + " " +
            std::to_string(static_cast<int>(entry.status)) + "\n";
  }
  return text;
}

std::vector<Ledger::Entry> SplitEntries(const std::string& text) {
  std::vector<Ledger::Entry> entries;
  std::istringstream in(text);
  for (int64_t at = 0, status = 0; in >> at >> status;) {
    entries.push_back({FromMicros(at), static_cast<Status>(status)});
  }
  return entries;
}

// A line for each kind, empty where nothing is waited for.
std::string JoinWaiting(const Ledger& ledger) {
  std::string text;
  for (const auto& since : ledger.waiting) {
    text += (since ? std::to_string(ToMicros(*since)) : "") + "\n";
  }
  return text;
}

void SplitWaiting(const std::string& text, Ledger& ledger) {
  std::istringstream in(text);
  for (auto& since : ledger.waiting) {
    std::string line;
    std::getline(in, line);
    if (!line.empty()) since = FromMicros(std::atoll(line.c_str()));
  }
}

}  // namespace

Result<std::optional<Kept>> LoadLedger(sql::Tx& tx, const TicketId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT book, choice, entries, waiting, replied FROM sla_ledger "
                            "WHERE ticket_id = $1",
                            id.value));
  if (rows.empty()) return std::optional<Kept>();
  Kept kept;
  kept.book = rows[0].Int(0);
  kept.choice = rows[0].Text(1);
  kept.ledger.entries = SplitEntries(rows[0].Text(2));
  SplitWaiting(rows[0].Text(3), kept.ledger);
  kept.ledger.replied = rows[0].Bool(4);
  return std::optional<Kept>(std::move(kept));
}

muara::Status SaveLedger(sql::Tx& tx, const TicketId& id, const Kept& kept) {
  return tx.Post(
      "INSERT INTO sla_ledger (ticket_id, book, open, choice, entries, waiting, replied) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ticket_id) DO UPDATE SET "
      "book = excluded.book, open = excluded.open, choice = excluded.choice, "
      "entries = excluded.entries, waiting = excluded.waiting, replied = excluded.replied",
      id.value, kept.book, !ClocksStop(kept.ledger.status()), kept.choice,
      JoinEntries(kept.ledger.entries), JoinWaiting(kept.ledger), kept.ledger.replied);
}

Result<std::vector<SlaClock>> LoadClocks(sql::Tx& tx, const TicketId& id) {
  return ClocksIn(tx.Query(std::string("SELECT ") + kColumns +
                               " FROM sla_clock WHERE ticket_id = $1 AND "
                               "(ended_us IS NULL OR kind IN (1, 4, 5)) ORDER BY kind, started_us",
                           id.value));
}

Result<std::vector<SlaClock>> ListClocks(sql::Tx& tx, const TicketId& id, int limit) {
  return ClocksIn(tx.Query(std::string("SELECT ") + kColumns +
                               " FROM sla_clock WHERE ticket_id = $1 ORDER BY "
                               "CASE WHEN ended_us IS NULL THEN 0 ELSE 1 END, started_us DESC, "
                               "kind LIMIT $2",
                           id.value, limit));
}

muara::Status SaveClock(sql::Tx& tx, const TicketId& id, const SlaClock& clock) {
  const SlaTarget& target = clock.target;
  const int priority = target.priority ? static_cast<int>(*target.priority) : 0;
  return tx.Post(
      std::string("INSERT INTO sla_clock (") + kColumns +
          ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
          "$18, $19) ON CONFLICT (ticket_id, kind, started_us) DO UPDATE SET "
          "policy_id = excluded.policy_id, rule = excluded.rule, priority = excluded.priority, "
          "duration_us = excluded.duration_us, calendar_id = excluded.calendar_id, "
          "warn_share = excluded.warn_share, pauses = excluded.pauses, "
          "ended_us = excluded.ended_us, answered = excluded.answered, due_us = excluded.due_us, "
          "warn_us = excluded.warn_us, warned_us = excluded.warned_us, "
          "breached_us = excluded.breached_us, paused = excluded.paused, "
          "next_us = excluded.next_us, elapsed_us = excluded.elapsed_us",
      id.value, clock.kind, ToMicros(clock.start), clock.policy_id, clock.rule, priority,
      target.duration.count(), target.calendar_id, target.warn_share, JoinStates(target.pauses_on),
      MaybeTime(clock.end), clock.answered, MaybeTime(clock.due), MaybeTime(clock.warn),
      MaybeTime(clock.warned), MaybeTime(clock.breached), clock.paused, MaybeTime(clock.next()),
      clock.elapsed ? sql::Value(clock.elapsed->count()) : sql::Value(sql::Null{}));
}

Result<std::optional<Time>> NextOfAll(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT next_us FROM sla_clock WHERE next_us IS NOT NULL "
                            "ORDER BY next_us LIMIT 1"));
  if (rows.empty()) return std::optional<Time>();
  return std::optional<Time>(FromMicros(rows[0].Int(0)));
}

Result<std::vector<DueClock>> LockDue(sql::Tx& tx, Time now, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows locked,
                   tx.Query("SELECT id FROM ticket WHERE id IN (SELECT ticket_id FROM sla_clock "
                            "WHERE next_us <= $1 ORDER BY next_us LIMIT $2) "
                            "ORDER BY id FOR UPDATE SKIP LOCKED",
                            ToMicros(now), limit));
  if (locked.empty()) return std::vector<DueClock>();
  // Only now: what was told or answered before the lock is seen.
  sql::Params ids;
  std::string places;
  ids.Add(ToMicros(now));
  // Filled up to a power of two, so that few statements are ever prepared.
  for (size_t i = 0; i < std::bit_ceil(locked.size()); ++i) {
    const std::string id = locked[std::min(i, locked.size() - 1)].Text(0);
    places += (places.empty() ? "" : ", ") + ids.Add(id).last();
  }
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kColumns +
                              " FROM sla_clock WHERE next_us <= $1 AND ticket_id IN (" + places +
                              ") ORDER BY ticket_id, kind, started_us",
                          ids));
  std::vector<DueClock> due;
  for (const sql::Row& row : rows) due.push_back(FromRow(row));
  return due;
}

Result<std::vector<TicketId>> ListBehind(sql::Tx& tx, int64_t book, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT ticket_id FROM sla_ledger WHERE open AND book < $1 "
                            "ORDER BY book, ticket_id LIMIT $2",
                            book, limit));
  return IdsIn(rows);
}

Result<std::vector<TicketId>> ListOpen(sql::Tx& tx, const TicketId& after, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT ticket_id FROM sla_ledger WHERE open AND ticket_id > $1 "
                            "ORDER BY ticket_id LIMIT $2",
                            after.value, limit));
  return IdsIn(rows);
}

Result<Progress> LoadProgress(sql::Tx& tx, int64_t book) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*), COALESCE(SUM(CASE WHEN book < $1 THEN 1 ELSE 0 END), "
                            "0) FROM sla_ledger WHERE open",
                            book));
  return Progress{rows[0].Int(0), rows[0].Int(1)};
}

}  // namespace muara::ticket::store

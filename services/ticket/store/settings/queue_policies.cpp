#include "services/ticket/store/settings/queue_policies.h"

#include <algorithm>

#include "libs/sql/migrate.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kSelect =
    "SELECT queue_id, reopen_window_us, close_after_us, disposition_required, disposition_codes, "
    "disposition_names, escalation_queue_ids, version, calendar_id FROM queue_policy ";

QueuePolicy FromRow(const sql::Row& row) {
  QueuePolicy policy;
  policy.queue_id = row.Text(0);
  policy.lifecycle.reopen_window = Duration(row.Int(1));
  policy.lifecycle.close_after = Duration(row.Int(2));
  policy.disposition_required = row.Bool(3);
  const auto codes = SplitLines(row.Text(4)), names = SplitLines(row.Text(5));
  for (size_t i = 0; i < codes.size(); ++i) policy.dispositions.push_back({codes[i], names.at(i)});
  policy.escalation_queue_ids = SplitLines(row.Text(6));
  policy.version = static_cast<int>(row.Int(7));
  policy.calendar_id = row.Text(8);
  return policy;
}

}  // namespace

muara::Status MigrateQueuePolicies(sql::Database& database) {
  return sql::Migrate(
      database, "ticket_queue_policy",
      {{1,
        "queue policies",
        {"CREATE TABLE queue_policy (queue_id TEXT PRIMARY KEY, reopen_window_us BIGINT NOT NULL, "
         "close_after_us BIGINT NOT NULL, disposition_required BOOLEAN NOT NULL, "
         "disposition_codes TEXT NOT NULL, disposition_names TEXT NOT NULL, "
         "escalation_queue_ids TEXT NOT NULL, version BIGINT NOT NULL)"}},
       // After which ticket the walk goes on; no time: there is none.
       {2,
        "the walk that sets when tickets close",
        {"CREATE TABLE closing_walk (one BIGINT PRIMARY KEY, close_after_us BIGINT NOT NULL, "
         "resolved_us BIGINT, ticket_id TEXT NOT NULL)",
         "INSERT INTO closing_walk (one, close_after_us, ticket_id) VALUES (1, 0, '')"}},
       {3,
        "policies that count in business calendars",
        {"ALTER TABLE queue_policy ADD COLUMN calendar_id TEXT NOT NULL DEFAULT ''",
         "CREATE INDEX queue_policy_calendar ON queue_policy (calendar_id) "
         "WHERE calendar_id <> ''"}}});
}

Result<std::optional<QueuePolicy>> FindPolicy(sql::Tx& tx, const std::string& queue_id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string(kSelect) + "WHERE queue_id = $1", queue_id));
  if (rows.empty()) return std::optional<QueuePolicy>();
  return std::optional<QueuePolicy>(FromRow(rows[0]));
}

Result<std::vector<QueuePolicy>> ListPolicies(sql::Tx& tx, int limit, const std::string& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string(kSelect) + "WHERE queue_id > $1 ORDER BY queue_id LIMIT $2",
                            after, limit));
  std::vector<QueuePolicy> policies;
  for (const sql::Row& row : rows) policies.push_back(FromRow(row));
  return policies;
}

muara::Status SavePolicy(sql::Tx& tx, const QueuePolicy& policy) {
  std::vector<std::string> codes, names;
  for (const Disposition& one : policy.dispositions) {
    codes.push_back(one.code);
    names.push_back(one.name);
  }
  ASSIGN_OR_RETURN(
      const int64_t saved,
      tx.Execute("INSERT INTO queue_policy (queue_id, reopen_window_us, close_after_us, "
                 "disposition_required, disposition_codes, disposition_names, "
                 "escalation_queue_ids, version, calendar_id) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
                 "ON CONFLICT (queue_id) DO UPDATE SET reopen_window_us = $2, close_after_us = $3, "
                 "disposition_required = $4, disposition_codes = $5, disposition_names = $6, "
                 "escalation_queue_ids = $7, version = $8, calendar_id = $9 WHERE "
                 "queue_policy.version = $8 - 1",
                 policy.queue_id, policy.lifecycle.reopen_window.count(),
                 policy.lifecycle.close_after.count(), policy.disposition_required,
                 JoinLines(codes), JoinLines(names), JoinLines(policy.escalation_queue_ids),
                 policy.version, policy.calendar_id));
  if (saved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "the policy was changed at the same time");
}

Result<std::optional<CountedBy>> LongestBy(sql::Tx& tx, const std::string& calendar_id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT queue_id, CASE WHEN reopen_window_us > close_after_us THEN "
               "reopen_window_us ELSE close_after_us END FROM queue_policy WHERE calendar_id = $1 "
               "AND calendar_id <> '' ORDER BY 2 DESC, 1 LIMIT 1",
               calendar_id));
  if (rows.empty()) return std::optional<CountedBy>();
  return std::optional<CountedBy>({rows[0].Text(0), Duration(rows[0].Int(1))});
}

muara::Status BeginClosingWalk(sql::Tx& tx) {
  return tx.Post("UPDATE closing_walk SET resolved_us = 0, ticket_id = '' WHERE one = 1");
}

muara::Status SetCloseAfterDefault(sql::Tx& tx, Duration close_after) {
  return tx.Post(
      "UPDATE closing_walk SET close_after_us = $1, resolved_us = 0, ticket_id = '' "
      "WHERE one = 1 AND close_after_us <> $1",
      close_after.count());
}

Result<bool> HasClosingWalk(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT 1 FROM closing_walk WHERE resolved_us IS NOT NULL"));
  return !rows.empty();
}

Result<ClosingStep> StepClosingWalk(sql::Tx& tx, int limit) {
  // Locked: of several replicas one makes the step, and a policy that changes begins anew after it.
  ASSIGN_OR_RETURN(const sql::Rows walk,
                   tx.Query("SELECT close_after_us, resolved_us, ticket_id FROM closing_walk "
                            "WHERE one = 1 AND resolved_us IS NOT NULL FOR UPDATE"));
  if (walk.empty()) return ClosingStep();
  ASSIGN_OR_RETURN(
      const sql::Rows next,
      tx.Query("SELECT t.resolved_us, t.id, t.due_us, COALESCE(p.close_after_us, $4), "
               "COALESCE(p.calendar_id, '') FROM ticket t LEFT JOIN queue_policy p ON "
               "p.queue_id = t.queue_id WHERE t.status = 4 AND (t.resolved_us, t.id) > ($1, $2) "
               "ORDER BY t.resolved_us, t.id LIMIT $3",
               walk[0].Int(1), walk[0].Text(2), limit, walk[0].Int(0)));
  if (next.empty()) {
    RETURN_IF_ERROR(tx.Post("UPDATE closing_walk SET resolved_us = NULL WHERE one = 1"));
    return ClosingStep();
  }
  ClosingStep step;
  step.count = static_cast<int>(next.size());
  for (const sql::Row& row : next) {
    const bool right = !row.IsNull(2) && row.Int(2) == row.Int(0) + row.Int(3);
    if (!right && row.Text(4).empty()) step.others.push_back({row.Text(1)});
  }
  // As everyone locks them.
  std::sort(step.others.begin(), step.others.end(),
            [](const TicketId& a, const TicketId& b) { return a.value < b.value; });
  const sql::Row& last = next[next.size() - 1];
  RETURN_IF_ERROR(tx.Post("UPDATE closing_walk SET resolved_us = $1, ticket_id = $2 WHERE one = 1",
                          last.Int(0), last.Text(1)));
  return step;
}

Result<std::optional<Duration>> FindCloseAfter(sql::Tx& tx, const std::string& queue_id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT COALESCE(p.close_after_us, w.close_after_us), COALESCE(p.calendar_id, '') "
               "FROM closing_walk w LEFT JOIN queue_policy p ON p.queue_id = $1 WHERE w.one = 1",
               queue_id));
  if (rows.empty() || !rows[0].Text(1).empty()) return std::optional<Duration>();
  return std::optional<Duration>(Duration(rows[0].Int(0)));
}

}  // namespace muara::ticket::store

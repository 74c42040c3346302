#include "services/ticket/store/rules/rules.h"

#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kRunColumns =
    "id, rule_id, ticket_id, time_us, fact, event_id, outcome, results, rules, root";

std::string JoinResults(const std::vector<ActionResult>& results) {
  std::vector<std::string> lines;
  for (const ActionResult& one : results) {
    lines.push_back(std::to_string(static_cast<int>(one.kind)) + " " +
                    std::to_string(static_cast<int>(one.outcome)) + " " + one.reason);
  }
  return JoinLines(lines);
}

std::vector<ActionResult> SplitResults(const std::string& text) {
  std::vector<ActionResult> results;
  for (const std::string& line : SplitLines(text)) {
    char* end = nullptr;
    const auto kind = std::strtol(line.c_str(), &end, 10);
    const auto outcome = std::strtol(end, &end, 10);
    results.push_back({static_cast<ActionKind>(kind), static_cast<ActionOutcome>(outcome),
                       *end == ' ' ? std::string(end + 1) : ""});
  }
  return results;
}

RuleRun RunFromRow(const sql::Row& row) {
  RuleRun run;
  run.id = row.Text(0);
  run.rule_id = row.Text(1);
  run.ticket_id.value = row.Text(2);
  run.time = FromMicros(row.Int(3));
  run.fact = row.Text(4);
  run.event_id = row.Text(5);
  run.outcome = static_cast<RunOutcome>(row.Int(6));
  run.results = SplitResults(row.Text(7));
  run.rules = SplitLines(row.Text(8));
  run.root = row.Text(9);
  return run;
}

constexpr const char* kRules =
    "SELECT id, position, enabled, since_us, version, definition FROM rule ";

Result<std::vector<RuleRow>> RulesOf(const Result<sql::Rows>& rows) {
  if (!rows.ok()) return rows.error();
  std::vector<RuleRow> rules;
  for (const sql::Row& row : *rows) {
    rules.push_back({row.Text(0), static_cast<int>(row.Int(1)), row.Bool(2), FromMicros(row.Int(3)),
                     static_cast<int>(row.Int(4)), row.Bytes(5)});
  }
  return rules;
}

}  // namespace

Result<int64_t> RulesVersion(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT version FROM rule_set WHERE one = 1"));
  return rows.empty() ? 0 : rows[0].Int(0);
}

muara::Status LockRules(sql::Tx& tx) {
  return tx.Post("UPDATE rule_set SET version = version + 1 WHERE one = 1");
}

Result<std::vector<RuleRow>> ListRules(sql::Tx& tx) {
  return RulesOf(tx.Query(std::string(kRules) + "ORDER BY position, id"));
}

Result<std::vector<RuleRow>> ListRules(sql::Tx& tx, int limit, const RulePlace& after) {
  return RulesOf(tx.Query(
      std::string(kRules) + "WHERE (position, id) > ($1, $2) ORDER BY position, id LIMIT $3",
      after.position, after.id, limit));
}

muara::Status SaveRule(sql::Tx& tx, const RuleRow& row) {
  return tx.Post(
      "INSERT INTO rule (id, position, enabled, since_us, version, definition) "
      "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET position = $2, "
      "enabled = $3, since_us = $4, version = $5, definition = $6",
      row.id, row.position, row.enabled, ToMicros(row.since), row.version,
      sql::Blob{row.definition});
}

muara::Status DeleteRule(sql::Tx& tx, const std::string& id) {
  RETURN_IF_ERROR(tx.Post("DELETE FROM rule_schedule WHERE rule_id = $1", id));
  return tx.Post("DELETE FROM rule WHERE id = $1", id);
}

Result<bool> InsertRun(sql::Tx& tx, const RuleRun& run) {
  ASSIGN_OR_RETURN(
      const int64_t inserted,
      tx.Execute(std::string("INSERT INTO rule_run (") + kRunColumns +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
                 run.id, run.rule_id, run.ticket_id.value, ToMicros(run.time), run.fact,
                 run.event_id, run.outcome, JoinResults(run.results), JoinLines(run.rules),
                 run.root));
  return inserted == 1;
}

Result<int> CountRunsOfRoot(sql::Tx& tx, const std::string& root) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*) FROM rule_run WHERE root = $1 AND outcome = 1", root));
  return static_cast<int>(rows[0].Int(0));
}

Result<std::vector<RuleRun>> ListRuns(sql::Tx& tx, const std::string& ticket_id,
                                      const std::string& rule_id, int limit,
                                      const std::optional<RunPlace>& before) {
  sql::Params params;
  std::string where;
  const auto also = [&where](const std::string& condition) {
    where += (where.empty() ? " WHERE " : " AND ") + condition;
  };
  if (!ticket_id.empty()) also("ticket_id = " + params.Add(ticket_id).last());
  if (!rule_id.empty()) also("rule_id = " + params.Add(rule_id).last());
  if (before) {
    const std::string time = params.Add(ToMicros(before->time)).last();
    also("(time_us, id) < (" + time + ", " + params.Add(before->id).last() + ")");
  }
  const std::string most = params.Add(limit).last();
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kRunColumns + " FROM rule_run" + where +
                              " ORDER BY time_us DESC, id DESC LIMIT " + most,
                          params));
  std::vector<RuleRun> runs;
  for (const sql::Row& row : rows) runs.push_back(RunFromRow(row));
  return runs;
}

Result<std::optional<RuleRun>> FindRunAt(sql::Tx& tx, const TicketId& ticket, Time time) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kRunColumns +
                                " FROM rule_run WHERE ticket_id = $1 AND time_us = $2 AND "
                                "outcome = 1 ORDER BY id DESC LIMIT 1",
                            ticket.value, ToMicros(time)));
  if (rows.empty()) return std::optional<RuleRun>();
  return std::optional<RuleRun>(RunFromRow(rows[0]));
}

Result<int64_t> PruneRuns(sql::Tx& tx, Time before, int limit) {
  return tx.Execute(
      "DELETE FROM rule_run WHERE id IN (SELECT r.id FROM rule_run r WHERE r.time_us < $1 AND "
      "NOT EXISTS (SELECT 1 FROM ticket t LEFT JOIN ticket_status_time s ON s.ticket_id = t.id "
      "WHERE t.id = r.ticket_id AND t.status NOT IN (5, 8, 9, 10) AND r.time_us IN "
      "(t.updated_us, t.resolved_us, t.last_outbound_us, s.since_us)) LIMIT $2)",
      ToMicros(before), limit);
}

Result<int> CountMachineReplies(sql::Tx& tx, const TicketId& ticket, Time since) {
  // Outbound messages by an automat.
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*) FROM interaction WHERE ticket_id = $1 AND "
                            "direction = 2 AND origin = 2 AND created_us > $2",
                            ticket.value, ToMicros(since)));
  return static_cast<int>(rows[0].Int(0));
}

}  // namespace muara::ticket::store

#include "services/ticket/app/rules/rule_engine.h"

#include <algorithm>

#include "libs/base/id.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/rules/rules.h"

namespace muara::ticket {
namespace {

bool IsOfMachine(const Happening* happening) {
  if (happening == nullptr || !happening->interaction) return false;
  return happening->interaction->direction == Direction::kInbound &&
         happening->interaction->origin != Origin::kHuman;
}

Doer DoerOf(const Rule& rule, const Spark& spark) {
  Doer doer;
  doer.change.id = spark.ticket_id;
  // One that is deleted and made again under its name is another one.
  doer.change.key = {
      "rule/" + rule.id + "/" + std::to_string(ToMicros(rule.since)) + "/" + spark.event_id,
      "rule"};
  doer.change.actor = "rules/" + rule.id;
  doer.change.reason = "RULE";
  doer.change.why = rule.name;
  doer.change.rules = spark.rules;
  doer.change.rules.push_back(rule.id);
  doer.change.root_event_id = spark.root;
  doer.origin = Origin::kAutoReply;
  doer.answers_machine = IsOfMachine(spark.happening);
  return doer;
}

bool IsSetOff(const Rule& rule, const Happening& happening) {
  return rule.enabled && rule.IsTriggeredBy(happening.fact) && happening.time >= rule.since;
}

}  // namespace

Result<std::vector<std::string>> DomainsIn(sql::Tx& tx, const Rule& rule, const Ticket& ticket) {
  std::vector<std::string> domains;
  if (!LooksAt(rule.groups, kContactDomainField)) return domains;
  const auto contact = store::LoadContact(tx, ticket.contact_id);
  if (!contact.ok() && contact.error().code == Code::kNotFound) return domains;
  if (!contact.ok()) return contact.error();
  // Claims come last: what anyone may say of themselves sets off nothing.
  for (size_t i = 0; i < contact->points.size() - contact->claims; ++i) {
    const ContactPoint& point = contact->points[i];
    const size_t at = point.value.rfind('@');
    if (point.kind != PointKind::kEmail || at == std::string::npos) continue;
    domains.push_back(point.value.substr(at + 1));
  }
  return domains;
}

muara::Status RuleEngine::ReactIn(sql::Tx& tx, const Happening& happening) {
  ASSIGN_OR_RETURN(const auto rules, book_.In(tx));
  Spark spark{happening.ticket.id, &happening, happening.event_id, happening.rules, happening.root};
  if (spark.root.empty()) spark.root = happening.event_id;
  bool stopped = false;
  for (const Rule& rule : *rules) {
    if (!IsSetOff(rule, happening)) continue;
    if (stopped) {
      const Time now = clock_.Now();
      ASSIGN_OR_RETURN(const bool holds, HoldsIn(tx, rule, spark, now));
      if (holds) RETURN_IF_ERROR(WriteIn(tx, rule, spark, RunOutcome::kStopped, {}, now));
      continue;
    }
    ASSIGN_OR_RETURN(const bool ran, AskIn(tx, rule, spark));
    stopped = ran && rule.stop_after;
  }
  return Ok();
}

Result<bool> RuleEngine::AskIn(sql::Tx& tx, const Rule& rule, const Spark& spark) {
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const bool holds, HoldsIn(tx, rule, spark, now));
  if (!holds) return false;
  ASSIGN_OR_RETURN(const RunOutcome outcome, DecideIn(tx, rule, spark));
  std::vector<ActionResult> results;
  if (outcome == RunOutcome::kRan) {
    ASSIGN_OR_RETURN(results, DoIn(tx, rule, spark, now));
  }
  RETURN_IF_ERROR(WriteIn(tx, rule, spark, outcome, std::move(results), now));
  return outcome == RunOutcome::kRan;
}

// On the ticket as it now is, which stays so until all is done.
Result<bool> RuleEngine::HoldsIn(sql::Tx& tx, const Rule& rule, const Spark& spark,
                                 Time now) const {
  const auto ticket = store::LoadForChange(tx, spark.ticket_id);
  if (!ticket.ok() && ticket.error().code == Code::kNotFound) return false;
  if (!ticket.ok()) return ticket.error();
  ASSIGN_OR_RETURN(const auto domains, DomainsIn(tx, rule, *ticket));
  return !FirstFailure(rule.groups, Subject{*ticket, spark.happening, domains, now});
}

Result<RunOutcome> RuleEngine::DecideIn(sql::Tx& tx, const Rule& rule, const Spark& spark) const {
  if (!MayFollow(rule.id, spark.rules)) return RunOutcome::kGuarded;
  ASSIGN_OR_RETURN(const int runs, store::CountRunsOfRoot(tx, spark.root));
  return runs < kRunsOfRootMax ? RunOutcome::kRan : RunOutcome::kLimited;
}

Result<std::vector<ActionResult>> RuleEngine::DoIn(sql::Tx& tx, const Rule& rule,
                                                   const Spark& spark, Time now) const {
  const Doer doer = DoerOf(rule, spark);
  std::vector<ActionResult> results;
  for (const Action& action : rule.actions) {
    const int number = static_cast<int>(results.size()) + 1;
    const auto done = acting_.DoIn(tx, action, doer, number, now);
    if (!done.ok() && !IsRefusal(done.error())) return done.error();
    results.push_back(
        done.ok() ? ActionResult{action.kind, *done}
                  : ActionResult{action.kind, ActionOutcome::kRefused, done.error().reason});
  }
  return results;
}

muara::Status RuleEngine::WriteIn(sql::Tx& tx, const Rule& rule, const Spark& spark,
                                  RunOutcome outcome, std::vector<ActionResult> results, Time now) {
  RuleRun run;
  run.id = NewUuid();  // in the order in which they were asked
  run.rule_id = rule.id;
  run.ticket_id = spark.ticket_id;
  run.time = now;
  run.fact = spark.happening == nullptr ? "" : spark.happening->fact;
  run.event_id = spark.event_id;
  run.outcome = outcome;
  run.results = std::move(results);
  run.rules = spark.rules;
  run.root = spark.root;
  // There already: the log was read again, and what was done stays done.
  RETURN_IF_ERROR(store::InsertRun(tx, run));
  return Ok();
}

}  // namespace muara::ticket

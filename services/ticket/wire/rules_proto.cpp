#include "services/ticket/wire/rules_proto.h"

#include <algorithm>

#include "libs/rpc/timestamp.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket::wire {
namespace {

static_assert(static_cast<int>(Operator::kChangedTo) == v1::RULE_OPERATOR_CHANGED_TO);
static_assert(static_cast<int>(Match::kNone) == v1::CONDITION_MATCH_NONE);
static_assert(static_cast<int>(TimeBase::kUpdated) == v1::TIME_BASE_UPDATED);
static_assert(static_cast<int>(RunOutcome::kStopped) == v1::RULE_OUTCOME_STOPPED);
static_assert(static_cast<int>(ActionOutcome::kRefused) == v1::ACTION_OUTCOME_REFUSED);

// Deeper ones than the domain lets through need not be read.
constexpr int kDepthMax = 3;

v1::ConditionGroup ToProto(const ConditionGroup& group) {
  v1::ConditionGroup out;
  out.set_match(static_cast<v1::ConditionMatch>(group.match));
  for (const Condition& one : group.conditions) {
    auto* condition = out.add_conditions();
    condition->set_field(one.field);
    condition->set_operator_(static_cast<v1::RuleOperator>(one.op));
    for (const std::string& value : one.values) condition->add_values(value);
  }
  for (const ConditionGroup& one : group.groups) *out.add_groups() = ToProto(one);
  return out;
}

ConditionGroup FromProto(const v1::ConditionGroup& group, int depth) {
  ConditionGroup out;
  out.match = static_cast<Match>(group.match());
  for (const auto& one : group.conditions()) {
    out.conditions.push_back({one.field(),
                              static_cast<Operator>(one.operator_()),
                              {one.values().begin(), one.values().end()}});
  }
  if (depth >= kDepthMax) return out;
  for (const auto& one : group.groups()) out.groups.push_back(FromProto(one, depth + 1));
  return out;
}

// Beyond any limit there is, and no overflow.
Duration Seconds(int64_t seconds) {
  return std::chrono::seconds(std::clamp<int64_t>(seconds, -1, 1'000'000'000));
}

int64_t Seconds(Duration duration) { return duration.count() / 1'000'000; }

}  // namespace

v1::Rule ToProto(const Rule& rule) {
  v1::Rule out;
  out.set_id(rule.id);
  out.set_name(rule.name);
  out.set_description(rule.description);
  out.set_position(rule.position);
  out.set_enabled(rule.enabled);
  for (const std::string& one : rule.triggers) out.add_triggers(one);
  if (rule.schedule) {
    out.mutable_schedule()->set_from(static_cast<v1::TimeBase>(rule.schedule->from));
    out.mutable_schedule()->set_after_seconds(Seconds(rule.schedule->after));
  }
  for (const ConditionGroup& one : rule.groups) *out.add_groups() = ToProto(one);
  for (const Action& one : rule.actions) *out.add_actions() = ToProto(one);
  out.set_stop_after(rule.stop_after);
  out.set_version(rule.version);
  return out;
}

Rule FromProto(const v1::Rule& rule) {
  Rule out;
  out.id = rule.id();
  out.name = rule.name();
  out.description = rule.description();
  out.position = rule.position();
  out.enabled = rule.enabled();
  out.triggers.assign(rule.triggers().begin(), rule.triggers().end());
  if (rule.has_schedule()) {
    out.schedule = RuleSchedule{static_cast<TimeBase>(rule.schedule().from()),
                                Seconds(rule.schedule().after_seconds())};
  }
  for (const auto& one : rule.groups()) out.groups.push_back(FromProto(one, 1));
  out.actions = ActionsOf(rule.actions());
  out.stop_after = rule.stop_after();
  out.version = rule.version();
  return out;
}

v1::RuleRun ToProto(const RuleRun& run) {
  v1::RuleRun out;
  out.set_id(run.id);
  out.set_rule_id(run.rule_id);
  out.set_ticket_id(run.ticket_id.value);
  rpc::SetTimestamp(out.mutable_time(), run.time);
  out.set_fact(run.fact);
  if (!run.fact.empty()) out.set_event_id(run.event_id);
  out.set_outcome(static_cast<v1::RuleOutcome>(run.outcome));
  for (const ActionResult& one : run.results) {
    auto* result = out.add_results();
    result->set_action(ActionName(one.kind));
    result->set_outcome(static_cast<v1::ActionOutcome>(one.outcome));
    result->set_reason(one.reason);
  }
  for (const std::string& one : run.rules) out.add_rules(one);
  return out;
}

v1::CannedReply ToProto(const CannedReply& reply) {
  v1::CannedReply out;
  out.set_id(reply.id);
  out.set_shortcut(reply.shortcut);
  out.set_title(reply.title);
  out.set_language(reply.language);
  out.set_text(reply.text);
  out.set_owner(reply.owner);
  out.set_shared(reply.shared);
  out.set_version(reply.version);
  return out;
}

v1::Macro ToProto(const Macro& macro) {
  v1::Macro out;
  out.set_id(macro.id);
  out.set_name(macro.name);
  out.set_owner(macro.owner);
  out.set_shared(macro.shared);
  for (const Action& one : macro.actions) *out.add_actions() = ToProto(one);
  out.set_version(macro.version);
  return out;
}

std::string Pack(const Rule& rule) { return ToProto(rule).SerializeAsString(); }

Result<Rule> UnpackRule(const std::string& bytes) {
  v1::Rule rule;
  if (rule.ParseFromString(bytes)) return FromProto(rule);
  return MakeError(Code::kInternal, "BAD_RULE", "a kept rule cannot be read");
}

std::string Pack(const std::vector<Action>& actions) {
  v1::Macro macro;
  for (const Action& one : actions) *macro.add_actions() = ToProto(one);
  return macro.SerializeAsString();
}

Result<std::vector<Action>> UnpackActions(const std::string& bytes) {
  v1::Macro macro;
  if (macro.ParseFromString(bytes)) return ActionsOf(macro.actions());
  return MakeError(Code::kInternal, "BAD_MACRO", "a kept macro cannot be read");
}

}  // namespace muara::ticket::wire

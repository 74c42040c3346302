// What a rule would have done.
#include "libs/rpc/timestamp.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/rules_proto.h"

namespace muara::ticket {
namespace {

constexpr Duration kSpanDefault = std::chrono::hours(24);
constexpr const char* kTriedId = "tried";

void SetFact(v1::PreviewedFact* out, const PreviewedFact& fact) {
  out->set_ticket_id(fact.ticket_id.value);
  out->set_reference(fact.reference);
  out->set_fact(fact.fact);
  out->set_event_id(fact.event_id);
  rpc::SetTimestamp(out->mutable_time(), fact.time);
}

std::string Shown(const Action& action) {
  const std::string name = ActionName(action.kind);
  return action.kind == ActionKind::kWebhook ? name + " " + action.id : name;
}

v1::PreviewRuleResponse ToProto(const PreviewResult& result, const Rule& rule) {
  v1::PreviewRuleResponse response;
  for (const PreviewMatch& one : result.matches) {
    auto* match = response.add_matches();
    SetFact(match->mutable_fact(), one.fact);
    if (one.guarded) continue;
    for (const Action& action : rule.actions) match->add_actions(Shown(action));
  }
  for (const PreviewMiss& one : result.misses) {
    auto* miss = response.add_misses();
    SetFact(miss->mutable_fact(), one.fact);
    miss->set_place(one.failure.place);
    miss->set_field(one.failure.field);
    if (one.failure.op) miss->set_operator_(static_cast<v1::RuleOperator>(*one.failure.op));
    miss->set_seen(one.failure.seen);
  }
  response.set_match_count(result.match_count);
  response.set_miss_count(result.miss_count);
  response.set_facts_looked_at(result.looked_at);
  return response;
}

// The saved one, or the one that is tried.
Result<Rule> RuleOf(Rules& rules, const v1::PreviewRuleRequest& request) {
  if (request.has_rule() == !request.rule_id().empty()) {
    return InvalidFields({{"rule", "either it or rule_id is required"}});
  }
  if (!request.has_rule()) return rules.Get(request.rule_id());
  Rule rule = wire::FromProto(request.rule());
  if (rule.id.empty()) rule.id = kTriedId;
  if (rule.name.empty()) rule.name = kTriedId;
  RETURN_IF_ERROR(rules.Check(rule));
  return rule;
}

Result<PreviewSpan> SpanOf(const v1::PreviewRuleRequest& request, Time now) {
  PreviewSpan span;
  span.until = request.has_until_time() ? rpc::FromTimestamp(request.until_time()) : now;
  span.from =
      request.has_from_time() ? rpc::FromTimestamp(request.from_time()) : span.until - kSpanDefault;
  span.ticket_id.value = request.ticket_id();
  if (span.from < span.until) return span;
  return InvalidFields({{"from_time", "is not before until_time"}});
}

Result<v1::PreviewRuleResponse> PreviewRule(Rules& rules, RulePreview& preview, Time now,
                                            const v1::PreviewRuleRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const Rule rule, RuleOf(rules, request));
  ASSIGN_OR_RETURN(PreviewSpan span, SpanOf(request, now));
  PreviewPlace place;
  if (page.after.size() == 4) {
    // The span stays the one of the first call.
    const auto number = [&](size_t i) { return std::strtoll(page.after[i].c_str(), nullptr, 10); };
    place = {static_cast<int>(number(0)), number(1), {page.after[3]}};
    const Duration length = span.until - span.from;
    span.until = FromMicros(number(2));
    if (!request.has_from_time()) span.from = span.until - length;
  }
  ASSIGN_OR_RETURN(const PreviewResult result, preview.Ask(rule, span, place));
  v1::PreviewRuleResponse response = ToProto(result, rule);
  if (result.next) {
    response.set_next_page_token(rpc::NextPageToken(
        request, {std::to_string(result.next->part), std::to_string(result.next->position),
                  std::to_string(ToMicros(span.until)), result.next->ticket_id.value}));
  }
  return response;
}

}  // namespace

void ServeRulePreview(rpc::Server& server, Rules& rules, RulePreview& preview, const Clock& clock) {
  server.Unary<v1::PreviewRuleRequest, v1::PreviewRuleResponse>(
      "muara.ticket.v1.Rules/PreviewRule",
      [&rules, &preview, &clock](const rpc::Call&, const auto& request) {
        return PreviewRule(rules, preview, clock.Now(), request);
      });
}

}  // namespace muara::ticket

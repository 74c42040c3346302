// Rules, their order, what they did and what they would do.
#include "libs/rpc/timestamp.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/rules_proto.h"

namespace muara::ticket {
namespace {

constexpr int kPositionMax = 100000;

Result<v1::Rule> Answer(const Result<Rule>& rule) {
  if (!rule.ok()) return rule.error();
  return wire::ToProto(*rule);
}

Result<v1::ListRulesResponse> Answer(const Result<RuleList>& rules) {
  if (!rules.ok()) return rules.error();
  v1::ListRulesResponse response;
  for (const Rule& rule : *rules) *response.add_rules() = wire::ToProto(rule);
  return response;
}

// At least one a page, and no more than an answer may hold.
Result<v1::ListRulesResponse> List(Rules& rules, const v1::ListRulesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  store::RulePlace after;
  if (page.after.size() == 2) after = {std::atoi(page.after[0].c_str()), page.after[1]};
  ASSIGN_OR_RETURN(const RuleList found, rules.List(page.size + 1, after));
  v1::ListRulesResponse response;
  size_t shown = 0;
  for (size_t bytes = 0; shown < std::min<size_t>(found.size(), page.size); ++shown) {
    v1::Rule one = wire::ToProto(found[shown]);
    bytes += one.ByteSizeLong();
    if (shown > 0 && bytes > kPageBytesMax) break;
    *response.add_rules() = std::move(one);
  }
  if (found.size() > shown) {
    const Rule& last = found[shown - 1];
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(last.position), last.id}));
  }
  return response;
}

Rule RuleOf(const v1::PutRuleRequest& request) {
  v1::Rule rule;
  rule.set_id(request.id());
  rule.set_name(request.name());
  rule.set_description(request.description());
  rule.set_enabled(request.enabled());
  *rule.mutable_triggers() = request.triggers();
  if (request.has_schedule()) *rule.mutable_schedule() = request.schedule();
  *rule.mutable_groups() = request.groups();
  *rule.mutable_actions() = request.actions();
  rule.set_stop_after(request.stop_after());
  return wire::FromProto(rule);
}

Result<v1::Rule> Put(Rules& rules, const rpc::Call& call, const v1::PutRuleRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  return Answer(rules.Put(edit, RuleOf(request)));
}

Result<v1::DeleteRuleResponse> Delete(Rules& rules, const rpc::Call& call,
                                      const v1::DeleteRuleRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  RETURN_IF_ERROR(rules.Delete(edit, request.id()));
  return v1::DeleteRuleResponse();
}

Result<v1::ListRulesResponse> Move(Rules& rules, const rpc::Call& call,
                                   const v1::MoveRuleRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  if (request.position() < 1 || request.position() > kPositionMax) {
    return InvalidFields({{"position", "is not 1 or more"}});
  }
  return Answer(rules.Move(edit, request.id(), request.position()));
}

Result<v1::ListRuleRunsResponse> ListRuns(Rules& rules, const v1::ListRuleRunsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  if (request.ticket_id().empty() && request.rule_id().empty()) {
    return InvalidFields({{"ticket_id", "or rule_id is required"}});
  }
  std::optional<RunPlace> before;
  if (page.after.size() == 2) {
    before = {FromMicros(std::strtoll(page.after[0].c_str(), nullptr, 10)), page.after[1]};
  }
  ASSIGN_OR_RETURN(const auto runs,
                   rules.ListRuns(request.ticket_id(), request.rule_id(), page.size + 1, before));
  v1::ListRuleRunsResponse response;
  const size_t shown = std::min<size_t>(runs.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_runs() = wire::ToProto(runs[i]);
  if (runs.size() > shown) {
    const RuleRun& last = runs[shown - 1];
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(ToMicros(last.time)), last.id}));
  }
  return response;
}

}  // namespace

void ServeRules(rpc::Server& server, Rules& rules, RulePreview& preview, const Clock& clock) {
  const std::string service = "muara.ticket.v1.Rules/";
  server.Unary<v1::GetRuleRequest, v1::Rule>(
      service + "GetRule",
      [&rules](const rpc::Call&, const auto& request) { return Answer(rules.Get(request.id())); });
  server.Unary<v1::ListRulesRequest, v1::ListRulesResponse>(
      service + "ListRules",
      [&rules](const rpc::Call&, const auto& request) { return List(rules, request); });
  server.Unary<v1::PutRuleRequest, v1::Rule>(
      service + "PutRule",
      [&rules](const rpc::Call& call, const auto& request) { return Put(rules, call, request); });
  server.Unary<v1::DeleteRuleRequest, v1::DeleteRuleResponse>(
      service + "DeleteRule", [&rules](const rpc::Call& call, const auto& request) {
        return Delete(rules, call, request);
      });
  server.Unary<v1::MoveRuleRequest, v1::ListRulesResponse>(
      service + "MoveRule",
      [&rules](const rpc::Call& call, const auto& request) { return Move(rules, call, request); });
  server.Unary<v1::ListRuleRunsRequest, v1::ListRuleRunsResponse>(
      service + "ListRuleRuns",
      [&rules](const rpc::Call&, const auto& request) { return ListRuns(rules, request); });
  ServeRulePreview(server, rules, preview, clock);
}

}  // namespace muara::ticket

#include "muara/routing/v1/explanations.pb.h"

#include <algorithm>

#include "libs/rpc/request.h"
#include "libs/rpc/timestamp.h"
#include "services/routing/rpc/rights.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {
namespace {

v1::ExplainRoutingResponse ToProto(const Explained& from) {
  v1::ExplainRoutingResponse out;
  rpc::SetTimestamp(out.mutable_time(), from.time);
  if (from.item) *out.mutable_work_item() = wire::ToProto(*from.item);
  if (from.agent) *out.mutable_agent() = wire::ToProto(*from.agent);
  if (from.before) out.set_before(*from.before);
  for (const Explanation& one : from.explanations) {
    auto* to = out.add_explanations();
    to->set_work_item_id(one.work_item_id);
    to->set_agent_id(one.agent_id);
    for (const auto& [code, detail] : one.hindrances) {
      auto* hindrance = to->add_hindrances();
      hindrance->set_code(code);
      hindrance->set_detail(detail);
    }
  }
  std::vector<std::pair<std::string, int>> counts(from.counts.begin(), from.counts.end());
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [code, count] : counts) {
    auto* to = out.add_counts();
    to->set_code(code);
    to->set_count(count);
  }
  out.set_looked_at(from.looked_at);
  out.set_not_listed(from.not_listed);
  return out;
}

Result<v1::ExplainRoutingResponse> Explain(Explanations& explanations, const Clock& clock,
                                           const rpc::Call& call,
                                           const v1::ExplainRoutingRequest& request) {
  std::string agent_id = request.agent_id();
  if (!SeesAll(call.principal)) {
    // An agent is told about itself.
    const auto own = call.principal.agent_id();
    if (!own || (!agent_id.empty() && agent_id != *own)) {
      return MakeError(Code::kPermissionDenied, "NOT_YOURS", "an agent asks about itself only");
    }
    agent_id = *own;
  }
  if (request.work_item_id().empty() && agent_id.empty()) {
    return InvalidFields({{"work_item_id", "or agent_id is required"}});
  }
  if (!request.has_time()) {
    const auto found = explanations.Now(request.work_item_id(), agent_id);
    if (!found.ok()) return found.error();
    return ToProto(*found);
  }
  const Time time = rpc::FromTimestamp(request.time());
  if (time > clock.Now()) return InvalidFields({{"time", "is not in the past"}});
  if (request.work_item_id().empty()) {
    return InvalidFields({{"work_item_id", "is required for a past moment"}});
  }
  const auto found = explanations.At(request.work_item_id(), agent_id, time);
  if (!found.ok()) return found.error();
  return ToProto(*found);
}

Result<v1::LintRoutingResponse> Lint(Explanations& explanations) {
  ASSIGN_OR_RETURN(const auto findings, explanations.Lint());
  v1::LintRoutingResponse response;
  for (const Finding& one : findings) {
    auto* to = response.add_findings();
    to->set_level(static_cast<v1::RoutingFindingLevel>(one.level));
    to->set_code(one.code);
    to->set_resource(one.resource);
    to->set_detail(one.detail);
  }
  return response;
}

}  // namespace

void ServeExplanations(rpc::Server& server, Explanations& explanations, const Clock& clock) {
  const std::string service = "muara.routing.v1.Explanations/";
  server.Unary<v1::ExplainRoutingRequest, v1::ExplainRoutingResponse>(
      service + "ExplainRouting",
      [&explanations, &clock](const rpc::Call& call, const auto& request) {
        return Explain(explanations, clock, call, request);
      });
  server.Unary<v1::LintRoutingRequest, v1::LintRoutingResponse>(
      service + "LintRouting",
      [&explanations](const rpc::Call&, const auto&) { return Lint(explanations); });
}

}  // namespace muara::routing

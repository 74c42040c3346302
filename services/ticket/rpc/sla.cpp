#include "services/ticket/wire/sla.h"
#include "libs/rpc/request.h"
#include "libs/rpc/timestamp.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/rpc/sla_change.h"

namespace muara::ticket {
namespace {

constexpr int kChangesDefault = 20;
constexpr int kChangesMax = 200;

Result<v1::SlaPolicy> Answer(const Result<SlaPolicy>& policy) {
  if (!policy.ok()) return policy.error();
  return wire::ToProto(*policy);
}

// What a request to create and one to preview say alike.
template <class Said>
Result<SlaPolicy> PolicyOf(const Said& said) {
  std::vector<Violation> problems;
  SlaPolicy policy;
  policy.id = said.id();
  policy.display_name = said.display_name();
  policy.position = said.position();
  policy.rules = wire::FromProto(said.rules(), problems);
  policy.targets = wire::FromProto(said.targets(), problems);
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return policy;
}

Result<v1::ListSlaPoliciesResponse> List(SlaPolicies& policies,
                                         const v1::ListSlaPoliciesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   policies.ListPolicies(page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListSlaPoliciesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_policies() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::SlaPolicy> Amend(SlaPolicies& policies, const rpc::Call& call,
                            const v1::UpdateSlaPolicyRequest& request) {
  ASSIGN_OR_RETURN(const SlaChange change, SlaChangeOf(call, request, request.expected_version()));
  std::vector<Violation> problems;
  PolicyUpdate update;
  if (request.update_fields().empty()) problems.push_back({"update_fields", "is required"});
  for (const std::string& field : request.update_fields()) {
    if (field == "display_name") {
      update.display_name = request.display_name();
    } else if (field == "position") {
      update.position = request.position();
    } else if (field == "rules") {
      update.rules = wire::FromProto(request.rules(), problems);
    } else if (field == "targets") {
      update.targets = wire::FromProto(request.targets(), problems);
    } else {
      problems.push_back({"update_fields", "'" + field + "' is no field of a policy"});
    }
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return Answer(policies.UpdatePolicy(change, update));
}

Result<v1::PreviewSlaPolicyResponse> Try(SlaPolicies& policies,
                                         const v1::PreviewSlaPolicyRequest& request) {
  if (request.changes_max() < 0 || request.changes_max() > kChangesMax) {
    return InvalidFields({{"changes_max", "is not 0 to 200"}});
  }
  ASSIGN_OR_RETURN(const SlaPolicy policy, PolicyOf(request.policy()));
  ASSIGN_OR_RETURN(
      const Preview preview,
      policies.Try(policy, request.changes_max() == 0 ? kChangesDefault : request.changes_max()));
  v1::PreviewSlaPolicyResponse response;
  response.set_tickets(preview.tickets);
  response.set_incomplete(preview.incomplete);
  response.set_clocks_changed(preview.changed);
  response.set_clocks_breached(preview.breached);
  for (const Preview::Change& change : preview.changes) {
    v1::SlaChange* added = response.add_changes();
    added->set_ticket_id(change.ticket_id.value);
    added->set_kind(static_cast<v1::SlaTargetKind>(change.kind));
    if (change.old_due) rpc::SetTimestamp(added->mutable_old_due_time(), *change.old_due);
    if (change.new_due) rpc::SetTimestamp(added->mutable_new_due_time(), *change.new_due);
    added->set_breaches(change.breaches);
  }
  return response;
}

Result<v1::ExplainSlaResponse> Explain(Sla& sla, const v1::ExplainSlaRequest& request) {
  ASSIGN_OR_RETURN(const auto clocks, sla.Explain(TicketId{request.ticket_id()}));
  v1::ExplainSlaResponse response;
  response.set_ticket_id(request.ticket_id());
  for (const Explained& one : clocks) {
    v1::SlaExplanation* added = response.add_clocks();
    *added->mutable_clock() = wire::ToProto(one.clock);
    for (const auto& part : one.parts) {
      *added->add_intervals() = wire::ToProto(part.interval, part.working);
    }
    added->set_elapsed_ms(one.elapsed / std::chrono::milliseconds(1));
    added->set_remaining_ms((one.clock.target.duration - one.elapsed) /
                            std::chrono::milliseconds(1));
    added->set_calendar_changed(one.calendar_changed);
    added->set_text(one.text);
  }
  return response;
}

Result<v1::SlaProgress> Progress(Sla& sla) {
  ASSIGN_OR_RETURN(const auto progress, sla.Progress());
  v1::SlaProgress response;
  response.set_tickets(progress.tickets);
  response.set_waiting(progress.waiting);
  return response;
}

}  // namespace

void ServeSlaPolicies(rpc::Server& server, SlaPolicies& policies, Sla& sla) {
  const std::string service = "muara.ticket.v1.SlaPolicies/";
  server.Unary<v1::CreateSlaPolicyRequest, v1::SlaPolicy>(
      service + "CreateSlaPolicy",
      [&policies](const rpc::Call& call, const auto& request) -> Result<v1::SlaPolicy> {
        ASSIGN_OR_RETURN(const SlaChange change, SlaChangeOf(call, request, 0));
        ASSIGN_OR_RETURN(const SlaPolicy policy, PolicyOf(request));
        return Answer(policies.CreatePolicy(change, policy));
      });
  server.Unary<v1::GetSlaPolicyRequest, v1::SlaPolicy>(
      service + "GetSlaPolicy", [&policies](const rpc::Call&, const auto& request) {
        return Answer(policies.GetPolicy(request.id()));
      });
  server.Unary<v1::ListSlaPoliciesRequest, v1::ListSlaPoliciesResponse>(
      service + "ListSlaPolicies",
      [&policies](const rpc::Call&, const auto& request) { return List(policies, request); });
  server.Unary<v1::UpdateSlaPolicyRequest, v1::SlaPolicy>(
      service + "UpdateSlaPolicy", [&policies](const rpc::Call& call, const auto& request) {
        return Amend(policies, call, request);
      });
  server.Unary<v1::DeleteSlaPolicyRequest, v1::SlaPolicy>(
      service + "DeleteSlaPolicy",
      [&policies](const rpc::Call& call, const auto& request) -> Result<v1::SlaPolicy> {
        ASSIGN_OR_RETURN(const SlaChange change,
                         SlaChangeOf(call, request, request.expected_version()));
        return Answer(policies.DeletePolicy(change));
      });
  server.Unary<v1::PreviewSlaPolicyRequest, v1::PreviewSlaPolicyResponse>(
      service + "PreviewSlaPolicy",
      [&policies](const rpc::Call&, const auto& request) { return Try(policies, request); });
  server.Unary<v1::GetSlaProgressRequest, v1::SlaProgress>(
      service + "GetSlaProgress", [&sla](const rpc::Call&, const auto&) { return Progress(sla); });
  server.Unary<v1::ExplainSlaRequest, v1::ExplainSlaResponse>(
      service + "ExplainSla",
      [&sla](const rpc::Call&, const auto& request) { return Explain(sla, request); });
}

}  // namespace muara::ticket

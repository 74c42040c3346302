// What admins set: policies of queues, names of statuses.
#include "services/ticket/wire/settings.h"

#include "muara/ticket/v1/queue_policies.pb.h"
#include "muara/ticket/v1/status_names.pb.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

template <class Value>
auto Answer(const Result<Value>& value) -> Result<decltype(wire::ToProto(*value))> {
  if (!value.ok()) return value.error();
  return wire::ToProto(*value);
}

std::string After(const rpc::Page& page) { return page.after.empty() ? "" : page.after[0]; }

QueuePolicy PolicyOf(const v1::PutQueuePolicyRequest& request) {
  QueuePolicy policy;
  policy.queue_id = request.queue_id();
  policy.lifecycle.reopen_window = std::chrono::minutes(request.reopen_window_minutes());
  policy.lifecycle.close_after = std::chrono::minutes(request.close_after_minutes());
  policy.calendar_id = request.calendar_id();
  policy.disposition_required = request.disposition_required();
  for (const auto& one : request.dispositions()) {
    policy.dispositions.push_back({one.code(), one.name()});
  }
  policy.escalation_queue_ids.assign(request.escalation_queue_ids().begin(),
                                     request.escalation_queue_ids().end());
  return policy;
}

Result<v1::ListQueuePoliciesResponse> List(QueuePolicies& policies,
                                           const v1::ListQueuePoliciesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found, policies.List(page.size + 1, After(page)));
  v1::ListQueuePoliciesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_queue_policies() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].queue_id}));
  }
  return response;
}

Result<v1::ListStatusNamesResponse> List(StatusNames& names,
                                         const v1::ListStatusNamesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found, names.List(page.size + 1, After(page)));
  v1::ListStatusNamesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_status_names() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

}  // namespace

void ServeQueuePolicies(rpc::Server& server, QueuePolicies& policies) {
  const std::string service = "muara.ticket.v1.QueuePolicies/";
  server.Unary<v1::GetQueuePolicyRequest, v1::QueuePolicy>(
      service + "GetQueuePolicy", [&policies](const rpc::Call&, const auto& request) {
        return Answer(policies.Get(request.queue_id()));
      });
  server.Unary<v1::ListQueuePoliciesRequest, v1::ListQueuePoliciesResponse>(
      service + "ListQueuePolicies",
      [&policies](const rpc::Call&, const auto& request) { return List(policies, request); });
  server.Unary<v1::PutQueuePolicyRequest, v1::QueuePolicy>(
      service + "PutQueuePolicy",
      [&policies](const rpc::Call& call, const auto& request) -> Result<v1::QueuePolicy> {
        ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
        return Answer(policies.Put(edit, PolicyOf(request)));
      });
}

void ServeStatusNames(rpc::Server& server, StatusNames& names) {
  const std::string service = "muara.ticket.v1.StatusNames/";
  server.Unary<v1::GetStatusNameRequest, v1::StatusName>(
      service + "GetStatusName",
      [&names](const rpc::Call&, const auto& request) { return Answer(names.Get(request.id())); });
  server.Unary<v1::ListStatusNamesRequest, v1::ListStatusNamesResponse>(
      service + "ListStatusNames",
      [&names](const rpc::Call&, const auto& request) { return List(names, request); });
  server.Unary<v1::PutStatusNameRequest, v1::StatusName>(
      service + "PutStatusName",
      [&names](const rpc::Call& call, const auto& request) -> Result<v1::StatusName> {
        ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
        return Answer(names.Put(edit, {request.id(), request.name(),
                                       static_cast<Status>(request.status()), request.archived()}));
      });
}

}  // namespace muara::ticket

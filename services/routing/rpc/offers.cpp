#include "muara/routing/v1/offers.pb.h"

#include "libs/rpc/request.h"
#include "services/routing/rpc/rights.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {
namespace {

constexpr size_t kReasonBytesMax = 200;

// An agent answers for itself; one without an agent's id sees nothing.
Result<Answerer> AnswererOf(const rpc::Call& call) {
  if (SeesAll(call.principal)) return Answerer{};
  const auto id = call.principal.agent_id();
  if (id) return Answerer{*id};
  return MakeError(Code::kPermissionDenied, "NOT_AN_AGENT", "this account is no agent's");
}

Result<v1::Offer> Answer(const Result<Offer>& offer) {
  if (!offer.ok()) return offer.error();
  return wire::ToProto(*offer);
}

Result<v1::ListOffersResponse> List(Offers& offers, const rpc::Call& call,
                                    const v1::ListOffersRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const Answerer by, AnswererOf(call));
  if (!v1::OfferStatus_IsValid(request.status())) {
    return InvalidFields({{"status", "is unknown"}});
  }
  const auto status = request.status() == v1::OFFER_STATUS_UNSPECIFIED
                          ? OfferStatus::kPending
                          : static_cast<OfferStatus>(request.status());
  ASSIGN_OR_RETURN(const auto found,
                   offers.List(status, by.agent_id.empty() ? request.agent_id() : by.agent_id,
                               page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListOffersResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_offers() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::Offer> Accept(Offers& offers, const rpc::Call& call,
                         const v1::AcceptOfferRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const Answerer by, AnswererOf(call));
  return Answer(offers.Accept(request.id(), key, by));
}

Result<v1::Offer> Reject(Offers& offers, const rpc::Call& call,
                         const v1::RejectOfferRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const Answerer by, AnswererOf(call));
  if (request.reason().size() > kReasonBytesMax) {
    return InvalidFields({{"reason", "is longer than 200 bytes"}});
  }
  return Answer(offers.Reject(request.id(), key, by, request.reason()));
}

Result<v1::Offer> Pull(Offers& offers, const rpc::Call& call, const v1::PullWorkRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  const auto own = call.principal.agent_id();
  if (!Leads(call.principal) && !own) {
    return MakeError(Code::kPermissionDenied, "NOT_AN_AGENT", "this account is no agent's");
  }
  const std::string agent_id = request.agent_id().empty() ? own.value_or("") : request.agent_id();
  if (agent_id.empty()) {
    return InvalidFields({{"agent_id", "is required: this account is no agent's"}});
  }
  if (!Leads(call.principal) && agent_id != *own) {
    return MakeError(Code::kPermissionDenied, "NOT_YOURS", "an agent takes work for itself");
  }
  return Answer(offers.Pull(request.id(), key, agent_id,
                            Leads(call.principal) ? PullRights::kAny : PullRights::kAsQueueSays));
}

Result<v1::WorkItem> Prioritize(Work& work, const v1::PrioritizeWorkRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  std::vector<Violation> wrong;
  if (request.expected_version() < 0) wrong.push_back({"expected_version", "is negative"});
  if (request.priority() < 0 || request.priority() > kPriorityMax) {
    wrong.push_back({"priority", "is not 0 to 100"});
  }
  if (request.reset() && request.priority() != 0) {
    wrong.push_back({"priority", "is not given with reset"});
  }
  if (!wrong.empty()) return InvalidFields(std::move(wrong));
  ASSIGN_OR_RETURN(
      const WorkItem item,
      work.Prioritize(request.id(), key, request.expected_version(),
                      request.reset() ? std::nullopt : std::optional<int>(request.priority())));
  return wire::ToProto(item);
}

Result<v1::ListWorkItemsResponse> ListWork(Work& work, const v1::ListWorkItemsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  if (!v1::WorkItemStatus_IsValid(request.status())) {
    return InvalidFields({{"status", "is unknown"}});
  }
  ASSIGN_OR_RETURN(const auto found, work.List(request.status(), request.queue_id(), page.size + 1,
                                               page.after.empty() ? "" : page.after[0]));
  v1::ListWorkItemsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_work_items() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

template <class Request>
Result<v1::WorkItem> ChangeWrapUp(WrapUps& wrap_ups, const rpc::Call& call, const Request& request,
                                  decltype(&WrapUps::Finish) change) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const Answerer by, AnswererOf(call));
  ASSIGN_OR_RETURN(const WorkItem item, (wrap_ups.*change)(request.id(), key, by));
  return wire::ToProto(item);
}

}  // namespace

void ServeOffers(rpc::Server& server, Offers& offers, Work& work, WrapUps& wrap_ups) {
  const std::string service = "muara.routing.v1.Offers/";
  server.Unary<v1::ListOffersRequest, v1::ListOffersResponse>(
      service + "ListOffers", [&offers](const rpc::Call& call, const auto& request) {
        return List(offers, call, request);
      });
  server.Unary<v1::GetOfferRequest, v1::Offer>(
      service + "GetOffer",
      [&offers](const rpc::Call& call, const auto& request) -> Result<v1::Offer> {
        ASSIGN_OR_RETURN(const Answerer by, AnswererOf(call));
        return Answer(offers.Get(request.id(), by));
      });
  server.Unary<v1::AcceptOfferRequest, v1::Offer>(
      service + "AcceptOffer", [&offers](const rpc::Call& call, const auto& request) {
        return Accept(offers, call, request);
      });
  server.Unary<v1::RejectOfferRequest, v1::Offer>(
      service + "RejectOffer", [&offers](const rpc::Call& call, const auto& request) {
        return Reject(offers, call, request);
      });
  server.Unary<v1::PullWorkRequest, v1::Offer>(
      service + "PullWork", [&offers](const rpc::Call& call, const auto& request) {
        return Pull(offers, call, request);
      });
  server.Unary<v1::PrioritizeWorkRequest, v1::WorkItem>(
      service + "PrioritizeWork",
      [&work](const rpc::Call&, const auto& request) { return Prioritize(work, request); });
  server.Unary<v1::GetWorkItemRequest, v1::WorkItem>(
      service + "GetWorkItem",
      [&work](const rpc::Call&, const auto& request) -> Result<v1::WorkItem> {
        ASSIGN_OR_RETURN(const WorkItem item, work.Get(request.id()));
        return wire::ToProto(item);
      });
  server.Unary<v1::ListWorkItemsRequest, v1::ListWorkItemsResponse>(
      service + "ListWorkItems",
      [&work](const rpc::Call&, const auto& request) { return ListWork(work, request); });
  server.Unary<v1::FinishWrapUpRequest, v1::WorkItem>(
      service + "FinishWrapUp", [&wrap_ups](const rpc::Call& call, const auto& request) {
        return ChangeWrapUp(wrap_ups, call, request, &WrapUps::Finish);
      });
  server.Unary<v1::ExtendWrapUpRequest, v1::WorkItem>(
      service + "ExtendWrapUp", [&wrap_ups](const rpc::Call& call, const auto& request) {
        return ChangeWrapUp(wrap_ups, call, request, &WrapUps::Extend);
      });
}

}  // namespace muara::routing

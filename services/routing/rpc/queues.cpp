#include "muara/routing/v1/queues.pb.h"

#include "libs/rpc/request.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {
namespace {

Result<v1::Queue> Answer(const Result<Queue>& queue) {
  if (!queue.ok()) return queue.error();
  return wire::ToProto(*queue);
}

Result<v1::Queue> Create(People& people, const v1::CreateQueueRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  Queue queue;
  queue.id = request.id();
  queue.display_name = request.display_name();
  queue.priority = request.priority();
  queue.ageing_per_minute = request.ageing_per_minute();
  queue.offer_timeout_seconds =
      request.offer_timeout_seconds() == 0 ? kOfferSecondsDefault : request.offer_timeout_seconds();
  queue.requirements = wire::FromProto(request.requirements());
  return Answer(people.CreateQueue(queue, key));
}

Result<v1::ListQueuesResponse> List(People& people, const v1::ListQueuesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   people.ListQueues(page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListQueuesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_queues() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::Queue> Change(People& people, const v1::UpdateQueueRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  QueueUpdate update;
  if (request.update_fields().empty()) return InvalidFields({{"update_fields", "is required"}});
  for (const std::string& field : request.update_fields()) {
    if (field == "display_name") {
      update.display_name = request.display_name();
    } else if (field == "priority") {
      update.priority = request.priority();
    } else if (field == "ageing_per_minute") {
      update.ageing_per_minute = request.ageing_per_minute();
    } else if (field == "offer_timeout_seconds") {
      update.offer_timeout_seconds = request.offer_timeout_seconds();
    } else if (field == "requirements") {
      update.requirements = wire::FromProto(request.requirements());
    } else {
      return InvalidFields({{"update_fields", "'" + field + "' is not a field of a queue"}});
    }
  }
  return Answer(people.UpdateQueue(request.id(), key, request.expected_version(), update));
}

}  // namespace

void ServeQueues(rpc::Server& server, People& people) {
  const std::string service = "muara.routing.v1.Queues/";
  server.Unary<v1::CreateQueueRequest, v1::Queue>(
      service + "CreateQueue",
      [&people](const rpc::Call&, const auto& request) { return Create(people, request); });
  server.Unary<v1::GetQueueRequest, v1::Queue>(service + "GetQueue",
                                               [&people](const rpc::Call&, const auto& request) {
                                                 return Answer(people.GetQueue(request.id()));
                                               });
  server.Unary<v1::ListQueuesRequest, v1::ListQueuesResponse>(
      service + "ListQueues",
      [&people](const rpc::Call&, const auto& request) { return List(people, request); });
  server.Unary<v1::UpdateQueueRequest, v1::Queue>(
      service + "UpdateQueue",
      [&people](const rpc::Call&, const auto& request) { return Change(people, request); });
}

}  // namespace muara::routing

#include "muara/routing/v1/queues.pb.h"

#include "libs/rpc/request.h"
#include "services/routing/rpc/fields.h"
#include "services/routing/rpc/queue_rules.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/wire/routing.h"

namespace muara::routing {
namespace {

// People, and the time for what is so now.
struct Desk {
  People& people;
  const Clock& clock;

  Result<v1::Queue> Answer(const Result<Queue>& queue) const {
    if (!queue.ok()) return queue.error();
    return wire::ToProtoAt(*queue, clock.Now());
  }
};

// What creating and updating take alike.
template <class Request>
const auto& Fields() {
  static const FieldsOf<Queue, Request> fields = [] {
    FieldsOf<Queue, Request> all = QueueRules<Request>();
    all["display_name"] = [](auto& queue, auto& from) { queue.display_name = from.display_name(); };
    all["offer_timeout_seconds"] = [](auto& queue, auto& from) {
      const int seconds = from.offer_timeout_seconds();
      queue.offer_timeout_seconds = seconds == 0 ? kOfferSecondsDefault : seconds;
    };
    all["wrap_up_seconds"] = [](auto& queue, auto& from) {
      queue.wrap_up_seconds = from.wrap_up_seconds();
    };
    all["agents_may_pull"] = [](auto& queue, auto& from) {
      queue.agents_may_pull = from.agents_may_pull();
    };
    return all;
  }();
  return fields;
}

Result<v1::Queue> Create(const Desk& desk, const v1::CreateQueueRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  Queue queue;
  queue.id = request.id();
  for (const auto& [field, set] : Fields<v1::CreateQueueRequest>()) set(queue, request);
  return desk.Answer(desk.people.CreateQueue(queue, key));
}

Result<v1::ListQueuesResponse> List(const Desk& desk, const v1::ListQueuesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   desk.people.ListQueues(page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListQueuesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  const Time now = desk.clock.Now();
  for (size_t i = 0; i < shown; ++i) *response.add_queues() = wire::ToProtoAt(found[i], now);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

Result<v1::Queue> Change(const Desk& desk, const v1::UpdateQueueRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(const auto change, ChangeOf(Fields<v1::UpdateQueueRequest>(), request));
  return desk.Answer(
      desk.people.UpdateQueue(request.id(), key, request.expected_version(), change));
}

}  // namespace

void ServeQueues(rpc::Server& server, People& people, const Clock& clock) {
  const Desk desk{people, clock};
  const std::string service = "muara.routing.v1.Queues/";
  server.Unary<v1::CreateQueueRequest, v1::Queue>(
      service + "CreateQueue",
      [desk](const rpc::Call&, const auto& request) { return Create(desk, request); });
  server.Unary<v1::GetQueueRequest, v1::Queue>(
      service + "GetQueue", [desk](const rpc::Call&, const auto& request) {
        return desk.Answer(desk.people.GetQueue(request.id()));
      });
  server.Unary<v1::ListQueuesRequest, v1::ListQueuesResponse>(
      service + "ListQueues",
      [desk](const rpc::Call&, const auto& request) { return List(desk, request); });
  server.Unary<v1::UpdateQueueRequest, v1::Queue>(
      service + "UpdateQueue",
      [desk](const rpc::Call&, const auto& request) { return Change(desk, request); });
}

}  // namespace muara::routing

#include "libs/rpc/request.h"
#include "muara/notification/v1/notifications.pb.h"
#include "services/notification/rpc/serve.h"
#include "services/notification/wire/deliveries.h"

namespace muara::notification {
namespace {

Result<v1::ListDeliveriesResponse> List(Deliveries& deliveries,
                                        const v1::ListDeliveriesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  if (!ticket::v1::DeliveryStatus_IsValid(request.status())) {
    return InvalidFields({{"status", "is unknown"}});
  }
  ASSIGN_OR_RETURN(const auto found,
                   deliveries.List(request.ticket_id(), request.status(), page.size + 1,
                                   page.after.empty() ? "" : page.after[0]));
  v1::ListDeliveriesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_deliveries() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

}  // namespace

void ServeNotifications(rpc::Server& server, Deliveries& deliveries) {
  const std::string service = "muara.notification.v1.Notifications/";
  server.Unary<v1::GetDeliveryRequest, v1::Delivery>(
      service + "GetDelivery",
      [&deliveries](const rpc::Call&, const auto& request) -> Result<v1::Delivery> {
        ASSIGN_OR_RETURN(const Delivery delivery, deliveries.Get(request.id()));
        return wire::ToProto(delivery);
      });
  server.Unary<v1::ListDeliveriesRequest, v1::ListDeliveriesResponse>(
      service + "ListDeliveries",
      [&deliveries](const rpc::Call&, const auto& request) { return List(deliveries, request); });
  server.Unary<v1::RetryDeliveryRequest, v1::Delivery>(
      service + "RetryDelivery",
      [&deliveries](const rpc::Call&, const auto& request) -> Result<v1::Delivery> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        ASSIGN_OR_RETURN(const Delivery delivery, deliveries.Retry(request.id(), key));
        return wire::ToProto(delivery);
      });
}

}  // namespace muara::notification

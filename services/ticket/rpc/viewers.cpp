#include "services/ticket/app/viewers/viewers.h"

#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/viewers.h"

namespace muara::ticket {
namespace {

Result<v1::ViewTicketResponse> Look(Viewers& viewers, const rpc::Call& call,
                                    const v1::ViewTicketRequest& request) {
  if (request.state() < v1::VIEWER_STATE_VIEWING || request.state() > v1::VIEWER_STATE_GONE) {
    return InvalidFields({{"state", "is not VIEWING, TYPING or GONE"}});
  }
  ASSIGN_OR_RETURN(const auto others, viewers.View(TicketId{request.id()}, MeOf(call),
                                                   static_cast<ViewerState>(request.state())));
  v1::ViewTicketResponse response;
  for (const Viewer& one : others) *response.add_others() = wire::ToProto(one);
  return response;
}

Result<v1::ListViewersResponse> List(Viewers& viewers, const v1::ListViewersRequest& request) {
  ASSIGN_OR_RETURN(const auto found, viewers.List(TicketId{request.ticket_id()}));
  v1::ListViewersResponse response;
  for (const Viewer& one : found) *response.add_viewers() = wire::ToProto(one);
  return response;
}

}  // namespace

void ServeViewers(rpc::Server& server, Viewers& viewers) {
  const std::string service = "muara.ticket.v1.Viewers/";
  server.Unary<v1::ViewTicketRequest, v1::ViewTicketResponse>(
      service + "ViewTicket", [&viewers](const rpc::Call& call, const auto& request) {
        return Look(viewers, call, request);
      });
  server.Unary<v1::ListViewersRequest, v1::ListViewersResponse>(
      service + "ListViewers",
      [&viewers](const rpc::Call&, const auto& request) { return List(viewers, request); });
}

}  // namespace muara::ticket

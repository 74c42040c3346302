#include "muara/ticket/v1/tickets.pb.h"
#include "services/routing/events/react.h"

namespace muara::routing {

Status TellUnassigned(rpc::Client& ticket, const store::LostWork& work) {
  muara::ticket::v1::UnassignTicketRequest request;
  request.set_id(work.work_item_id);
  request.set_request_id(work.request_id);
  request.set_from_agent_id(work.agent_id);
  request.set_reason(kAgentLost);
  muara::ticket::v1::Ticket response;
  return ticket.Call("muara.ticket.v1.Tickets/UnassignTicket", request, &response, {});
}

}  // namespace muara::routing

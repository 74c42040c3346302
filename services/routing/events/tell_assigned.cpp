#include "muara/ticket/v1/tickets.pb.h"
#include "services/routing/events/react.h"

namespace muara::routing {

Status TellAssigned(rpc::Client& ticket, const store::AssignCommand& command) {
  muara::ticket::v1::AssignTicketRequest request;
  request.set_id(command.ticket_id);
  request.set_request_id(command.offer_id);
  request.set_agent_id(command.agent_id);
  request.set_agent_name(command.agent_name);
  muara::ticket::v1::Ticket response;
  return ticket.Call("muara.ticket.v1.Tickets/AssignTicket", request, &response, {});
}

}  // namespace muara::routing

#include "muara/ticket/v1/tickets.pb.h"
#include "services/routing/domain/work.h"
#include "services/routing/events/react.h"

namespace muara::routing {

Status TellFlagged(rpc::Client& ticket, const store::FlagCommand& command) {
  muara::ticket::v1::FlagTicketRequest request;
  request.set_id(command.ticket_id);
  request.set_request_id(command.request_id);
  request.set_note(command.note);
  request.set_reason(kMaxWait);  // nothing else makes us flag
  muara::ticket::v1::Ticket response;
  return ticket.Call("muara.ticket.v1.Tickets/FlagTicket", request, &response, {});
}

}  // namespace muara::routing

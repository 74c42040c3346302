// Merging tickets, and undoing it.
#include "services/ticket/app/links/merges.h"
#include "muara/ticket/v1/merges.pb.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {

void ServeMerges(rpc::Server& server, Merges& merges) {
  const std::string service = "muara.ticket.v1.Merges/";
  server.Unary<v1::MergeTicketRequest, v1::Ticket>(
      service + "MergeTicket",
      [&merges](const rpc::Call& call, const auto& request) -> Result<v1::Ticket> {
        ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
        RETURN_IF_ERROR(CheckText("into", request.into(), 1, 128));
        return Answer(merges.Merge(change, TicketId{request.into()}));
      });
  server.Unary<v1::UnmergeTicketRequest, v1::Ticket>(
      service + "UnmergeTicket",
      [&merges](const rpc::Call& call, const auto& request) -> Result<v1::Ticket> {
        ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
        return Answer(merges.Unmerge(change));
      });
}

}  // namespace muara::ticket

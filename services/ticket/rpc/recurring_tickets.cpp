// Recurring tickets over the wire.
#include "services/ticket/app/recurring/recurring_tickets.h"

#include "muara/ticket/v1/recurring_tickets.pb.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/recurring.h"

namespace muara::ticket {
namespace {

Result<v1::RecurringTicket> Answer(const Result<RecurringTicket>& one) {
  if (!one.ok()) return one.error();
  return wire::ToProto(*one);
}

Result<v1::ListRecurringTicketsResponse> List(RecurringTickets& tickets,
                                              const v1::ListRecurringTicketsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  const std::string after = page.after.empty() ? "" : page.after[0];
  ASSIGN_OR_RETURN(const auto found, tickets.List(page.size + 1, after));
  v1::ListRecurringTicketsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_recurring_tickets() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    response.set_next_page_token(rpc::NextPageToken(request, {found[shown - 1].id}));
  }
  return response;
}

}  // namespace

void ServeRecurringTickets(rpc::Server& server, RecurringTickets& tickets) {
  const std::string service = "muara.ticket.v1.RecurringTickets/";
  server.Unary<v1::GetRecurringTicketRequest, v1::RecurringTicket>(
      service + "GetRecurringTicket", [&tickets](const rpc::Call&, const auto& request) {
        return Answer(tickets.Get(request.id()));
      });
  server.Unary<v1::ListRecurringTicketsRequest, v1::ListRecurringTicketsResponse>(
      service + "ListRecurringTickets",
      [&tickets](const rpc::Call&, const auto& request) { return List(tickets, request); });
  server.Unary<v1::PutRecurringTicketRequest, v1::RecurringTicket>(
      service + "PutRecurringTicket",
      [&tickets](const rpc::Call& call, const auto& request) -> Result<v1::RecurringTicket> {
        ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
        ASSIGN_OR_RETURN(RecurringTicket one,
                         wire::FromProto(request.id(), request.recurring_ticket()));
        return Answer(tickets.Put(edit, std::move(one)));
      });
  server.Unary<v1::DeleteRecurringTicketRequest, v1::DeleteRecurringTicketResponse>(
      service + "DeleteRecurringTicket",
      [&tickets](const rpc::Call& call,
                 const auto& request) -> Result<v1::DeleteRecurringTicketResponse> {
        ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
        RETURN_IF_ERROR(tickets.Delete(edit, request.id()));
        return v1::DeleteRecurringTicketResponse();
      });
}

}  // namespace muara::ticket

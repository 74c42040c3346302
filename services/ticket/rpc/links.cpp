// Links of tickets, and problems with their incidents.
#include "services/ticket/app/links/links.h"
#include "muara/ticket/v1/links.pb.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

muara::Status CheckKind(v1::LinkKind kind) {
  if (!v1::LinkKind_IsValid(kind) || kind == v1::LINK_KIND_UNSPECIFIED) {
    return InvalidFields({{"kind", "is unknown"}});
  }
  if (kind != v1::LINK_KIND_FOLLOW_UP_OF) return Ok();
  return InvalidFields({{"kind", "follow-ups are not linked by hand"}});
}

template <class Request>
Result<v1::Ticket> Act(Links& links, const rpc::Call& call, const Request& request,
                       Result<Ticket> (Links::*act)(const Change&, LinkKind, const TicketId&)) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckKind(request.kind()));
  RETURN_IF_ERROR(CheckText("ticket_id", request.ticket_id(), 1, 128));
  return Answer(
      (links.*act)(change, static_cast<LinkKind>(request.kind()), TicketId{request.ticket_id()}));
}

Result<v1::ListLinksResponse> List(Links& links, const v1::ListLinksRequest& request) {
  ASSIGN_OR_RETURN(const auto found, links.List(TicketId{request.id()}));
  v1::ListLinksResponse response;
  for (const ShownLink& one : found) {
    v1::ShownLink& shown = *response.add_links();
    *shown.mutable_link() = wire::ToProto(one.link);
    shown.set_ticket_id(one.other.id.value);
    shown.set_reference(one.other.reference);
    shown.set_subject(one.other.subject);
    shown.set_status(static_cast<v1::TicketStatus>(one.other.status));
  }
  return response;
}

Result<v1::ResolveProblemResponse> ResolveProblem(Tickets& tickets, const rpc::Call& call,
                                                  const v1::ResolveProblemRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("reply_text", request.reply_text(), 0, kTextBytesMax));
  if (!request.resolve_incidents() && !request.reply_text().empty()) {
    return InvalidFields({{"reply_text", "goes to incidents, which are not asked for"}});
  }
  v1::ResolveProblemResponse response;
  if (!request.resolve_incidents()) {
    ASSIGN_OR_RETURN(*response.mutable_ticket(),
                     Answer(tickets.Resolve(change, request.disposition())));
    return response;
  }
  ASSIGN_OR_RETURN(const ProblemResolved done,
                   tickets.ResolveProblem(change, request.disposition(), request.reply_text()));
  *response.mutable_ticket() = wire::ToProto(done.problem);
  for (const Ticket& one : done.incidents) response.add_resolved_ticket_ids(one.id.value);
  for (const RefusedIncident& one : done.refused) {
    v1::RefusedIncident& refused = *response.add_refused();
    refused.set_ticket_id(one.ticket.id.value);
    refused.set_reference(one.ticket.reference);
    refused.set_reason(one.error.reason);
    refused.set_message(one.error.message);
  }
  return response;
}

}  // namespace

void ServeLinks(rpc::Server& server, Links& links, Tickets& tickets) {
  const std::string service = "muara.ticket.v1.Links/";
  server.Unary<v1::LinkTicketRequest, v1::Ticket>(
      service + "LinkTicket", [&links](const rpc::Call& call, const auto& request) {
        return Act(links, call, request, &Links::Add);
      });
  server.Unary<v1::UnlinkTicketRequest, v1::Ticket>(
      service + "UnlinkTicket", [&links](const rpc::Call& call, const auto& request) {
        return Act(links, call, request, &Links::Remove);
      });
  server.Unary<v1::ListLinksRequest, v1::ListLinksResponse>(
      service + "ListLinks",
      [&links](const rpc::Call&, const auto& request) { return List(links, request); });
  server.Unary<v1::ResolveProblemRequest, v1::ResolveProblemResponse>(
      service + "ResolveProblem", [&tickets](const rpc::Call& call, const auto& request) {
        return ResolveProblem(tickets, call, request);
      });
}

}  // namespace muara::ticket

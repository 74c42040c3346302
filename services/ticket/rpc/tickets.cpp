#include "muara/ticket/v1/tickets.pb.h"

#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

constexpr int kReadAtOnce =
    10;  // of a page: each may have 1.5 MiB, and what is too much is not held

template <class Response>
Result<Response> Answer(const Result<Written>& written) {
  if (!written.ok()) return written.error();
  Response response;
  *response.mutable_ticket() = wire::ToProto(written->ticket);
  *response.mutable_interaction() = wire::ToProto(written->interaction);
  return response;
}

Result<v1::ListTicketsResponse> List(Search& search, const v1::ListTicketsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  if (!v1::TicketStatus_IsValid(request.status())) {
    return InvalidFields({{"status", "is unknown"}});
  }
  Filter filter;
  if (request.status() != 0) filter.statuses = {static_cast<Status>(request.status())};
  if (!request.queue_id().empty()) filter.queue_ids = {request.queue_id()};
  if (!request.assignee_agent_id().empty()) filter.assignee_ids = {request.assignee_agent_id()};
  filter.contact_id = ContactId{request.contact_id()};
  ASSIGN_OR_RETURN(const SearchPage found, search.Find({}, filter, page.size, page.after));
  v1::ListTicketsResponse response;
  for (const SearchHit& hit : found.hits) *response.add_tickets() = wire::ToProto(hit.ticket);
  if (!found.next.empty()) {
    response.set_next_page_token(rpc::NextPageToken(request, found.next));
  }
  return response;
}

Result<v1::ListInteractionsResponse> ListInteractions(Tickets& tickets,
                                                      const v1::ListInteractionsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  int after = page.after.empty() ? 0 : std::atoi(page.after[0].c_str());
  v1::ListInteractionsResponse response;
  for (size_t bytes = 0;;) {
    ASSIGN_OR_RETURN(const auto found,
                     tickets.ListInteractions(TicketId{request.ticket_id()}, after, kReadAtOnce));
    for (const Interaction& one : found) {
      v1::Interaction shown = wire::ToProto(one);
      bytes += shown.ByteSizeLong();
      const int count = response.interactions_size();
      if (count == page.size || (count > 0 && bytes > kPageBytesMax)) {
        response.set_next_page_token(rpc::NextPageToken(request, {std::to_string(after)}));
        return response;
      }
      after = one.sequence;
      *response.add_interactions() = std::move(shown);
    }
    if (found.size() < static_cast<size_t>(kReadAtOnce)) return response;
  }
}

Result<ReplyTarget> TargetOf(const v1::ReplyToTicketRequest& request) {
  ReplyTarget target;
  if (!request.has_target()) return target;
  const v1::ReplyTarget& asked = request.target();
  std::vector<Violation> wrong;
  if (!connector::v1::ContactPointKind_IsValid(asked.kind())) {
    wrong.push_back({"target.kind", "is unknown"});
  }
  if (asked.value().size() > kPointBytesMax) {
    wrong.push_back({"target.value", "is longer than 320 bytes"});
  }
  if (asked.endpoint().size() > kPointBytesMax) {
    wrong.push_back({"target.endpoint", "is longer than 320 bytes"});
  }
  if (!wrong.empty()) return InvalidFields(std::move(wrong));
  if (asked.kind() != 0) target.kind = static_cast<PointKind>(asked.kind());
  target.value = asked.value();
  target.endpoint = asked.endpoint();
  return target;
}

Result<v1::ReplyToTicketResponse> Reply(Tickets& tickets, const rpc::Call& call,
                                        const v1::ReplyToTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("text", request.text(), 1, kTextBytesMax));
  if (request.seen_sequence() < 0) return InvalidFields({{"seen_sequence", "is negative"}});
  ASSIGN_OR_RETURN(auto attachments, wire::FromProto(request.attachments()));
  Outgoing outgoing{request.text(), std::move(attachments), request.seen_sequence()};
  ASSIGN_OR_RETURN(outgoing.target, TargetOf(request));
  return Answer<v1::ReplyToTicketResponse>(tickets.Reply(change, outgoing));
}

Result<v1::AddNoteResponse> Note(Tickets& tickets, const rpc::Call& call,
                                 const v1::AddNoteRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("text", request.text(), 1, kTextBytesMax));
  return Answer<v1::AddNoteResponse>(tickets.Note(change, request.text()));
}

Result<v1::Ticket> Set(Tickets& tickets, const rpc::Call& call,
                       const v1::UpdateTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  ASSIGN_OR_RETURN(const Update update, UpdateOf(request));
  return Answer(tickets.Set(change, update));
}

}  // namespace

void ServeTickets(rpc::Server& server, Tickets& tickets, Search& search) {
  const std::string service = "muara.ticket.v1.Tickets/";
  server.Unary<v1::GetTicketRequest, v1::Ticket>(
      service + "GetTicket", [&tickets](const rpc::Call&, const auto& request) {
        return Answer(tickets.Get(TicketId{request.id()}));
      });
  server.Unary<v1::ListTicketsRequest, v1::ListTicketsResponse>(
      service + "ListTickets",
      [&search](const rpc::Call&, const auto& request) { return List(search, request); });
  server.Unary<v1::ListInteractionsRequest, v1::ListInteractionsResponse>(
      service + "ListInteractions", [&tickets](const rpc::Call&, const auto& request) {
        return ListInteractions(tickets, request);
      });
  server.Unary<v1::ReplyToTicketRequest, v1::ReplyToTicketResponse>(
      service + "ReplyToTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Reply(tickets, call, request);
      });
  server.Unary<v1::AddNoteRequest, v1::AddNoteResponse>(
      service + "AddNote", [&tickets](const rpc::Call& call, const auto& request) {
        return Note(tickets, call, request);
      });
  server.Unary<v1::UpdateTicketRequest, v1::Ticket>(
      service + "UpdateTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Set(tickets, call, request);
      });
  ServeMoves(server, tickets);
}

}  // namespace muara::ticket

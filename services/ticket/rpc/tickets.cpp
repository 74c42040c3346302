#include "muara/ticket/v1/tickets.pb.h"

#include <set>

#include "libs/base/slug.h"
#include "libs/rpc/request.h"
#include "libs/rpc/timestamp.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {
namespace {

constexpr size_t kReasonBytesMax = 500;
// Of one page of interactions: an answer must arrive, whatever was written to us.
constexpr size_t kPageBytesMax = 16 * 1024 * 1024;

muara::Status CheckText(const std::string& field, const std::string& text, size_t minimum,
                        size_t maximum) {
  if (text.size() < minimum) return InvalidFields({{field, "is required"}});
  if (text.size() <= maximum) return Ok();
  return InvalidFields({{field, "is longer than " + std::to_string(maximum) + " bytes"}});
}

template <class Request>
Result<Change> ChangeOf(const rpc::Call& call, const Request& request) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  Change change{TicketId{request.id()}, std::move(key), request.expected_version(),
                call.principal.subject};
  if constexpr (requires { request.reason(); }) {
    RETURN_IF_ERROR(CheckText("reason", request.reason(), 0, kReasonBytesMax));
    change.why = request.reason();
  }
  return change;
}

Result<v1::Ticket> Answer(const Result<Ticket>& ticket) {
  if (!ticket.ok()) return ticket.error();
  return wire::ToProto(*ticket);
}

template <class Response>
Result<Response> Answer(const Result<Written>& written) {
  if (!written.ok()) return written.error();
  Response response;
  *response.mutable_ticket() = wire::ToProto(written->ticket);
  *response.mutable_interaction() = wire::ToProto(written->interaction);
  return response;
}

Result<v1::ListTicketsResponse> List(Tickets& tickets, const v1::ListTicketsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  if (!v1::TicketStatus_IsValid(request.status())) {
    return InvalidFields({{"status", "is unknown"}});
  }
  ASSIGN_OR_RETURN(const auto found,
                   tickets.List({request.status(), request.queue_id(), request.assignee_agent_id(),
                                 request.contact_id()},
                                page.size + 1, page.after));
  v1::ListTicketsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_tickets() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    const Ticket& last = found[shown - 1];
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(ToMicros(last.update_time)), last.id.value}));
  }
  return response;
}

Result<v1::ListInteractionsResponse> ListInteractions(Tickets& tickets,
                                                      const v1::ListInteractionsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  const int after = page.after.empty() ? 0 : std::atoi(page.after[0].c_str());
  ASSIGN_OR_RETURN(const auto found,
                   tickets.ListInteractions(TicketId{request.ticket_id()}, after, page.size + 1));
  v1::ListInteractionsResponse response;
  size_t shown = 0;
  for (size_t bytes = 0; shown < std::min<size_t>(found.size(), page.size); ++shown) {
    v1::Interaction one = wire::ToProto(found[shown]);
    bytes += one.ByteSizeLong();
    if (shown > 0 && bytes > kPageBytesMax) break;
    *response.add_interactions() = std::move(one);
  }
  if (found.size() > shown) {
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(found[shown - 1].sequence)}));
  }
  return response;
}

Result<v1::ReplyToTicketResponse> Reply(Tickets& tickets, const rpc::Call& call,
                                        const v1::ReplyToTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("text", request.text(), 1, kTextBytesMax));
  if (request.seen_sequence() < 0) return InvalidFields({{"seen_sequence", "is negative"}});
  ASSIGN_OR_RETURN(auto attachments, wire::FromProto(request.attachments()));
  return Answer<v1::ReplyToTicketResponse>(
      tickets.Reply(change, {request.text(), std::move(attachments), request.seen_sequence()}));
}

Result<v1::AddNoteResponse> Note(Tickets& tickets, const rpc::Call& call,
                                 const v1::AddNoteRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("text", request.text(), 1, kTextBytesMax));
  return Answer<v1::AddNoteResponse>(tickets.Note(change, request.text()));
}

Result<v1::Ticket> Pend(Tickets& tickets, const rpc::Call& call,
                        const v1::PendTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  std::optional<Time> until;
  if (request.has_until_time()) until = rpc::FromTimestamp(request.until_time());
  return Answer(tickets.Pend(change, until));
}

Result<v1::Ticket> Snooze(Tickets& tickets, const rpc::Call& call,
                          const v1::SnoozeTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  if (!request.has_until_time()) return InvalidFields({{"until_time", "is required"}});
  return Answer(tickets.Snooze(change, rpc::FromTimestamp(request.until_time())));
}

Result<v1::Ticket> Resolve(Tickets& tickets, const rpc::Call& call,
                           const v1::ResolveTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  return Answer(tickets.Resolve(change, ""));
}

Result<v1::Ticket> Assign(Tickets& tickets, const rpc::Call& call,
                          const v1::AssignTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("agent_id", request.agent_id(), 1, 128));
  RETURN_IF_ERROR(CheckText("agent_name", request.agent_name(), 0, kNameBytesMax));
  return Answer(tickets.Assign(change, request.agent_id(), request.agent_name()));
}

Result<Update> UpdateOf(const v1::UpdateTicketRequest& request) {
  Update update;
  std::vector<Violation> problems;
  for (const std::string& field : request.update_fields()) {
    if (field == "subject") {
      update.subject = request.subject();
    } else if (field == "priority") {
      update.priority = static_cast<Priority>(request.priority());
    } else if (field == "tags") {
      const std::set<std::string> tags(request.tags().begin(), request.tags().end());
      update.tags = std::vector<std::string>(tags.begin(), tags.end());
    } else if (field == "queue_id") {
      update.queue_id = request.queue_id();
    } else {
      problems.push_back({"update_fields", "'" + field +
                                               "' is not subject, priority, tags or "
                                               "queue_id"});
    }
  }
  if (request.update_fields().empty()) problems.push_back({"update_fields", "is required"});
  if (update.subject && (update.subject->empty() || update.subject->size() > kSubjectBytesMax)) {
    problems.push_back({"subject", "is not 1 to 998 bytes"});
  }
  if (update.priority && (!v1::Priority_IsValid(request.priority()) || request.priority() == 0)) {
    problems.push_back({"priority", "is unknown"});
  }
  // As routing names them: work in a queue that no agent can be given would wait for ever.
  if (update.queue_id && !IsSlug(*update.queue_id)) {
    problems.push_back({"queue_id", "is not 1 to 64 of a-z 0-9 and '-'"});
  }
  if (update.tags && update.tags->size() > kTagsMax) problems.push_back({"tags", "are over 200"});
  for (const std::string& tag : update.tags.value_or(std::vector<std::string>())) {
    if (tag.empty() || tag.size() > kTagBytesMax) {
      problems.push_back({"tags", "one is not 1 to 100 bytes"});
    }
  }
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return update;
}

Result<v1::Ticket> Set(Tickets& tickets, const rpc::Call& call,
                       const v1::UpdateTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  ASSIGN_OR_RETURN(const Update update, UpdateOf(request));
  return Answer(tickets.Set(change, update));
}

// A change that needs nothing but which ticket.
template <class Request>
void ServeMove(rpc::Server& server, Tickets& tickets, const std::string& name,
               Result<Ticket> (Tickets::*move)(const Change&)) {
  server.Unary<Request, v1::Ticket>(
      "muara.ticket.v1.Tickets/" + name,
      [&tickets, move](const rpc::Call& call, const Request& request) -> Result<v1::Ticket> {
        ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
        return Answer((tickets.*move)(change));
      });
}

void ServeMoves(rpc::Server& server, Tickets& tickets) {
  const std::string service = "muara.ticket.v1.Tickets/";
  server.Unary<v1::PendTicketRequest, v1::Ticket>(
      service + "PendTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Pend(tickets, call, request);
      });
  server.Unary<v1::SnoozeTicketRequest, v1::Ticket>(
      service + "SnoozeTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Snooze(tickets, call, request);
      });
  server.Unary<v1::ResolveTicketRequest, v1::Ticket>(
      service + "ResolveTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Resolve(tickets, call, request);
      });
  ServeMove<v1::HoldTicketRequest>(server, tickets, "HoldTicket", &Tickets::Hold);
  ServeMove<v1::ReopenTicketRequest>(server, tickets, "ReopenTicket", &Tickets::Reopen);
  ServeMove<v1::CloseTicketRequest>(server, tickets, "CloseTicket", &Tickets::Close);
  ServeMove<v1::MarkTicketSpamRequest>(server, tickets, "MarkTicketSpam", &Tickets::MarkSpam);
  ServeMove<v1::UnmarkTicketSpamRequest>(server, tickets, "UnmarkTicketSpam", &Tickets::UnmarkSpam);
  ServeMove<v1::DeleteTicketRequest>(server, tickets, "DeleteTicket", &Tickets::Delete);
  ServeMove<v1::RestoreTicketRequest>(server, tickets, "RestoreTicket", &Tickets::Restore);
}

}  // namespace

void ServeTickets(rpc::Server& server, Tickets& tickets) {
  const std::string service = "muara.ticket.v1.Tickets/";
  server.Unary<v1::GetTicketRequest, v1::Ticket>(
      service + "GetTicket", [&tickets](const rpc::Call&, const auto& request) {
        return Answer(tickets.Get(TicketId{request.id()}));
      });
  server.Unary<v1::ListTicketsRequest, v1::ListTicketsResponse>(
      service + "ListTickets",
      [&tickets](const rpc::Call&, const auto& request) { return List(tickets, request); });
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
  server.Unary<v1::AssignTicketRequest, v1::Ticket>(
      service + "AssignTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Assign(tickets, call, request);
      });
  server.Unary<v1::UpdateTicketRequest, v1::Ticket>(
      service + "UpdateTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Set(tickets, call, request);
      });
  ServeMoves(server, tickets);
}

}  // namespace muara::ticket

// The moves of a ticket.
#include "libs/base/slug.h"
#include "libs/rpc/timestamp.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

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
  return Answer(tickets.Resolve(change, request.disposition()));
}

Result<v1::Ticket> Escalate(Tickets& tickets, const rpc::Call& call,
                            const v1::EscalateTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, kReasonBytesMax));
  if (request.level() < 0 || request.level() > kEscalationLevelMax) {
    return InvalidFields({{"level", "is not 0 to 9"}});
  }
  if (!request.queue_id().empty() && !IsSlug(request.queue_id())) {
    return InvalidFields({{"queue_id", "is not 1 to 64 of a-z 0-9 and '-'"}});
  }
  return Answer(tickets.Escalate(change, request.level(), request.queue_id()));
}

Result<v1::Ticket> Transfer(Tickets& tickets, const rpc::Call& call,
                            const v1::TransferTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("note", request.note(), 0, kTextBytesMax));
  TransferTarget to{request.agent_id(), request.queue_id(), {}};
  for (const auto& skill : request.skills()) to.skills.push_back({skill.name(), skill.level()});
  return Answer(tickets.Transfer(change, to, request.note(),
                                 Leads(call) ? UnassignRights::kAny : UnassignRights::kOwn));
}

Result<v1::Ticket> Flag(Tickets& tickets, const rpc::Call& call,
                        const v1::FlagTicketRequest& request) {
  ASSIGN_OR_RETURN(Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("note", request.note(), 0, kReasonBytesMax));
  if (!request.reason().empty() && !IsReasonCode(request.reason())) {
    return InvalidFields(
        {{"reason", "is not 1 to 64 of A-Z 0-9 and '_', beginning with a letter"}});
  }
  change.why = request.note();
  return Answer(tickets.Flag(change, {request.note(), request.reason()}));
}

Result<v1::Ticket> Assign(Tickets& tickets, const rpc::Call& call,
                          const v1::AssignTicketRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("agent_id", request.agent_id(), 1, 128));
  RETURN_IF_ERROR(CheckText("agent_name", request.agent_name(), 0, kNameBytesMax));
  return Answer(tickets.Assign(change, request.agent_id(), request.agent_name()));
}

Result<v1::Ticket> Unassign(Tickets& tickets, const rpc::Call& call,
                            const v1::UnassignTicketRequest& request) {
  ASSIGN_OR_RETURN(Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("from_agent_id", request.from_agent_id(), 0, 128));
  const bool is_service = call.principal.Has(rpc::Role::kService);
  if (is_service) change.reason = std::exchange(change.why, "");
  return Answer(tickets.Unassign(
      change, is_service || Leads(call) ? UnassignRights::kAny : UnassignRights::kOwn,
      request.from_agent_id()));
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

}  // namespace

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
  server.Unary<v1::AssignTicketRequest, v1::Ticket>(
      service + "AssignTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Assign(tickets, call, request);
      });
  server.Unary<v1::UnassignTicketRequest, v1::Ticket>(
      service + "UnassignTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Unassign(tickets, call, request);
      });
  server.Unary<v1::EscalateTicketRequest, v1::Ticket>(
      service + "EscalateTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Escalate(tickets, call, request);
      });
  server.Unary<v1::TransferTicketRequest, v1::Ticket>(
      service + "TransferTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Transfer(tickets, call, request);
      });
  server.Unary<v1::FlagTicketRequest, v1::Ticket>(
      service + "FlagTicket", [&tickets](const rpc::Call& call, const auto& request) {
        return Flag(tickets, call, request);
      });
  ServeMove<v1::UnflagTicketRequest>(server, tickets, "UnflagTicket", &Tickets::Unflag);
  ServeMove<v1::HoldTicketRequest>(server, tickets, "HoldTicket", &Tickets::Hold);
  ServeMove<v1::ReopenTicketRequest>(server, tickets, "ReopenTicket", &Tickets::Reopen);
  ServeMove<v1::CloseTicketRequest>(server, tickets, "CloseTicket", &Tickets::Close);
  ServeMove<v1::MarkTicketSpamRequest>(server, tickets, "MarkTicketSpam", &Tickets::MarkSpam);
  ServeMove<v1::UnmarkTicketSpamRequest>(server, tickets, "UnmarkTicketSpam", &Tickets::UnmarkSpam);
  ServeMove<v1::DeleteTicketRequest>(server, tickets, "DeleteTicket", &Tickets::Delete);
  ServeMove<v1::RestoreTicketRequest>(server, tickets, "RestoreTicket", &Tickets::Restore);
}

}  // namespace muara::ticket

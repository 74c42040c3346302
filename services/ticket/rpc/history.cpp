// The timeline of a ticket, what it was, and who read it.
#include "services/ticket/app/history/history.h"

#include "libs/log/trace.h"
#include "libs/rpc/read_audit.h"
#include "libs/rpc/timestamp.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/history.h"

namespace muara::ticket {
namespace {

Result<v1::ListTicketHistoryResponse> List(History& history,
                                           const v1::ListTicketHistoryRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  const int64_t after = page.after.empty() ? 0 : std::atoll(page.after[0].c_str());
  std::optional<Time> until;
  if (request.has_until_time()) until = rpc::FromTimestamp(request.until_time());
  ASSIGN_OR_RETURN(const History::Page found,
                   history.List(TicketId{request.id()}, after, page.size, until));
  std::optional<v1::Ticket> before;
  if (found.before) {
    if (const auto told = wire::ReadFact(*found.before)) before = told->ticket;
  }
  v1::ListTicketHistoryResponse response;
  for (const bus::KeyEntry& fact : found.facts) {
    auto told = wire::ReadFact(fact);
    if (!told) continue;
    wire::AddChanges(before, *told, told->entry);
    if (told->ticket) before = told->ticket;
    *response.add_entries() = std::move(told->entry);
  }
  if (found.goes_on) {
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(found.facts.back().version)}));
  }
  return response;
}

Result<v1::TicketAt> At(History& history, const v1::GetTicketAtRequest& request) {
  if (!request.has_time()) return InvalidFields({{"time", "is required"}});
  ASSIGN_OR_RETURN(const auto latest,
                   history.Latest(TicketId{request.id()}, rpc::FromTimestamp(request.time())));
  for (const bus::KeyEntry& one : latest) {
    const auto told = wire::ReadFact(one);
    if (!told || !told->ticket) continue;
    v1::TicketAt at;
    *at.mutable_ticket() = *told->ticket;
    at.set_number(told->entry.number());
    *at.mutable_time() = told->entry.time();
    return at;
  }
  return MakeError(Code::kNotFound, "TICKET_NOT_FOUND", "there was no such ticket then");
}

Result<v1::ListReadsResponse> ListReads(ReadAudit& audit, const v1::ListReadsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found,
                   audit.List(request.reader(), request.resource(), page.size + 1, page.after));
  v1::ListReadsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) {
    v1::ReadRecord& out = *response.add_reads();
    rpc::SetTimestamp(out.mutable_time(), found[i].time);
    out.set_reader(found[i].reader);
    out.set_method(found[i].method);
    out.set_resource(found[i].resource);
    out.set_trace_id(found[i].trace_id);
  }
  if (found.size() > shown) {
    const auto& last = found[shown - 1];
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(ToMicros(last.time)), last.id}));
  }
  return response;
}

}  // namespace

void ServeHistory(rpc::Server& server, History& history, ReadAudit& audit) {
  const std::string name = "muara.ticket.v1.History/";
  server.Unary<v1::ListTicketHistoryRequest, v1::ListTicketHistoryResponse>(
      name + "ListTicketHistory",
      [&history](const rpc::Call&, const auto& request) { return List(history, request); });
  server.Unary<v1::GetTicketAtRequest, v1::TicketAt>(
      name + "GetTicketAt",
      [&history](const rpc::Call&, const auto& request) { return At(history, request); });
  server.Unary<v1::ListReadsRequest, v1::ListReadsResponse>(
      name + "ListReads",
      [&audit](const rpc::Call&, const auto& request) { return ListReads(audit, request); });
  // Kept by the audit, like all that is read.
  server.Unary<v1::WatchEventsRequest, v1::WatchEventsResponse>(
      name + "WatchEvents",
      [](const rpc::Call&, const auto&) { return v1::WatchEventsResponse(); });
  const rpc::KeepRead keep = [&audit](const rpc::ReadNote& note) {
    return audit.Note({"", {}, note.reader, note.method, note.resource, trace::Current().trace_id});
  };
  rpc::AuditReads(server, keep);
  rpc::ServeReads(server, keep);
}

}  // namespace muara::ticket

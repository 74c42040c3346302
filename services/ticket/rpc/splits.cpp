// Splitting tickets, and undoing it.
#include "services/ticket/app/links/splits.h"
#include "libs/base/slug.h"
#include "muara/ticket/v1/splits.pb.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

Result<SplitOff> SplitOffOf(const v1::SplitTicketRequest& request) {
  if (request.interaction_ids().empty()) {
    return InvalidFields({{"interaction_ids", "is required"}});
  }
  if (request.interaction_ids_size() > static_cast<int>(kSplitInteractionsMax)) {
    return InvalidFields({{"interaction_ids", "are more than 100"}});
  }
  RETURN_IF_ERROR(CheckText("subject", request.subject(), 0, kSubjectBytesMax));
  SplitOff off{{}, request.subject(), request.queue_id()};
  if (!off.queue_id.empty() && !IsSlug(off.queue_id)) {
    return InvalidFields({{"queue_id", "is not 1 to 64 of a-z 0-9 and '-'"}});
  }
  for (const std::string& id : request.interaction_ids()) off.interactions.push_back({id});
  return off;
}

}  // namespace

void ServeSplits(rpc::Server& server, Splits& splits) {
  const std::string service = "muara.ticket.v1.Splits/";
  server.Unary<v1::SplitTicketRequest, v1::Ticket>(
      service + "SplitTicket",
      [&splits](const rpc::Call& call, const auto& request) -> Result<v1::Ticket> {
        ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
        ASSIGN_OR_RETURN(const SplitOff off, SplitOffOf(request));
        return Answer(splits.Split(change, off));
      });
  server.Unary<v1::UnsplitTicketRequest, v1::Ticket>(
      service + "UnsplitTicket",
      [&splits](const rpc::Call& call, const auto& request) -> Result<v1::Ticket> {
        ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
        return Answer(splits.Undo(change));
      });
}

}  // namespace muara::ticket

// Bulk edits over the wire.
#include "services/ticket/app/bulk/bulk_edits.h"

#include "muara/ticket/v1/bulk_edits.pb.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/bulk.h"
#include "services/ticket/wire/rules_proto.h"
#include "services/ticket/wire/search.h"

namespace muara::ticket {
namespace {

Result<v1::BulkEdit> Answer(const Result<BulkEdit>& edit) {
  if (!edit.ok()) return edit.error();
  return wire::ToProto(*edit);
}

Result<v1::BulkEdit> Create(BulkEdits& edits, const rpc::Call& call,
                            const v1::CreateBulkEditRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, kReasonBytesMax));
  // What was forgotten, or lost on the way, is not every ticket that there is.
  if (request.filter().ByteSizeLong() == 0) {
    return InvalidFields({{"filter", "is required: without one it would be every ticket"}});
  }
  NewBulkEdit wanted;
  ASSIGN_OR_RETURN(wanted.filter, wire::FromProto(request.filter(), MeOf(call)));
  wanted.actions = wire::ActionsOf(request.actions());
  wanted.owner = call.principal.subject;
  wanted.reason = request.reason();
  return Answer(edits.Create(key, wanted));
}

Result<v1::PreviewBulkEditResponse> CountOf(Search& search, const rpc::Call& call,
                                            const v1::PreviewBulkEditRequest& request) {
  ASSIGN_OR_RETURN(const Filter filter, wire::FromProto(request.filter(), MeOf(call)));
  ASSIGN_OR_RETURN(const store::Counted counted, search.Count(filter, kBulkTicketsMax));
  v1::PreviewBulkEditResponse response;
  response.set_count(static_cast<int>(counted.count));
  response.set_at_least(counted.at_least);
  return response;
}

Result<v1::ListBulkEditsResponse> List(BulkEdits& edits, const v1::ListBulkEditsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found, edits.List(page.size + 1, page.after));
  v1::ListBulkEditsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_bulk_edits() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    const BulkEdit& last = found[shown - 1];
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(ToMicros(last.create_time)), last.id}));
  }
  return response;
}

Result<v1::ListBulkItemsResponse> Items(BulkEdits& edits, const v1::ListBulkItemsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  std::optional<BulkItemState> state;
  if (request.state() != v1::BULK_ITEM_STATE_UNSPECIFIED) {
    if (!v1::BulkItemState_IsValid(request.state())) {
      return InvalidFields({{"state", "is unknown"}});
    }
    state = static_cast<BulkItemState>(request.state());
  }
  const int after = page.after.empty() ? 0 : std::atoi(page.after[0].c_str());
  ASSIGN_OR_RETURN(const auto found, edits.Items(request.id(), state, page.size + 1, after));
  v1::ListBulkItemsResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) {
    v1::BulkItem& out = *response.add_items();
    out.set_ticket_id(found[i].ticket_id.value);
    out.set_state(static_cast<v1::BulkItemState>(found[i].state));
    out.set_reason(found[i].reason);
  }
  if (found.size() > shown) {
    response.set_next_page_token(
        rpc::NextPageToken(request, {std::to_string(found[shown - 1].number)}));
  }
  return response;
}

}  // namespace

void ServeBulkEdits(rpc::Server& server, BulkEdits& edits, Search& search) {
  const std::string service = "muara.ticket.v1.BulkEdits/";
  server.Unary<v1::CreateBulkEditRequest, v1::BulkEdit>(
      service + "CreateBulkEdit", [&edits](const rpc::Call& call, const auto& request) {
        return Create(edits, call, request);
      });
  server.Unary<v1::PreviewBulkEditRequest, v1::PreviewBulkEditResponse>(
      service + "PreviewBulkEdit", [&search](const rpc::Call& call, const auto& request) {
        return CountOf(search, call, request);
      });
  server.Unary<v1::GetBulkEditRequest, v1::BulkEdit>(
      service + "GetBulkEdit",
      [&edits](const rpc::Call&, const auto& request) { return Answer(edits.Get(request.id())); });
  server.Unary<v1::ListBulkEditsRequest, v1::ListBulkEditsResponse>(
      service + "ListBulkEdits",
      [&edits](const rpc::Call&, const auto& request) { return List(edits, request); });
  server.Unary<v1::ListBulkItemsRequest, v1::ListBulkItemsResponse>(
      service + "ListBulkItems",
      [&edits](const rpc::Call&, const auto& request) { return Items(edits, request); });
  server.Unary<v1::CancelBulkEditRequest, v1::BulkEdit>(
      service + "CancelBulkEdit",
      [&edits](const rpc::Call& call, const auto& request) -> Result<v1::BulkEdit> {
        ASSIGN_OR_RETURN(const Edit change, EditOf(call, request));
        return Answer(edits.Cancel(change, request.id()));
      });
  server.Unary<v1::UndoBulkEditRequest, v1::BulkEdit>(
      service + "UndoBulkEdit",
      [&edits](const rpc::Call& call, const auto& request) -> Result<v1::BulkEdit> {
        ASSIGN_OR_RETURN(const Edit change, EditOf(call, request));
        return Answer(edits.Undo(change, request.id()));
      });
}

}  // namespace muara::ticket

#include "services/ticket/app/rules/canned_replies.h"

#include "services/ticket/rpc/keeper.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/rules_proto.h"

namespace muara::ticket {
namespace {

Result<v1::CannedReply> Answer(const Result<CannedReply>& reply) {
  if (!reply.ok()) return reply.error();
  return wire::ToProto(*reply);
}

template <class Request>
CannedReply ReplyOf(const rpc::Call& call, const Request& request) {
  CannedReply reply;
  reply.shortcut = request.shortcut();
  reply.title = request.title();
  reply.language = request.language();
  reply.text = request.text();
  reply.owner = call.principal.subject;
  reply.shared = request.shared();
  return reply;
}

Result<v1::ListCannedRepliesResponse> List(CannedReplies& replies, const rpc::Call& call,
                                           const v1::ListCannedRepliesRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found, replies.List(KeeperOf(call), page.size + 1, AfterOf(page)));
  v1::ListCannedRepliesResponse response;
  const size_t shown = std::min<size_t>(found.size(), page.size);
  for (size_t i = 0; i < shown; ++i) *response.add_canned_replies() = wire::ToProto(found[i]);
  if (found.size() > shown) {
    const CannedReply& last = found[shown - 1];
    response.set_next_page_token(rpc::NextPageToken(request, {last.shortcut, last.id}));
  }
  return response;
}

Result<v1::CannedReply> Create(CannedReplies& replies, const rpc::Call& call,
                               const v1::CreateCannedReplyRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  return Answer(replies.Create(key, ReplyOf(call, request)));
}

Result<v1::CannedReply> UpdateReply(CannedReplies& replies, const rpc::Call& call,
                                    const v1::UpdateCannedReplyRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  CannedReply reply = ReplyOf(call, request);
  reply.id = request.id();
  return Answer(replies.Update(edit, reply, KeeperOf(call)));
}

Result<v1::DeleteCannedReplyResponse> Delete(CannedReplies& replies, const rpc::Call& call,
                                             const v1::DeleteCannedReplyRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  RETURN_IF_ERROR(replies.Delete(edit, request.id(), KeeperOf(call)));
  return v1::DeleteCannedReplyResponse();
}

Result<v1::PreviewCannedReplyResponse> PreviewReply(CannedReplies& replies, const rpc::Call& call,
                                                    const v1::PreviewCannedReplyRequest& request) {
  RETURN_IF_ERROR(CheckText("agent_name", request.agent_name(), 0, kNameBytesMax));
  v1::PreviewCannedReplyResponse response;
  ASSIGN_OR_RETURN(*response.mutable_text(),
                   replies.Preview(request.id(), TicketId{request.ticket_id()},
                                   request.agent_name(), KeeperOf(call)));
  return response;
}

}  // namespace

void ServeCannedReplies(rpc::Server& server, CannedReplies& replies) {
  const std::string service = "muara.ticket.v1.CannedReplies/";
  server.Unary<v1::GetCannedReplyRequest, v1::CannedReply>(
      service + "GetCannedReply", [&replies](const rpc::Call& call, const auto& request) {
        return Answer(replies.Get(request.id(), KeeperOf(call)));
      });
  server.Unary<v1::ListCannedRepliesRequest, v1::ListCannedRepliesResponse>(
      service + "ListCannedReplies", [&replies](const rpc::Call& call, const auto& request) {
        return List(replies, call, request);
      });
  server.Unary<v1::CreateCannedReplyRequest, v1::CannedReply>(
      service + "CreateCannedReply", [&replies](const rpc::Call& call, const auto& request) {
        return Create(replies, call, request);
      });
  server.Unary<v1::UpdateCannedReplyRequest, v1::CannedReply>(
      service + "UpdateCannedReply", [&replies](const rpc::Call& call, const auto& request) {
        return UpdateReply(replies, call, request);
      });
  server.Unary<v1::DeleteCannedReplyRequest, v1::DeleteCannedReplyResponse>(
      service + "DeleteCannedReply", [&replies](const rpc::Call& call, const auto& request) {
        return Delete(replies, call, request);
      });
  server.Unary<v1::PreviewCannedReplyRequest, v1::PreviewCannedReplyResponse>(
      service + "PreviewCannedReply", [&replies](const rpc::Call& call, const auto& request) {
        return PreviewReply(replies, call, request);
      });
}

}  // namespace muara::ticket

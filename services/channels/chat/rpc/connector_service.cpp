#include "services/channels/chat/rpc/connector_service.h"

#include "services/channels/chat/wire/connector.h"

namespace muara::chat {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using connector::v1::DescribeRequest;
using connector::v1::DescribeResponse;

DescribeResponse Describe(const std::string& endpoint) {
  DescribeResponse response;
  response.set_channel(connector::v1::CHANNEL_CHAT);
  response.add_endpoints(endpoint);
  response.set_text_bytes_max(kReplyBytesMax);
  // Our own log holds a delivery once, whatever became of an answer.
  response.set_provider_deduplicates(true);
  return response;
}

Result<DeliverResponse> Deliver(Conversations& conversations, const DeliverRequest& request) {
  const auto delivered = [&]() -> Result<Message> {
    ASSIGN_OR_RETURN(const Message message, wire::FromProto(request));
    return conversations.Deliver(message);
  }();
  if (delivered.ok()) return wire::Accepted(*delivered);
  const Error& error = delivered.error();
  const bool final = error.code == Code::kFailedPrecondition || error.code == Code::kNotFound;
  if (final) return wire::Rejected(error);
  return error;
}

}  // namespace

void ServeConnector(rpc::Server& server, Conversations& conversations, metrics::Registry& metrics) {
  server.Unary<DescribeRequest, DescribeResponse>(
      "muara.connector.v1.Connector/Describe",
      [&conversations](const rpc::Call&, const DescribeRequest&) -> Result<DescribeResponse> {
        return Describe(conversations.endpoint());
      });
  server.Unary<DeliverRequest, DeliverResponse>(
      "muara.connector.v1.Connector/Deliver",
      [&](const rpc::Call&, const DeliverRequest& request) -> Result<DeliverResponse> {
        const Result<DeliverResponse> response = Deliver(conversations, request);
        const bool accepted =
            response.ok() && response->outcome() == DeliverResponse::OUTCOME_ACCEPTED;
        metrics.Count("muara_chat_deliveries_total", {{"outcome", accepted        ? "accepted"
                                                                  : response.ok() ? "rejected"
                                                                                  : "failed"}});
        return response;
      });
}

}  // namespace muara::chat

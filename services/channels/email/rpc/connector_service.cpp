#include "services/channels/email/rpc/connector_service.h"

#include <set>

#include "services/channels/email/domain/mail.h"
#include "services/channels/email/wire/delivery.h"

namespace muara::email {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using connector::v1::DescribeRequest;
using connector::v1::DescribeResponse;

DescribeResponse Describe(const Endpoints& endpoints) {
  DescribeResponse response;
  response.set_channel(connector::v1::CHANNEL_EMAIL);
  std::set<std::string> ids;
  for (const Endpoint& endpoint : endpoints.all()) ids.insert(endpoint.id);
  for (const std::string& id : ids) response.add_endpoints(id);
  response.set_text_bytes_max(kTextMaxBytes);
  response.set_attachments(true);
  // A second copy has the same Message-ID, by which mail systems and readers know it again; and one
  // that shows twice does less harm than a reply that never comes. So what became UNKNOWN is sent
  // again on the next attempt; what is known as ACCEPTED never is.
  response.set_provider_deduplicates(true);
  return response;
}

}  // namespace

void ServeConnector(rpc::Server& server, Deliveries& deliveries, const Endpoints& endpoints) {
  server.Unary<DescribeRequest, DescribeResponse>(
      "muara.connector.v1.Connector/Describe",
      [&endpoints](const rpc::Call&, const DescribeRequest&) -> Result<DescribeResponse> {
        return Describe(endpoints);
      });
  server.Unary<DeliverRequest, DeliverResponse>(
      "muara.connector.v1.Connector/Deliver",
      [&deliveries](const rpc::Call&, const DeliverRequest& request) -> Result<DeliverResponse> {
        ASSIGN_OR_RETURN(const Delivery delivery, wire::FromProto(request));
        ASSIGN_OR_RETURN(const DeliveryOutcome outcome, deliveries.Deliver(delivery));
        return wire::ToProto(outcome);
      });
}

}  // namespace muara::email

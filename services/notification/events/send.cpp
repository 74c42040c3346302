#include "services/notification/events/send.h"

#include "muara/connector/v1/connector.pb.h"

namespace muara::notification {
namespace {

using connector::v1::DeliverResponse;

constexpr int kDeliverMs = 30000;

Sent FromError(const Error& error) {
  // The connector never says INVALID_ARGUMENT of what may work later.
  const bool final =
      error.code == Code::kInvalidArgument || error.code == Code::kFailedPrecondition;
  return {final ? Sent::Outcome::kFinal : Sent::Outcome::kTryAgain, "", error.reason};
}

Sent FromRejection(const DeliverResponse& response) {
  switch (response.group()) {
    case DeliverResponse::ERROR_GROUP_FINAL:
    case DeliverResponse::ERROR_GROUP_CALLER:
      return {Sent::Outcome::kFinal, "", response.reason()};
    case DeliverResponse::ERROR_GROUP_ENDPOINT:
      return {Sent::Outcome::kEndpoint, "", response.reason()};
    default:
      return {Sent::Outcome::kTryAgain, "", response.reason()};
  }
}

}  // namespace

bool Connectors::Deduplicates(Channel channel) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = deduplicates_.find(channel); known != deduplicates_.end()) {
      return known->second;
    }
  }
  const auto told = clients_.at(channel)->Ask<connector::v1::DescribeResponse>(
      "muara.connector.v1.Connector/Describe", connector::v1::DescribeRequest());
  if (!told.ok()) return false;
  const std::lock_guard lock(mutex_);
  return deduplicates_[channel] = told->provider_deduplicates();
}

Sent Connectors::Send(const Delivery& delivery) {
  const auto client = clients_.find(delivery.channel);
  if (client == clients_.end()) return {Sent::Outcome::kFinal, "", "NO_CONNECTOR"};
  connector::v1::DeliverRequest request;
  if (!request.ParseFromString(delivery.request)) return {Sent::Outcome::kFinal, "", "BAD_REQUEST"};
  request.set_attempt(delivery.attempts);
  const auto response = client->second->Ask<DeliverResponse>("muara.connector.v1.Connector/Deliver",
                                                             request, {.deadline_ms = kDeliverMs});
  if (!response.ok()) return FromError(response.error());
  switch (response->outcome()) {
    case DeliverResponse::OUTCOME_ACCEPTED:
      return {Sent::Outcome::kAccepted, response->provider_message_id(), ""};
    case DeliverResponse::OUTCOME_REJECTED:
      return FromRejection(*response);
    default:
      return {Deduplicates(delivery.channel) ? Sent::Outcome::kTryAgain : Sent::Outcome::kUnknown,
              "", response->reason().empty() ? "ANSWER_LOST" : response->reason()};
  }
}

}  // namespace muara::notification

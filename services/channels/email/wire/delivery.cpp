#include "services/channels/email/wire/delivery.h"

namespace muara::email::wire {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;

constexpr size_t kIdMaxBytes = 128;

// The enum is open: a purpose that this build does not know is answered like a reply.
Purpose FromProto(connector::v1::Purpose purpose) {
  if (purpose == connector::v1::PURPOSE_ACKNOWLEDGEMENT) return Purpose::kAcknowledgement;
  if (purpose == connector::v1::PURPOSE_SURVEY) return Purpose::kSurvey;
  return Purpose::kReply;
}

void SetOutcome(DeliverResponse& response, DeliverResponse::Outcome outcome,
                DeliverResponse::ErrorGroup group) {
  response.set_outcome(outcome);
  response.set_group(group);
}

}  // namespace

Result<Delivery> FromProto(const DeliverRequest& request) {
  std::vector<Violation> violations;
  const bool id_fits =
      !request.delivery_id().empty() && request.delivery_id().size() <= kIdMaxBytes;
  if (!id_fits) violations.push_back({"delivery_id", "must have 1 to 128 bytes"});
  if (request.attempt() < 1) violations.push_back({"attempt", "must be 1 or more"});
  Delivery delivery;
  for (const auto& point : request.recipients()) {
    if (point.kind() == connector::v1::CONTACT_POINT_KIND_EMAIL) {
      delivery.recipients.push_back(point.value());
    }
  }
  if (delivery.recipients.empty()) {
    violations.push_back({"recipients", "hold no e-mail address"});
  }
  if (!violations.empty()) return InvalidFields(std::move(violations));
  delivery.id = request.delivery_id();
  delivery.attempt = request.attempt();
  delivery.endpoint = request.endpoint();
  delivery.conversation = request.conversation();
  delivery.ticket_id = request.ticket_id();
  delivery.ticket_reference = request.ticket_reference();
  delivery.subject = request.content().subject();
  delivery.text = request.content().text();
  for (const auto& one : request.content().attachments()) {
    delivery.attachments.push_back({one.reference(), one.file_name(), one.content_type()});
  }
  delivery.purpose = FromProto(request.purpose());
  delivery.author_name = request.author_name();
  delivery.in_reply_to = request.in_reply_to();
  delivery.references.assign(request.references().begin(), request.references().end());
  return delivery;
}

DeliverResponse ToProto(const DeliveryOutcome& outcome) {
  DeliverResponse response;
  response.set_provider_message_id(outcome.provider_message_id);
  response.set_reason(outcome.reason);
  response.set_detail(outcome.detail);
  switch (outcome.state) {
    case DeliveryState::kAccepted:
      SetOutcome(response, DeliverResponse::OUTCOME_ACCEPTED,
                 DeliverResponse::ERROR_GROUP_UNSPECIFIED);
      break;
    case DeliveryState::kAttempting:
    case DeliveryState::kUnknown:
      SetOutcome(response, DeliverResponse::OUTCOME_UNKNOWN,
                 DeliverResponse::ERROR_GROUP_UNSPECIFIED);
      break;
    case DeliveryState::kRejected:
      SetOutcome(response, DeliverResponse::OUTCOME_REJECTED, DeliverResponse::ERROR_GROUP_FINAL);
      break;
    case DeliveryState::kRetry:
      SetOutcome(response, DeliverResponse::OUTCOME_REJECTED, DeliverResponse::ERROR_GROUP_RETRY);
      break;
    case DeliveryState::kEndpointFault:
      SetOutcome(response, DeliverResponse::OUTCOME_REJECTED,
                 DeliverResponse::ERROR_GROUP_ENDPOINT);
      break;
    case DeliveryState::kCallerFault:
      SetOutcome(response, DeliverResponse::OUTCOME_REJECTED, DeliverResponse::ERROR_GROUP_CALLER);
      break;
  }
  return response;
}

}  // namespace muara::email::wire

#include "services/notification/wire/deliveries.h"

#include "libs/rpc/timestamp.h"
#include "muara/notification/v1/facts.pb.h"
#include "services/notification/wire/events.h"

namespace muara::notification::wire {

static_assert(static_cast<int>(DeliveryState::kUnknown) == ticket::v1::DELIVERY_STATUS_UNKNOWN);
static_assert(static_cast<int>(Purpose::kSurvey) == connector::v1::PURPOSE_SURVEY);
static_assert(static_cast<int>(Channel::kApi) == connector::v1::CHANNEL_API);

v1::Delivery ToProto(const Delivery& delivery) {
  v1::Delivery out;
  out.set_id(delivery.id);
  out.set_ticket_id(delivery.ticket_id);
  out.set_interaction_id(delivery.interaction_id);
  out.set_purpose(static_cast<connector::v1::Purpose>(delivery.purpose));
  out.set_channel(static_cast<connector::v1::Channel>(delivery.channel));
  out.set_endpoint(delivery.endpoint);
  out.set_conversation(delivery.conversation);
  out.set_status(static_cast<ticket::v1::DeliveryStatus>(delivery.state));
  out.set_attempts(delivery.attempts);
  out.set_reason(delivery.reason);
  rpc::SetTimestamp(out.mutable_create_time(), delivery.create_time);
  rpc::SetTimestamp(out.mutable_update_time(), delivery.update_time);
  rpc::SetTimestamp(out.mutable_next_attempt_time(), delivery.next_attempt_time);
  out.set_provider_message_id(delivery.provider_message_id);
  out.set_version(delivery.version);
  return out;
}

bus::Fact DeliveryUpdated(const Delivery& delivery) {
  v1::DeliveryUpdated message;
  *message.mutable_delivery() = ToProto(delivery);
  return {delivery.id, v1::DeliveryUpdated::descriptor()->full_name(), message.SerializeAsString()};
}

}  // namespace muara::notification::wire

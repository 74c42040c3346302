// Deliveries from and to the connector contract.
#pragma once

#include "libs/base/result.h"
#include "muara/connector/v1/connector.pb.h"
#include "services/channels/email/domain/delivery.h"

namespace muara::email::wire {

// kInvalidArgument that names every field that is missing or malformed.
Result<Delivery> FromProto(const connector::v1::DeliverRequest& request);

connector::v1::DeliverResponse ToProto(const DeliveryOutcome& outcome);

}  // namespace muara::email::wire

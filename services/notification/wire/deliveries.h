// Deliveries as messages and facts.
#pragma once

#include "libs/bus/event_log.h"
#include "services/notification/domain/delivery.h"

namespace muara::notification::v1 {
class Delivery;
}

namespace muara::notification::wire {

v1::Delivery ToProto(const Delivery& delivery);
bus::Fact DeliveryUpdated(const Delivery& delivery);

}  // namespace muara::notification::wire

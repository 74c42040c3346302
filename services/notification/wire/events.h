// What this service tells, as facts. Key: the delivery's id.
#pragma once

#include "libs/bus/event_log.h"
#include "services/notification/domain/delivery.h"

namespace muara::notification::wire {

bus::Fact DeliveryUpdated(const Delivery& delivery);

}  // namespace muara::notification::wire

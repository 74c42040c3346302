// Deliveries as messages.
#pragma once

#include "services/notification/domain/delivery.h"

namespace muara::notification::v1 {
class Delivery;
}

namespace muara::notification::wire {

v1::Delivery ToProto(const Delivery& delivery);

}  // namespace muara::notification::wire

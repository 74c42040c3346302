// The routing policy as a message.
#pragma once

#include "muara/routing/v1/policy.pb.h"
#include "services/routing/domain/policy.h"

namespace muara::routing::wire {

v1::RoutingPolicy ToProto(const RoutingPolicy& policy);

}  // namespace muara::routing::wire

// What this service tells of its policy.
#pragma once

#include "libs/bus/event_log.h"
#include "services/routing/domain/policy.h"

namespace muara::routing::wire {

bus::Fact RoutingPolicyChanged(const RoutingPolicy& policy);

}  // namespace muara::routing::wire

// What admins set, as messages.
#pragma once

#include "muara/ticket/v1/queue_policy.pb.h"
#include "muara/ticket/v1/status_name.pb.h"
#include "services/ticket/domain/status_name.h"

namespace muara::ticket::wire {

v1::QueuePolicy ToProto(const QueuePolicy& policy);
v1::StatusName ToProto(const NamedStatus& name);

}  // namespace muara::ticket::wire

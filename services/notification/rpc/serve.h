// Serves this service's methods: parse, call, answer.
#pragma once

#include "libs/rpc/server.h"
#include "services/notification/app/deliveries.h"

namespace muara::notification {

void ServeNotifications(rpc::Server& server, Deliveries& deliveries);

}  // namespace muara::notification

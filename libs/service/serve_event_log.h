// Serves a log as muara.event.v1.EventLog.
#pragma once

#include "libs/bus/owner_log.h"
#include "libs/rpc/server.h"

namespace muara::service {

// The log must outlive the server.
void ServeEventLog(rpc::Server& server, const bus::OwnerLog& log);

}  // namespace muara::service

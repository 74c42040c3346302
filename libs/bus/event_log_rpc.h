// Serves a log as muara.event.v1.EventLog.
#pragma once

#include "libs/bus/event_log.h"
#include "libs/rpc/server.h"

namespace muara::bus {

// Both must outlive the server.
void ServeEventLog(rpc::Server& server, sql::Database& database, const EventLog& log);

}  // namespace muara::bus

// GET /v1/events: live facts as server-sent events, for whoever may watch.
#pragma once

#include "libs/http/server.h"
#include "services/gateway/app/live_events.h"
#include "services/gateway/app/logins.h"
#include "services/gateway/clients/backends.h"

namespace muara::gateway {

// All must outlive the handler. `Last-Event-ID` or ?last_event_id= resumes, ?types=A,B filters. Who
// watches is kept by the ticket service before anything is sent: without it nobody begins.
http::EventHandler EventsRoute(const Logins& logins, const Backends& backends, LiveEvents& events);

}  // namespace muara::gateway

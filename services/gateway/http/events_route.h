// GET /v1/events: live facts as server-sent events, for whoever may watch.
#pragma once

#include "libs/http/server.h"
#include "services/gateway/app/live_events.h"
#include "services/gateway/app/logins.h"

namespace muara::gateway {

// Both must outlive the handler. `Last-Event-ID` or ?last_event_id= resumes, ?types=A,B filters.
http::EventHandler EventsRoute(const Logins& logins, LiveEvents& events);

}  // namespace muara::gateway

// The public HTTP server of the gateway: API, live events, survey pages; every answer with the
// headers that keep browsers careful. No CORS: other origins may not read anything here.
#pragma once

#include "libs/http/server.h"
#include "services/gateway/app/live_events.h"
#include "services/gateway/app/logins.h"
#include "services/gateway/http/api.h"
#include "services/gateway/http/survey_page.h"

namespace muara::gateway {

class Edge {
 public:
  // All of them must outlive it.
  Edge(http::Options options, Api& api, const Logins& logins, const Backends& backends,
       LiveEvents& events, SurveyPage& survey);

  Status Start() { return server_.Start(); }
  int port() const { return server_.port(); }
  void Stop() { server_.Stop(); }

 private:
  http::Server server_;
};

}  // namespace muara::gateway

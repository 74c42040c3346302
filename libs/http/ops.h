// The operations port of a service: GET /livez, /readyz and /metrics. Never exposed to the public.
// The two functions are called on a worker of its own small pool and should answer quickly.
#pragma once

#include <functional>
#include <string>

#include "libs/http/server.h"

namespace muara::http {

struct OpsOptions {
  std::string address = "127.0.0.1";
  int port = 0;
};

class OpsServer {
 public:
  // `ready` says why not; `metrics` gives the text format of Prometheus.
  OpsServer(OpsOptions options, std::function<Status()> ready,
            std::function<std::string()> metrics);

  Status Start() { return server_.Start(); }
  int port() const { return server_.port(); }
  void Stop() { server_.Stop(); }

 private:
  Server server_;
};

}  // namespace muara::http

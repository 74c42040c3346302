#include "libs/http/ops.h"

#include <utility>

#include "libs/http/problem.h"

namespace muara::http {
namespace {

Options ToOptions(OpsOptions ops) {
  Options options;
  options.address = std::move(ops.address);
  options.port = ops.port;
  options.body_size_max = 1024;
  options.connections_max = 64;
  options.worker_threads = 2;
  options.queue_max = 32;
  options.drain_timeout_ms = 1000;
  return options;
}

Response Readiness(const Status& status) {
  if (status.ok()) return TextResponse(200, "ready\n");
  // Whatever the code is, a balancer understands 503 only.
  return ProblemResponse(503, status.error().reason, status.error().message);
}

}  // namespace

OpsServer::OpsServer(OpsOptions options, std::function<Status()> ready,
                     std::function<std::string()> metrics)
    : server_(ToOptions(std::move(options))) {
  server_.Handle("GET", "/livez", [](const Request&) { return TextResponse(200, "alive\n"); });
  server_.Handle("GET", "/readyz",
                 [ready = std::move(ready)](const Request&) { return Readiness(ready()); });
  server_.Handle("GET", "/metrics", [metrics = std::move(metrics)](const Request&) {
    Response response = TextResponse(200, metrics());
    response.headers.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
  });
}

}  // namespace muara::http

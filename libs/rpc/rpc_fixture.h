// A real server and real clients in one process, for tests of what a service says to callers.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "libs/metrics/metrics.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"

namespace muara::rpc {

class Wire {
 public:
  Wire() : server_(ServerOptions{.threads = 8}, Keys(), metrics_) {}
  ~Wire() { server_.Drain(std::chrono::milliseconds(500)); }

  Server& server() { return server_; }
  // After every service has been served.
  void Start() {
    const Status started = server_.Start();
    CHECK(started.ok());
  }
  // Whoever calls: "agents/7" with one role.
  std::unique_ptr<Client> As(const std::string& subject, Role role) {
    return std::make_unique<Client>("127.0.0.1:" + std::to_string(server_.port()), Keys(),
                                    Principal{subject, {role}});
  }

 private:
  static TokenKeys Keys() { return TokenKeys({std::string(32, 'w')}); }

  metrics::Registry metrics_;
  Server server_;
};

// "INVALID_FIELDS text": the reason and every named field, in order; "OK" where it went well.
template <class T>
std::string Refusal(const Result<T>& result) {
  if (result.ok()) return "OK";
  std::string text = result.error().reason;
  for (const Violation& violation : result.error().violations) text += " " + violation.field;
  return text;
}

}  // namespace muara::rpc

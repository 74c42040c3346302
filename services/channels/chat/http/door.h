// The public HTTP server of the chat: the WebSocket at /v1/chat, and a page that speaks it. Thread
// safe.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "libs/http/server.h"
#include "services/channels/chat/http/visit.h"

namespace muara::chat {

struct DoorOptions {
  http::Options http;
  LimitOptions limits;
  std::vector<std::string> origins;  // pages of these may connect and frame, besides our own
};

class Door {
 public:
  // All outlive it.
  Door(DoorOptions options, sql::Database& database, Conversations& conversations, Feed& feed,
       const Clock& clock, metrics::Registry& metrics);

  Status Start() { return server_.Start(); }
  int port() const { return server_.port(); }
  // Tells every socket to go elsewhere (1001), and lets what is under way end.
  void Stop() { server_.Stop(); }
  // Ends sockets that said no hello in ten seconds.
  Status EndSilentOnes();

 private:
  using Accepted = std::variant<http::WebSocketEvents, http::Response>;
  Accepted Accept(const http::Request& request);
  bool MayConnect(const http::Request& request) const;
  void Enter(const std::shared_ptr<Visit>& visit);
  void Leave(const std::shared_ptr<Visit>& visit);

  const std::vector<std::string> origins_;
  Limits limits_;
  Reception reception_;
  std::mutex mutex_;
  std::set<std::shared_ptr<Visit>> visits_;
  http::Server server_;  // last: its connections use the rest
};

}  // namespace muara::chat

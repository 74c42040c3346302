// An HTTP/1.1 server with event streams and WebSockets: one I/O thread for all sockets, a bounded
// pool of workers on which handlers run and may block. No TLS: a proxy in front terminates it.
// Routes are set before Start; everything else is thread safe. Times are milliseconds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libs/base/result.h"
#include "libs/http/event_stream.h"
#include "libs/http/message.h"
#include "libs/http/web_socket.h"

namespace muara::http {

// A path that takes larger bodies than the others, a few at once, each in more time.
struct LargeBodies {
  std::string method;
  std::string path;  // exact
  size_t body_size_max = 0;
  int at_once_max = 16;  // one more is answered 503
};

struct Options {
  std::string address = "127.0.0.1";
  int port = 0;  // 0: any free one
  size_t body_size_max = 1 << 20;
  std::optional<LargeBodies> large_bodies;
  size_t header_size_max = 16 << 10;  // request line and headers together
  int idle_timeout_ms = 60'000;       // between requests of one connection
  // From first to last byte of a request, and of an answer; each mebibyte has two seconds more.
  int request_timeout_ms = 15'000;
  size_t connections_max = 4096;  // one more is answered 503 and closed
  size_t worker_threads = 16;
  size_t queue_max = 256;         // requests that wait for a worker; one more is answered 503
  int drain_timeout_ms = 10'000;  // how long Stop waits for what is in flight
  size_t stream_pending_bytes_max = 1 << 20;  // unsent bytes of one event stream or WebSocket
  int stream_heartbeat_ms = 15'000;           // a comment line when nothing else was sent
  size_t web_socket_message_size_max = 64 << 10;
  int web_socket_idle_timeout_ms = 60'000;   // pinged at half of it, closed at all of it
  std::vector<std::string> trusted_proxies;  // peers whose X-Forwarded-For is believed
  // Called after each plain answer was handed over, on a worker: for metrics and access logs.
  std::function<void(const Request&, int status, int64_t duration_us)> observe;
};

using Handler = std::function<Response(const Request&)>;
// Keeps the stream and returns nothing, or refuses with an answer.
using EventHandler =
    std::function<std::optional<Response>(const Request&, std::shared_ptr<EventStream>)>;
// Accepts with this socket's own callbacks, or refuses with an answer.
using WebSocketHandler = std::function<std::variant<WebSocketEvents, Response>(const Request&)>;
using OriginCheck = std::function<bool(const Request&)>;

// No Origin at all (not a browser), or the same host and port as the request's own.
bool SameOrigin(const Request& request);

class Server {
 public:
  explicit Server(Options options);
  ~Server();  // Stop
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // A path is exact, or ends in "/*" and takes everything below; exact wins, then the longest.
  // GET handlers answer HEAD too. A known path with another method is answered 405.
  void Handle(std::string method, std::string path, Handler handler);
  void HandleEvents(std::string path, EventHandler handler);
  void HandleWebSocket(std::string path, OriginCheck origin, WebSocketHandler handler);
  void HandleRest(Handler handler);  // every path without a route; without it those are 404

  Status Start();
  int port() const;  // after Start
  // Accepts no more, ends streams and sockets, finishes what is in flight within drain_timeout_ms,
  // cuts the rest. Waits for running handlers, so these need deadlines of their own.
  void Stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace muara::http

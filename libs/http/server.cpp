#include "libs/http/server.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <utility>

#include "libs/http/connections.h"

namespace muara::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kAcceptPause(100);  // out of file descriptors: let some close
constexpr milliseconds kAbortTimeout(2000);
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";

Error CannotListen(const Options& options, const error_code& error) {
  return MakeError(Code::kUnavailable, "CANNOT_LISTEN",
                   "cannot listen on " + options.address + ":" + std::to_string(options.port) +
                       ": " + error.message());
}

}  // namespace

bool SameOrigin(const Request& request) {
  const std::string_view origin = request.headers.Get("Origin");
  if (origin.empty()) return true;
  const size_t scheme_end = origin.find("://");
  return scheme_end != origin.npos &&
         EqualWithoutCase(origin.substr(scheme_end + 3), request.headers.Get("Host"));
}

struct Server::Parts {
  // The context goes last: destroying it destroys what connections are left, which use the rest.
  Shared shared;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::ip::tcp::acceptor acceptor{context};
  asio::steady_timer accept_pause{context};
  std::thread io_thread;
  int port = 0;
  bool started = false;

  explicit Parts(Options options) : shared(std::move(options)) {}

  Status Listen() {
    error_code error;
    const auto address = asio::ip::make_address(shared.options.address, error);
    if (error) return CannotListen(shared.options, error);
    const asio::ip::tcp::endpoint endpoint(address, static_cast<uint16_t>(shared.options.port));
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return CannotListen(shared.options, error);
    port = acceptor.local_endpoint().port();
    return Ok();
  }

  void Accept() {
    acceptor.async_accept([this](error_code error, asio::ip::tcp::socket socket) {
      if (!acceptor.is_open()) return;
      if (error) return PauseThenAccept();
      if (shared.registry.size() >= shared.options.connections_max) {
        socket.non_blocking(true, error);
        socket.write_some(asio::buffer(kFull), error);
      } else {
        StartHttpConnection(std::move(socket), shared);
      }
      Accept();
    });
  }

  void PauseThenAccept() {
    accept_pause.expires_after(kAcceptPause);
    accept_pause.async_wait([this](error_code error) {
      if (!error && acceptor.is_open()) Accept();
    });
  }

  void BeginDrain() {
    shared.draining = true;
    error_code ignored;
    acceptor.close(ignored);
    accept_pause.cancel();
    for (const auto& connection : shared.registry.All()) connection->Drain();
  }

  void CutTheRest() {
    for (const auto& connection : shared.registry.All()) connection->Abort();
  }
};

Server::Server(Options options) : parts_(std::make_unique<Parts>(std::move(options))) {}

Server::~Server() { Stop(); }

void Server::Handle(std::string method, std::string path, Handler handler) {
  parts_->shared.router.Add(std::move(method), std::move(path), std::move(handler));
}

void Server::HandleEvents(std::string path, EventHandler handler) {
  parts_->shared.router.Add("GET", std::move(path), std::move(handler));
}

void Server::HandleWebSocket(std::string path, OriginCheck origin, WebSocketHandler handler) {
  parts_->shared.router.Add("GET", std::move(path),
                            WebSocketRoute{std::move(origin), std::move(handler)});
}

void Server::HandleRest(Handler handler) { parts_->shared.router.SetRest(std::move(handler)); }

Status Server::Start() {
  CHECK(!parts_->started);
  RETURN_IF_ERROR(parts_->Listen());
  parts_->started = true;
  parts_->Accept();
  parts_->io_thread = std::thread([this] { parts_->context.run(); });
  return Ok();
}

int Server::port() const { return parts_->port; }

void Server::Stop() {
  Parts& parts = *parts_;
  if (parts.io_thread.joinable()) {
    asio::post(parts.context, [&parts] { parts.BeginDrain(); });
    if (!parts.shared.registry.WaitUntilEmpty(
            milliseconds(parts.shared.options.drain_timeout_ms))) {
      asio::post(parts.context, [&parts] { parts.CutTheRest(); });
      parts.shared.registry.WaitUntilEmpty(kAbortTimeout);
    }
  }
  // Workers first: what they post back needs the context.
  parts.shared.pool.Stop();
  parts.work.reset();
  parts.context.stop();
  if (parts.io_thread.joinable()) parts.io_thread.join();
}

}  // namespace muara::http

// How the three kinds of connection begin; private to the library. All of them live on the server's
// one I/O thread, and hand handlers to its pool.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "libs/base/worker_pool.h"
#include "libs/http/registry.h"
#include "libs/http/router.h"
#include "libs/http/serial_queue.h"
#include "libs/http/server.h"

namespace muara::http {

// What all connections of one server share; outlives them.
struct Shared {
  Options options;
  Router router;
  WorkerPool pool;
  Registry registry;
  std::atomic<bool> draining{false};
  int large_bodies = 0;  // under way; of the I/O thread

  explicit Shared(Options given)
      : options(std::move(given)),
        pool(static_cast<int>(options.worker_threads), options.queue_max) {}
};

void StartHttpConnection(boost::asio::ip::tcp::socket socket, Shared& shared);
// Writes the head of the answer, then whatever the stream is sent.
void StartEventConnection(boost::asio::ip::tcp::socket socket, std::shared_ptr<EventStream> stream,
                          Shared& shared);
// `upgrade` is the request as it came: the handshake needs its headers.
void StartWebSocketConnection(boost::asio::ip::tcp::socket socket, const Request& upgrade,
                              WebSocketEvents events, Shared& shared);

}  // namespace muara::http

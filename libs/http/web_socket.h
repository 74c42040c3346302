// One open WebSocket, written from any thread; text messages only. A reader that falls behind the
// byte limit is cut off. Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "libs/http/outbox.h"

namespace muara::http {

class WebSocket {
 public:
  explicit WebSocket(size_t pending_bytes_max) : outbox_(pending_bytes_max) {}

  // False: closed, now or before.
  bool Send(std::string text) { return outbox_.Push(std::move(text)); }
  // What was sent is flushed first. Codes as in RFC 6455, 7.4; a reason has at most 123 bytes.
  void Close(uint16_t code, std::string reason);
  bool closed() const { return !outbox_.open(); }

  // The server's side.
  Outbox& outbox() { return outbox_; }
  struct CloseReason {
    uint16_t code = 1000;
    std::string reason;
  };
  CloseReason close_reason() const;

 private:
  Outbox outbox_;
  mutable std::mutex mutex_;
  CloseReason close_reason_;
};

// What happens on one socket: called on the worker pool, in order, never two at a time. on_close is
// called once, last, with the peer's code or 1006.
struct WebSocketEvents {
  std::function<void(const std::shared_ptr<WebSocket>&)> on_open;
  std::function<void(const std::shared_ptr<WebSocket>&, const std::string& text)> on_text;
  std::function<void(const std::shared_ptr<WebSocket>&, uint16_t code)> on_close;
};

}  // namespace muara::http

// One open text/event-stream answer, written from any thread. A reader that falls behind the byte
// limit is closed; it comes back with Last-Event-ID. Thread safe.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "libs/http/outbox.h"

namespace muara::http {

class EventStream {
 public:
  explicit EventStream(size_t pending_bytes_max) : outbox_(pending_bytes_max) {}

  // `chunk` is whole events or comments, each ended by an empty line. False: closed, now or before.
  bool Send(std::string chunk) { return outbox_.Push(std::move(chunk)); }
  // What was sent is flushed first.
  void Close() { outbox_.Finish(); }
  bool closed() const { return !outbox_.open(); }
  // Sent but not yet taken by the kernel; lets a replay wait instead of overflowing.
  size_t pending_bytes() const { return outbox_.pending_bytes(); }
  // Runs once when the connection is gone, on a worker; at once if it already is.
  void OnClose(std::function<void()> callback);

  // The server's side.
  Outbox& outbox() { return outbox_; }
  void ConnectionGone();

 private:
  Outbox outbox_;
  std::mutex mutex_;
  bool gone_ = false;
  std::function<void()> on_close_;
};

}  // namespace muara::http

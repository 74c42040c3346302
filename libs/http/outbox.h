// What waits to be written to one connection, bounded in bytes: any thread pushes, the connection
// takes. A peer that reads too slowly overflows it, and an outbox that overflowed stays shut.
// Thread safe.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace muara::http {

class Outbox {
 public:
  explicit Outbox(size_t bytes_max) : bytes_max_(bytes_max) {}

  // False once it is shut; a push beyond the limit shuts it and drops what waits.
  bool Push(std::string piece);
  // Nothing more may be pushed; what waits is still sent.
  void Finish();
  bool open() const;
  size_t pending_bytes() const;

  // The connection's side. `wake` runs under the outbox's lock at every change: it may only post.
  void Attach(std::function<void()> wake);
  void Detach();  // shuts it; wake is not called after this returns
  enum class State { kOpen, kFinished, kOverflowed };
  struct Taken {
    std::optional<std::string> piece;
    State state = State::kOpen;
  };
  // The next piece, which counts as pending until the next Take.
  Taken Take();

 private:
  void WakeLocked() const;

  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::deque<std::string> pieces_;
  size_t bytes_ = 0;
  size_t taken_bytes_ = 0;
  State state_ = State::kOpen;
  std::function<void()> wake_;
};

}  // namespace muara::http

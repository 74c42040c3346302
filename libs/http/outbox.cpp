#include "libs/http/outbox.h"

#include <utility>

namespace muara::http {

bool Outbox::Push(std::string piece) {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kOpen) return false;
  if (bytes_ + piece.size() > bytes_max_) {
    state_ = State::kOverflowed;
    pieces_.clear();
    WakeLocked();
    return false;
  }
  bytes_ += piece.size();
  pieces_.push_back(std::move(piece));
  WakeLocked();
  return true;
}

void Outbox::Finish() {
  const std::lock_guard lock(mutex_);
  if (state_ != State::kOpen) return;
  state_ = State::kFinished;
  WakeLocked();
}

bool Outbox::open() const {
  const std::lock_guard lock(mutex_);
  return state_ == State::kOpen;
}

size_t Outbox::pending_bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void Outbox::Attach(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
  WakeLocked();
}

void Outbox::Detach() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  if (state_ == State::kOpen) state_ = State::kFinished;
  pieces_.clear();
}

Outbox::Taken Outbox::Take() {
  const std::lock_guard lock(mutex_);
  bytes_ -= taken_bytes_;
  taken_bytes_ = 0;
  if (pieces_.empty()) return {std::nullopt, state_};
  Taken taken{std::move(pieces_.front()), state_};
  pieces_.pop_front();
  taken_bytes_ = taken.piece->size();
  return taken;
}

void Outbox::WakeLocked() const {
  if (wake_) wake_();
}

}  // namespace muara::http

#include "libs/http/event_stream.h"

#include <utility>

namespace muara::http {

void EventStream::OnClose(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      on_close_ = std::move(callback);
      return;
    }
  }
  callback();
}

void EventStream::ConnectionGone() {
  outbox_.Detach();
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    callback = std::move(on_close_);
    on_close_ = nullptr;
  }
  if (callback) callback();
}

}  // namespace muara::http

#include "libs/http/web_socket.h"

#include <utility>

namespace muara::http {
namespace {
constexpr size_t kReasonBytesMax = 123;  // a control frame has 125, two of them for the code
}  // namespace

void WebSocket::Close(uint16_t code, std::string reason) {
  if (reason.size() > kReasonBytesMax) reason.resize(kReasonBytesMax);
  {
    const std::lock_guard lock(mutex_);
    if (!outbox_.open()) return;
    close_reason_ = {code, std::move(reason)};
  }
  outbox_.Finish();
}

WebSocket::CloseReason WebSocket::close_reason() const {
  const std::lock_guard lock(mutex_);
  return close_reason_;
}

}  // namespace muara::http

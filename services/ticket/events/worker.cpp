#include "services/ticket/events/worker.h"

#include <algorithm>

namespace muara::ticket::events {

using std::chrono::milliseconds;

muara::Status Worker::Start() {
  thread_ = std::thread([this] {
    while (!stopping_) turn_();
  });
  return Ok();
}

void Worker::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_();
  thread_.join();
}

milliseconds UntilDue(const Result<std::optional<Time>>& next, Time now, milliseconds limit) {
  if (!next.ok() || !*next) return limit;
  return std::clamp(std::chrono::ceil<milliseconds>(**next - now), milliseconds(1), limit);
}

}  // namespace muara::ticket::events

#include "services/channels/chat/app/housekeeping.h"

#include "libs/log/log.h"

namespace muara::chat {
namespace {
constexpr std::chrono::milliseconds kTick(500);
}

Status Housekeeping::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Housekeeping::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_.Notify();
  thread_.join();
}

void Housekeeping::RunUntilStopped() {
  std::vector<std::chrono::steady_clock::time_point> due(jobs_.size());
  while (!stopping_) {
    for (size_t i = 0; i < jobs_.size(); ++i) {
      if (std::chrono::steady_clock::now() < due[i]) continue;
      due[i] = std::chrono::steady_clock::now() + jobs_[i].every;
      if (const Status done = jobs_[i].work(); !done.ok()) {
        log::Failed("housekeeping waits", done.error());
      }
    }
    wake_.WaitFor(kTick);
  }
}

}  // namespace muara::chat

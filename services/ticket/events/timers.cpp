#include "services/ticket/events/timers.h"

#include <algorithm>

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

using std::chrono::milliseconds;

// What another replica set is known by then, if that one is gone when it falls due.
constexpr milliseconds kLookAgain = std::chrono::seconds(1);

}  // namespace

muara::Status Timers::Start() {
  RETURN_IF_ERROR(policies_.AimClosing());
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Timers::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  bell_.Ring();
  thread_.join();
}

void Timers::RunUntilStopped() {
  while (!stopping_) {
    const auto fired = tickets_.FireDue();
    if (!fired.ok()) log::Failed("due tickets wait", fired.error());
    if (fired.ok() && *fired > 0) continue;  // there may be more than were looked at
    bell_.WaitFor(fired.ok() ? UntilNext() : kLookAgain);
  }
}

milliseconds Timers::UntilNext() const {
  const auto next = tickets_.NextDue();
  if (!next.ok() || !*next) return kLookAgain;
  const auto wait = std::chrono::ceil<milliseconds>(**next - clock_.Now());
  return std::clamp(wait, milliseconds(1), kLookAgain);
}

}  // namespace muara::ticket::events

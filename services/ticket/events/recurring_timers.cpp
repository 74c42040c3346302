#include "services/ticket/events/recurring_timers.h"

#include <algorithm>

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

using std::chrono::milliseconds;

// What another replica declared is known by then.
constexpr milliseconds kLookAgain = std::chrono::seconds(5);

}  // namespace

muara::Status RecurringTimers::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void RecurringTimers::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  tickets_.Wake();
  thread_.join();
}

void RecurringTimers::RunUntilStopped() {
  while (!stopping_) {
    const auto fired = tickets_.FireDue();
    if (!fired.ok()) log::Failed("recurring tickets wait", fired.error());
    tickets_.WaitFor(fired.ok() ? UntilNext() : kLookAgain);
  }
}

milliseconds RecurringTimers::UntilNext() {
  const auto next = tickets_.NextDue();
  if (!next.ok() || !*next) return kLookAgain;
  const auto wait = std::chrono::ceil<milliseconds>(**next - clock_.Now());
  return std::clamp(wait, milliseconds(1), kLookAgain);
}

}  // namespace muara::ticket::events

#include "services/ticket/events/timers.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// What another replica set is known by then, if that one is gone when it falls due.
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(1);

}  // namespace

muara::Status Timers::Start() {
  RETURN_IF_ERROR(policies_.AimClosing());
  return worker_.Start();
}

void Timers::Turn() {
  const auto fired = tickets_.FireDue();
  if (!fired.ok()) log::Failed("due tickets wait", fired.error());
  if (fired.ok() && *fired > 0) return;  // there may be more than were looked at
  bell_.WaitFor(fired.ok() ? UntilDue(tickets_.NextDue(), clock_.Now(), kLookAgain) : kLookAgain);
}

}  // namespace muara::ticket::events

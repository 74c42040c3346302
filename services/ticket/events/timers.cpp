#include "services/ticket/events/timers.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// What another replica set is known by then, if that one is gone when it falls due.
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(1);

}  // namespace

muara::Status Timers::Start() {
  RETURN_IF_ERROR(policies_.TakeDefaults());
  return worker_.Start();
}

void Timers::Turn() {
  // First: what is to close later now is not to close before that is known.
  const auto aimed = tickets_.AimClosing();
  if (!aimed.ok()) log::Failed("closing times stay as they were", aimed.error());
  const auto fired = tickets_.FireDue();
  if (!fired.ok()) log::Failed("due tickets wait", fired.error());
  // There may be more than were looked at.
  if ((aimed.ok() && *aimed > 0) || (fired.ok() && *fired > 0)) return;
  const bool well = aimed.ok() && fired.ok();
  bell_.WaitFor(well ? UntilDue(tickets_.NextDue(), clock_.Now(), kLookAgain) : kLookAgain);
}

}  // namespace muara::ticket::events

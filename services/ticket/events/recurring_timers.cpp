#include "services/ticket/events/recurring_timers.h"

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

// What another replica declared is known by then.
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(5);

}  // namespace

void RecurringTimers::Turn() {
  const auto fired = tickets_.FireDue();
  if (!fired.ok()) log::Failed("recurring tickets wait", fired.error());
  if (fired.ok() && *fired > 0) return;  // there may be more than were looked at
  tickets_.WaitFor(fired.ok() ? UntilDue(tickets_.NextDue(), clock_.Now(), kLookAgain)
                              : kLookAgain);
}

}  // namespace muara::ticket::events

#include "services/ticket/events/sla_timers.h"

#include <algorithm>

#include "libs/log/log.h"

namespace muara::ticket::events {
namespace {

using std::chrono::milliseconds;

// What another replica committed rings no bell here; if that one is gone, it is found this late.
constexpr milliseconds kLookAgain(500);
// After an error, or where another replica holds all that is due.
constexpr milliseconds kPause(20);

}  // namespace

// Whether there may be more: what is due goes first, a batch of tickets to settle only then.
bool SlaTimers::Work() {
  const auto fired = sla_.FireDue();
  if (!fired.ok()) log::Failed("warnings and breaches wait", fired.error());
  if (fired.ok() && *fired > 0) return true;
  const auto settled = sla_.SettleBehind();
  if (!settled.ok()) log::Failed("tickets wait to be settled", settled.error());
  return fired.ok() && settled.ok() && *settled > 0;
}

void SlaTimers::Turn() {
  if (Work()) return;
  const auto next = sla_.NextDue();
  const Time now = clock_.Now();
  const Time due = next.ok() && *next ? std::max(**next, now) : Time::max();
  const auto wait =
      due - now > kLookAgain ? kLookAgain : std::chrono::ceil<milliseconds>(due - now);
  sla_.alarm().Sleep(due, std::max(wait, due > now ? milliseconds(1) : kPause));
}

}  // namespace muara::ticket::events

#include "services/ticket/events/rules.h"

#include "libs/log/log.h"
#include "services/ticket/wire/rules.h"

namespace muara::ticket::events {
namespace {

// Other replicas' tickets and rules are known by then.
constexpr std::chrono::milliseconds kLookAgain = std::chrono::seconds(2);
constexpr Duration kPruneEvery = std::chrono::hours(1);

}  // namespace

void OnOwnFacts(bus::Consumer& own, RuleEngine& engine) {
  for (const std::string& fact : wire::TicketFacts()) {
    own.On(wire::FullName(fact),
           [&engine](sql::Tx& tx, const bus::Envelope& envelope) -> muara::Status {
             ASSIGN_OR_RETURN(const Happening happening, wire::HappeningOf(envelope));
             return engine.ReactIn(tx, happening);
           });
  }
}

void RuleTimers::Turn() {
  Prune();
  const auto asked = schedules_.RunDue();
  if (!asked.ok()) log::Failed("schedules wait", asked.error());
  if (asked.ok() && *asked > 0) return;  // there may be more than were looked at
  wake_.WaitFor(asked.ok() ? UntilDue(schedules_.NextDue(), clock_.Now(), kLookAgain) : kLookAgain);
}

void RuleTimers::Prune() {
  if (clock_.Now() < prune_at_) return;
  const auto gone = schedules_.Prune();
  if (!gone.ok()) log::Failed("what rules did long ago is kept", gone.error());
  if (!gone.ok() || *gone == 0) prune_at_ = clock_.Now() + kPruneEvery;
}

}  // namespace muara::ticket::events

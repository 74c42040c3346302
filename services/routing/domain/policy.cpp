#include "services/routing/domain/policy.h"

#include <vector>

#include "services/routing/domain/work.h"

namespace muara::routing {
namespace {

void CheckRange(std::vector<Violation>& out, const char* field, int value, int minimum,
                int maximum) {
  if (value >= minimum && value <= maximum) return;
  out.push_back({field, "is not " + std::to_string(minimum) + " to " + std::to_string(maximum)});
}

template <class Of>
void CheckEach(std::vector<Violation>& out, const char* field, const Of& of, int minimum,
               int maximum) {
  for (const Channel channel : kChannels) {
    if (of(channel) >= minimum && of(channel) <= maximum) continue;
    out.push_back(
        {field, "one is not " + std::to_string(minimum) + " to " + std::to_string(maximum)});
    return;
  }
}

void CheckMatrix(std::vector<Violation>& out, const CapacityPolicy& capacity) {
  for (const Channel added : kChannels) {
    for (const Channel there : kChannels) {
      const Beside effect = capacity.Between(added, there);
      if (effect >= Beside::kShares && effect <= Beside::kInterrupts) continue;
      out.push_back({"interrupt_rules", "one is not SHARES, WAITS or INTERRUPTS"});
      return;
    }
  }
}

}  // namespace

Status Validate(const RoutingPolicy& policy) {
  std::vector<Violation> out;
  CheckEach(
      out, "weights", [&](Channel channel) { return policy.capacity.WeightOf(channel); }, 1,
      kCapacityMax);
  CheckMatrix(out, policy.capacity);
  CheckRange(out, "exclusion_seconds", policy.exclusion_seconds, 0, kExclusionSecondsMax);
  CheckRange(out, "missed_offers_max", policy.missed_offers_max, 1, kMissedOffersMax);
  if (policy.missed_action != MissedAction::kAway &&
      policy.missed_action != MissedAction::kNothing) {
    out.push_back({"missed_offers_action", "is not AWAY or NOTHING"});
  }
  CheckRange(out, "heartbeat_seconds", policy.heartbeat_seconds, 1, kHeartbeatSecondsMax);
  CheckRange(out, "suspect_seconds", policy.suspect_seconds,
             policy.heartbeat_seconds + kHeardSeconds, kSuspectSecondsMax);
  CheckRange(out, "lost_seconds", policy.lost_seconds, policy.suspect_seconds + 1, kLostSecondsMax);
  CheckEach(
      out, "lost_grace", [&](Channel channel) { return policy.GraceOf(channel); }, 0,
      kGraceSecondsMax);
  CheckRange(out, "transfer_seconds", policy.transfer_seconds, 1, kTransferSecondsMax);
  if (out.empty()) return Ok();
  return InvalidFields(std::move(out));
}

}  // namespace muara::routing

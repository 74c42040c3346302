// What all routing goes by, beside what each queue says: plain values and their limits.
#pragma once

#include <array>

#include "libs/base/result.h"
#include "services/routing/domain/capacity.h"

namespace muara::routing {

// Numbers as on the wire and in the store.
enum class MissedAction { kAway = 1, kNothing = 2 };

// Until a heartbeat that came in counts it was written, and read by the leader.
constexpr int kHeardSeconds = 3;
constexpr int kExclusionSecondsMax = 3600;
constexpr int kMissedOffersMax = 100;
constexpr int kHeartbeatSecondsMax = 300;
constexpr int kSuspectSecondsMax = 3600;
constexpr int kLostSecondsMax = 86400;
constexpr int kGraceSecondsMax = 86400;
constexpr int kTransferSecondsMax = 86400;

struct RoutingPolicy {
  CapacityPolicy capacity;
  int exclusion_seconds = 30;  // of an agent who rejected or missed an item
  int missed_offers_max = 3;   // in a row
  MissedAction missed_action = MissedAction::kAway;
  int heartbeat_seconds = 5;
  int suspect_seconds = 15;  // not heard of for so long
  int lost_seconds = 45;
  // By channel: how long a lost agent keeps the work; 0: for good. Who writes or calls now waits.
  std::array<int, kChannelCount> grace_seconds = {0, 0, 30, 0, 30, 0};
  int transfer_seconds = 60;  // what is transferred to an agent waits for it alone
  int version = 1;

  int GraceOf(Channel channel) const { return grace_seconds[static_cast<size_t>(channel)]; }
  bool operator==(const RoutingPolicy&) const = default;
};

// Every field that breaks a limit, named.
Status Validate(const RoutingPolicy& policy);

}  // namespace muara::routing

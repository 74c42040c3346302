#include "services/routing/domain/presence.h"

#include <algorithm>

namespace muara::routing {
namespace {

// Fewer may well leave at the same moment.
constexpr int kEverybodyMin = 3;
constexpr Duration kOurSilenceMax = std::chrono::minutes(5);

}  // namespace

Connection StateOf(const RoutingPolicy& policy, Time heartbeat, Time watched_since, Time now) {
  if (now - heartbeat < std::chrono::seconds(policy.suspect_seconds)) return Connection::kLive;
  const Duration silence = now - std::max(heartbeat, watched_since);
  return silence < std::chrono::seconds(policy.lost_seconds) ? Connection::kSuspect
                                                             : Connection::kNone;
}

Connection ConnectionOf(const RoutingPolicy& policy, std::optional<Time> heartbeat,
                        Time watched_since, Time now) {
  return heartbeat ? StateOf(policy, *heartbeat, watched_since, now) : Connection::kNone;
}

bool IsOurSilence(const RoutingPolicy& policy, const Heard& heard, Time now) {
  const Duration silence = now - heard.last;
  return heard.agents >= kEverybodyMin && silence < kOurSilenceMax &&
         silence >= std::chrono::seconds(policy.suspect_seconds);
}

}  // namespace muara::routing

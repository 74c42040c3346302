// Is an agent there? Sessions say so by when they were last heard of, and by nothing else. Pure.
#pragma once

#include <optional>
#include <string>

#include "services/routing/domain/policy.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

constexpr size_t kSessionsMax = 20;  // of one agent
// The session that an agent has who only sets its presence.
inline constexpr const char* kDefaultSession = "default";

// Where an agent is signed in to work: a tab of the desk, a device.
struct Session {
  std::string agent_id;
  std::string id;
  std::string device;
  Time start_time;
  Time heartbeat_time;  // last heard of
};

// What a session that was last heard of then is now. Nobody is lost by a silence that we may have
// made ourselves: `watched_since` is when heartbeats began to reach us, the last time.
Connection StateOf(const RoutingPolicy& policy, Time heartbeat, Time watched_since, Time now);
// Of an agent whose sessions were last heard of then; nothing: it has none.
Connection ConnectionOf(const RoutingPolicy& policy, std::optional<Time> heartbeat,
                        Time watched_since, Time now);

// How the silence of all of them is taken.
struct Heard {
  int agents = 0;  // that have sessions
  Time last;       // of any of them
};
// Everybody is silent at once: that is us, for some minutes, and not them.
bool IsOurSilence(const RoutingPolicy& policy, const Heard& heard, Time now);

}  // namespace muara::routing

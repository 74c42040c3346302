// What an agent was, and whether it was there, out of the facts that were told of it. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/bus/event_log.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

struct TimelineEntry {
  Time time;
  AgentStatus status = AgentStatus::kOffline;
  std::string reason;
  Connection connection = Connection::kNone;
};

struct TimelinePage {
  std::vector<TimelineEntry> entries;  // newest first
  int64_t next_version = 0;  // of the agent's facts, to go on with; 0: there is nothing older
};

class Timeline {
 public:
  Timeline(sql::Database& database, const bus::EventLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}

  // AGENT_NOT_FOUND. `before` is the next_version of the page before; 0: the newest. A page may
  // have fewer than `limit` where much was told that is nothing of presence.
  Result<TimelinePage> List(const std::string& agent_id, int64_t before, int limit);

 private:
  sql::Database& database_;
  const bus::EventLog& log_;
  const Clock& clock_;
};

}  // namespace muara::routing

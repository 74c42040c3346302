// Histories made by hand, for tests: agents of queue "a" who are there, and work that comes.
#pragma once

#include <gtest/gtest.h>

#include "services/routing/domain/replay/replay.h"

namespace muara::routing {

inline const Time kStart = FromMicros(1772348400000000);

inline Agent Working(const std::string& id, int capacity = 1,
                     const std::vector<std::string>& queues = {"a"}) {
  return {.id = id,
          .display_name = id,
          .queue_ids = queues,
          .capacity = capacity,
          .status = AgentStatus::kAvailable,
          .connection = Connection::kLive};
}

inline Visit Coming(const std::string& id, Time time, Duration work) {
  Visit visit{.item_id = id, .queue_id = "a", .time = time};
  visit.since = visit.time;
  visit.item.id = id;
  visit.item.queue_id = visit.item.home_queue_id = "a";
  visit.item.enqueue_time = visit.time;
  visit.work = work;
  return visit;
}

inline History Desk(const std::vector<Agent>& agents, std::vector<Visit> visits, Time until) {
  History history{.from = kStart, .until = until};
  for (const Agent& agent : agents) history.agents.push_back({kStart, agent});
  history.queues = {{kStart, {.id = "a", .display_name = "A"}}};
  history.policies = {{kStart, {}}};
  history.visits = std::move(visits);
  return history;
}

inline std::vector<WaitEnd> Played(const History& history) {
  const auto ends = Replay(history, [] { return Ok(); });
  EXPECT_TRUE(ends.ok());
  return ends.ok() ? *ends : std::vector<WaitEnd>();
}

}  // namespace muara::routing

// What cannot work in queues and agents as they are set, whatever comes; of hours, in the four
// weeks that come. Pure.
#pragma once

#include <string>
#include <vector>

#include "services/routing/domain/work.h"

namespace muara::routing {

enum class FindingLevel { kError = 1, kWarning = 2 };

struct Finding {
  FindingLevel level = FindingLevel::kError;
  // QUEUE_WITHOUT_MEMBERS, NOBODY_HAS_SKILL, NOBODY_HAS_ALL_SKILLS, NO_ROOM, MAY_STARVE,
  // OVERFLOW_UNKNOWN, OVERFLOW_BACK, OVERFLOW_CLOSED, CALENDAR_DELETED, AGENT_WITHOUT_QUEUES,
  // QUEUE_UNKNOWN.
  std::string code;
  std::string resource;  // "queues/billing"
  std::string detail;
};

constexpr size_t kFindingsMax = 1000;

// Errors first, then by resource; at most kFindingsMax.
std::vector<Finding> Lint(const CapacityPolicy& capacity, const std::vector<Queue>& queues,
                          const std::vector<Agent>& agents, Time now);

}  // namespace muara::routing

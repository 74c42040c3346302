// How things stand, in numbers, for those who run the service; in the caller's transaction.
#pragma once

#include <map>
#include <utility>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

// Commands are counted up to here: more are as bad.
constexpr int kCommandsCountedMax = 10000;

struct Survey {
  std::map<std::pair<Connection, AgentStatus>, int64_t> agents;
  // That wait to be told to the ticket service.
  int assigns = 0;
  int flags = 0;
  int unassigns = 0;
};
Result<Survey> TakeSurvey(sql::Tx& tx);

}  // namespace muara::routing::store

// Everything that routing goes by, as the store has it, put into an engine.
#pragma once

#include "libs/sql/database.h"
#include "services/routing/app/opening_hours.h"
#include "services/routing/domain/engine.h"

namespace muara::routing {

// All queues and agents, and the work that waits, is offered or held.
Status PutAll(sql::Tx& tx, OpeningHours& hours, Engine& engine);
// What was changed since, whoever did it. False: too much to tell; put all.
Result<bool> PutChanged(sql::Tx& tx, OpeningHours& hours, Time since, Engine& engine);
Result<std::vector<Agent>> AllAgents(sql::Tx& tx, int limit);
// With their hours.
Result<std::vector<Queue>> AllQueues(sql::Tx& tx, OpeningHours& hours);

}  // namespace muara::routing

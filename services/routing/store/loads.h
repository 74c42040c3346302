// What each agent held, and since when: for explanations of the past.
#pragma once

#include <optional>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

Status NoteLoad(sql::Tx& tx, const Agent& agent, Time now);
// Nothing where it is not known any more, or not yet.
Result<std::optional<Load>> LoadAt(sql::Tx& tx, const std::string& agent_id, Time time);
// Drops what ended before this time, `limit` at most; answers how many.
Result<int64_t> DropLoads(sql::Tx& tx, Time before, int limit);

}  // namespace muara::routing::store

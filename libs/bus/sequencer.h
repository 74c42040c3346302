// Gives dense positions to facts that PostgreSQL's concurrent writers appended without one. Any
// replica may run it; the head row of a part is lock, fence and counter in one.
#pragma once

#include "libs/base/result.h"
#include "libs/sql/database.h"

namespace muara::bus {

// Numbers what is committed by now, at most 2,000 facts; answers how many. 0 also where another
// replica is at it. Nothing to do for SQLite.
Result<int64_t> Sequence(sql::Database& database);

}  // namespace muara::bus

// Which work is to be wrapped up no longer, by id, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"

namespace muara::routing::store {

// Due then or before, the longest due first.
Result<std::vector<std::string>> ListDueWrapUps(sql::Tx& tx, Time now, int limit);
// Of agents who are not there.
Result<std::vector<std::string>> ListWrapUpsOfLost(sql::Tx& tx, int limit);

}  // namespace muara::routing::store

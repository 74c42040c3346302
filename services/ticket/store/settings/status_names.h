// Names of statuses in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/settings/status_name.h"

namespace muara::ticket::store {

muara::Status MigrateStatusNames(sql::Database& database);

// Version 0 where there is none.
Result<NamedStatus> FindStatusName(sql::Tx& tx, const std::string& id);
// By id, after this one.
Result<std::vector<NamedStatus>> ListStatusNames(sql::Tx& tx, int limit, const std::string& after);
// Instead of the version before it: LOST_RACE where that is not it.
muara::Status SaveStatusName(sql::Tx& tx, const NamedStatus& name);

}  // namespace muara::ticket::store

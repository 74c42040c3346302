// The gateway's own tables: accounts, sessions, API keys, failed logins.
#pragma once

#include "libs/sql/migrate.h"

namespace muara::gateway::store {

Status Migrate(sql::Database& database);

}  // namespace muara::gateway::store

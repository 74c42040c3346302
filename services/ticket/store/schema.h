// The tables of this service, in numbered steps.
#pragma once

#include "libs/sql/migrate.h"

namespace muara::ticket::store {

muara::Status Migrate(sql::Database& database);

}  // namespace muara::ticket::store

// The tables of this service, in numbered steps.
#pragma once

#include "libs/sql/migrate.h"

namespace muara::routing::store {

Status Migrate(sql::Database& database);

}  // namespace muara::routing::store

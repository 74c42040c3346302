// The connector's own tables: sessions, and one log of messages for each of them.
#pragma once

#include "libs/sql/database.h"

namespace muara::chat::store {

Status Migrate(sql::Database& database);

}  // namespace muara::chat::store

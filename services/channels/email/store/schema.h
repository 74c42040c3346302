// The connector's own tables: which deliveries were begun and how they ended, and which raw mails
// are to be removed.
#pragma once

#include "libs/sql/database.h"

namespace muara::email::store {

Status Migrate(sql::Database& database);

}  // namespace muara::email::store

// The tables that carry facts: the log of an owner, and the checkpoints of a consumer. Every
// service has them all in its own store.
#pragma once

#include "libs/sql/migrate.h"

namespace muara::bus {

constexpr int kParts = 16;  // fixed for the life of a log

Status MigrateBus(sql::Database& database);

// The part that a key belongs to, for ever.
int PartOf(const std::string& key);

}  // namespace muara::bus

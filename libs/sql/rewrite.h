// Turns our SQL into SQLite's: $n becomes ?n (SQLite would number by order of appearance), and
// FOR UPDATE goes. Text in quotes is left as it is.
#pragma once

#include <string>
#include <string_view>

namespace muara::sql {

std::string ForSqlite(std::string_view sql);

}  // namespace muara::sql

#include "libs/sql/rewrite.h"

#include <array>

namespace muara::sql {

std::string ForSqlite(std::string_view sql) {
  constexpr std::array<std::string_view, 2> kDropped = {"FOR UPDATE SKIP LOCKED", "FOR UPDATE"};
  std::string out;
  out.reserve(sql.size());
  bool quoted = false;
  for (size_t i = 0; i < sql.size();) {
    if (sql[i] == '\'') quoted = !quoted;
    size_t skip = 0;
    if (!quoted) {
      for (const std::string_view clause : kDropped) {
        if (sql.substr(i).starts_with(clause)) {
          skip = clause.size();
          break;
        }
      }
    }
    if (skip > 0) {
      i += skip;
      continue;
    }
    out.push_back(!quoted && sql[i] == '$' ? '?' : sql[i]);
    ++i;
  }
  return out;
}

}  // namespace muara::sql

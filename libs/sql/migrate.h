// Schema steps: numbered, forward only, expand-then-contract, each in its own transaction and once.
// Several processes may start at the same time.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"

namespace muara::sql {

struct Step {
  int number = 0;  // 1, 2, 3 ... within its owner
  std::string name;
  std::vector<std::string> statements;
  std::vector<std::string> postgres = {};  // instead of `statements`, where the engines differ
};

// `owner` keeps the numbers of libraries and services apart: "bus", "ticket".
Status Migrate(Database& database, const std::string& owner, const std::vector<Step>& steps);

}  // namespace muara::sql

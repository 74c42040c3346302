// Many things of which one that is in trouble holds up none of the others.
#pragma once

#include <optional>
#include <vector>

#include "libs/sql/database.h"

namespace muara::ticket {

// Does each in a transaction of its own, where `act` answers how much it did; answers how much that
// was together, or after all of them the last error.
template <class Thing, class Act>
Result<int> OneByOne(sql::Database& database, const std::vector<Thing>& things, const Act& act) {
  int all = 0;
  std::optional<Error> failed;
  for (const Thing& thing : things) {
    const Result<int> done = database.Transact([&](sql::Tx& tx) { return act(tx, thing); });
    if (done.ok()) {
      all += *done;
    } else {
      failed = done.error();
    }
  }
  if (failed) return *failed;
  return all;
}

}  // namespace muara::ticket

// What a past stretch of time is put together from, beside the facts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

struct ItemMark {
  std::string id;
  int64_t changed_us = 0;
};
// Changed after `mark`, oldest first.
Result<std::vector<ItemMark>> ListItemMarks(sql::Tx& tx, const ItemMark& mark, int limit);
// When the agent's load last fell until then, as far as its last 100 loads say.
Result<std::optional<Time>> LoadFellAt(sql::Tx& tx, const std::string& agent_id, Time until);

}  // namespace muara::routing::store

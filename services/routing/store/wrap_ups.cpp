#include "services/routing/store/wrap_ups.h"

#include "services/routing/domain/work.h"

namespace muara::routing::store {
namespace {

static_assert(static_cast<int>(ItemStatus::kWrapping) == 6);  // as its indexes say
static_assert(static_cast<int>(Connection::kNone) == 3);

std::vector<std::string> ToIds(const sql::Rows& rows) {
  std::vector<std::string> ids;
  for (const sql::Row& row : rows) ids.push_back(row.Text(0));
  return ids;
}

}  // namespace

Result<std::vector<std::string>> ListDueWrapUps(sql::Tx& tx, Time now, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id FROM work_item WHERE status = 6 AND wrap_up_until_us <= $1 "
                            "ORDER BY wrap_up_until_us LIMIT $2",
                            ToMicros(now), limit));
  return ToIds(rows);
}

Result<std::vector<std::string>> ListWrapUpsOfLost(sql::Tx& tx, int limit) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT w.id FROM work_item w JOIN agent a ON a.id = w.agent_id WHERE w.status = 6 "
               "AND a.connection = 3 ORDER BY w.wrap_up_until_us LIMIT $1",
               limit));
  return ToIds(rows);
}

}  // namespace muara::routing::store

#include "services/routing/store/history.h"

#include "services/routing/store/lists.h"

namespace muara::routing::store {

Result<std::vector<ItemMark>> ListItemMarks(sql::Tx& tx, const ItemMark& mark, int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id, changed_us FROM work_item WHERE changed_us >= $1 AND "
                            "(changed_us > $1 OR id > $2) ORDER BY changed_us, id LIMIT $3",
                            mark.changed_us, mark.id, limit));
  std::vector<ItemMark> marks;
  for (const sql::Row& row : rows) marks.push_back({row.Text(0), row.Int(1)});
  return marks;
}

Result<std::optional<Time>> LoadFellAt(sql::Tx& tx, const std::string& agent_id, Time until) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT since_us, load FROM agent_load WHERE agent_id = $1 AND "
                            "since_us <= $2 ORDER BY version DESC LIMIT 100",
                            agent_id, ToMicros(until)));
  for (size_t i = 0; i + 1 < rows.size(); ++i) {
    if (SplitLoad(rows[i].Text(1)).total() >= SplitLoad(rows[i + 1].Text(1)).total()) continue;
    return std::optional<Time>(FromMicros(rows[i].Int(0)));
  }
  return std::optional<Time>();
}

}  // namespace muara::routing::store

#include "services/routing/store/lost_work.h"

namespace muara::routing::store {
namespace {

Result<std::vector<LostWork>> Select(sql::Tx& tx, const std::string& rest,
                                     const sql::Params& params) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run("SELECT work_item_id, agent_id, request_id FROM lost_work " + rest, params));
  std::vector<LostWork> works;
  for (const sql::Row& row : rows) works.push_back({row.Text(0), row.Text(1), row.Text(2)});
  return works;
}

}  // namespace

Result<std::vector<Held>> ListHeld(sql::Tx& tx, const std::string& agent_id) {
  static_assert(static_cast<int>(ItemStatus::kAssigned) == 3);  // as its index says
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id, channel FROM work_item WHERE agent_id = $1 AND status = 3 "
                            "ORDER BY id",
                            agent_id));
  std::vector<Held> held;
  for (const sql::Row& row : rows) held.push_back({row.Text(0), static_cast<Channel>(row.Int(1))});
  return held;
}

Status PutLostWork(sql::Tx& tx, const LostWork& work, Time due) {
  return tx.Post(
      "INSERT INTO lost_work (work_item_id, agent_id, due_us, request_id) VALUES ($1, "
      "$2, $3, '') ON CONFLICT (work_item_id) DO UPDATE SET agent_id = $2, due_us = $3, "
      "request_id = ''",
      work.work_item_id, work.agent_id, ToMicros(due));
}

Result<std::vector<LostWork>> ListDueLostWork(sql::Tx& tx, Time now, int limit) {
  return Select(tx,
                "WHERE request_id = '' AND due_us <= $1 AND NOT EXISTS (SELECT 1 FROM "
                "assign_command c WHERE c.ticket_id = lost_work.work_item_id) ORDER BY due_us "
                "LIMIT $2",
                sql::Params(ToMicros(now), limit));
}

Status ReleaseLostWork(sql::Tx& tx, const std::string& work_item_id,
                       const std::string& request_id) {
  return tx.Post(
      "UPDATE lost_work SET request_id = $2 WHERE work_item_id = $1 AND "
      "request_id = ''",
      work_item_id, request_id);
}

Result<std::vector<LostWork>> ListReleasedWork(sql::Tx& tx, int limit) {
  return Select(tx, "WHERE request_id <> '' ORDER BY due_us LIMIT $1", sql::Params(limit));
}

Result<bool> IsReleased(sql::Tx& tx, const LostWork& work) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT 1 FROM lost_work WHERE work_item_id = $1 AND request_id = $2",
                            work.work_item_id, work.request_id));
  return !rows.empty();
}

Status DeleteLostWork(sql::Tx& tx, const LostWork& work) {
  return tx.Post("DELETE FROM lost_work WHERE work_item_id = $1 AND request_id = $2",
                 work.work_item_id, work.request_id);
}

Status DropLostWork(sql::Tx& tx, const std::string& agent_id) {
  return tx.Post("DELETE FROM lost_work WHERE agent_id = $1", agent_id);
}

}  // namespace muara::routing::store

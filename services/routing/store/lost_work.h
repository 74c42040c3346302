// Work of agents who were lost: how long it stays with them, and what is to be taken from them, in
// the caller's transaction. A row stands until the work was taken or its agent is back.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing::store {

struct Held {
  std::string work_item_id;
  Channel channel = Channel::kEmail;
};
// What is assigned to the agent.
Result<std::vector<Held>> ListHeld(sql::Tx& tx, const std::string& agent_id);

struct LostWork {
  std::string work_item_id;
  std::string agent_id;
  std::string request_id = "";  // under which it is asked for; empty: not yet
};
// To be taken at `due`.
Status PutLostWork(sql::Tx& tx, const LostWork& work, Time due);
// Due, and not released yet; what waits for its assignment to be told is left out.
Result<std::vector<LostWork>> ListDueLostWork(sql::Tx& tx, Time now, int limit);
Status ReleaseLostWork(sql::Tx& tx, const std::string& work_item_id, const std::string& request_id);
// To be asked for, the longest due first.
Result<std::vector<LostWork>> ListReleasedWork(sql::Tx& tx, int limit);
Result<bool> IsReleased(sql::Tx& tx, const LostWork& work);
// As long as it is asked for under the same request.
Status DeleteLostWork(sql::Tx& tx, const LostWork& work);
// Its agent is back.
Status DropLostWork(sql::Tx& tx, const std::string& agent_id);

}  // namespace muara::routing::store

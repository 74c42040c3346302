#include "services/routing/app/past.h"

#include "services/routing/store/loads.h"
#include "services/routing/wire/past.h"

namespace muara::routing {

Result<WorkItem> Past::Item(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto told, log_.LatestOfKey(tx_, id, time_, 1));
  const auto item = told.empty() ? std::nullopt : wire::ItemIn(told[0]);
  if (item) return *item;
  return MakeError(Code::kNotFound, "WORK_ITEM_NOT_FOUND", "there was no such work item then");
}

Result<std::optional<Agent>> Past::FindAgent(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto told, log_.LatestOfKey(tx_, "agents/" + id, time_, 1));
  auto agent = told.empty() ? std::nullopt : wire::AgentIn(told[0]);
  if (!agent) return agent;
  // Loads change far more often than what is told of an agent.
  ASSIGN_OR_RETURN(const auto load, store::LoadAt(tx_, id, time_));
  if (load) agent->load = *load;
  return agent;
}

Result<Queue> Past::QueueOf(const std::string& id) const {
  ASSIGN_OR_RETURN(const auto told, log_.LatestOfKey(tx_, "queues/" + id, time_, 1));
  const auto queue = told.empty() ? std::nullopt : wire::QueueIn(told[0]);
  return queue ? *queue : Queue{.id = id};
}

}  // namespace muara::routing

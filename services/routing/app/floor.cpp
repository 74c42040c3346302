#include "services/routing/app/floor.h"

#include "services/routing/store/loads.h"
#include "services/routing/store/people.h"
#include "services/routing/store/work.h"
#include "services/routing/wire/events.h"
#include "services/routing/wire/words.h"

namespace muara::routing {
namespace {

template <class T>
void Append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Status Floor::EmptyFactsOf(sql::Tx& tx, const std::string& item_id) {
  return log_.RewriteAllOfKey(tx, item_id, wire::WithoutWords);
}

void Floor::Tell(sql::Tx& tx, Changes changes) {
  tx.OnCommit([this, changes = std::move(changes)] {
    {
      const std::lock_guard lock(mutex_);
      Append(pending_.agents, changes.agents);
      Append(pending_.queues, changes.queues);
      Append(pending_.items, changes.items);
    }
    wake_.Notify();
  });
}

Floor::Changes Floor::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(pending_, {});
}

Status Floor::Save(sql::Tx& tx, Agent& agent, Time now) {
  RETURN_IF_ERROR(SaveLoad(tx, agent, now));
  return log_.Append(tx, wire::AgentChanged(agent), now);
}

Status Floor::SaveLoad(sql::Tx& tx, Agent& agent, Time now) {
  RETURN_IF_ERROR(store::SaveAgent(tx, agent, now));
  RETURN_IF_ERROR(store::NoteLoad(tx, agent, now));
  Tell(tx, {.agents = {agent}});
  return Ok();
}

Status Floor::Save(sql::Tx& tx, Queue& queue, Time now) {
  RETURN_IF_ERROR(store::SaveQueue(tx, queue, now));
  Tell(tx, {.queues = {queue}});
  return log_.Append(tx, wire::QueueChanged(queue), now);
}

Status Floor::Save(sql::Tx& tx, WorkItem& item,
                   const std::function<bus::Fact(const WorkItem&)>& fact, Time now) {
  std::erase_if(item.excluded, [&](const auto& one) { return one.second <= now; });
  RETURN_IF_ERROR(store::SaveItem(tx, item, now));
  Tell(tx, {.items = {item}});
  return log_.Append(tx, fact(item), now);
}

Status Floor::Save(sql::Tx& tx, std::vector<Change> changes, Time now) {
  Changes told;
  std::vector<bus::Fact> facts;
  for (auto& [item, fact] : changes) {
    std::erase_if(item.excluded, [&](const auto& one) { return one.second <= now; });
    RETURN_IF_ERROR(store::SaveItem(tx, item, now));
    facts.push_back(fact(item));
    told.items.push_back(std::move(item));
  }
  Tell(tx, std::move(told));
  return log_.Append(tx, facts, now);
}

Status Floor::Insert(sql::Tx& tx, const Agent& agent, Time now) {
  RETURN_IF_ERROR(store::InsertAgent(tx, agent, now));
  RETURN_IF_ERROR(store::NoteLoad(tx, agent, now));
  Tell(tx, {.agents = {agent}});
  return log_.Append(tx, wire::AgentChanged(agent), now);
}

Status Floor::Insert(sql::Tx& tx, const Queue& queue, Time now) {
  RETURN_IF_ERROR(store::InsertQueue(tx, queue, now));
  Tell(tx, {.queues = {queue}});
  return log_.Append(tx, wire::QueueChanged(queue), now);
}

Status Floor::Ensure(sql::Tx& tx, const std::string& queue_id, Time now) {
  Queue queue;
  queue.id = queue_id;
  queue.display_name = queue_id;
  ASSIGN_OR_RETURN(const bool made, store::MakeQueue(tx, queue, now));
  if (!made) return Ok();
  Tell(tx, {.queues = {queue}});
  return log_.Append(tx, wire::QueueChanged(queue), now);
}

Status Floor::Insert(sql::Tx& tx, const WorkItem& item, Time now) {
  RETURN_IF_ERROR(store::InsertItem(tx, item, now));
  Tell(tx, {.items = {item}});
  return log_.Append(tx, wire::WorkQueued(item), now);
}

}  // namespace muara::routing

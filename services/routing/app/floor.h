// Where changes of agents, queues and work meet the engine: every transaction that changes one of
// them tells it here, and what is told reaches the engine once the transaction has committed.
// Thread-safe.
#pragma once

#include <mutex>
#include <vector>

#include "libs/bus/event_log.h"
#include "libs/bus/wake.h"
#include "libs/sql/database.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

class Floor {
 public:
  explicit Floor(bus::EventLog& log) : log_(log) {}

  // Saves are told to the engine after the commit; facts are appended in the transaction.
  Status Save(sql::Tx& tx, Agent& agent, Time now);
  Status Save(sql::Tx& tx, Queue& queue, Time now);
  // `fact` is made of the item as saved.
  Status Save(sql::Tx& tx, WorkItem& item, const std::function<bus::Fact(const WorkItem&)>& fact,
              Time now);
  struct Change {
    WorkItem item;
    std::function<bus::Fact(const WorkItem&)> fact;
  };
  Status Save(sql::Tx& tx, std::vector<Change> changes, Time now);
  Status Insert(sql::Tx& tx, const Agent& agent, Time now);
  Status Insert(sql::Tx& tx, const Queue& queue, Time now);
  Status Insert(sql::Tx& tx, const WorkItem& item, Time now);
  // The queue is made with defaults where a ticket names one that nobody has made yet.
  Status Ensure(sql::Tx& tx, const std::string& queue_id, Time now);
  // Only the engine hears of it: a change of load is not news.
  Status SaveLoad(sql::Tx& tx, Agent& agent, Time now);

  // The facts told of an item say no more what it is about.
  Status EmptyFactsOf(sql::Tx& tx, const std::string& item_id);

  struct Changes {
    std::vector<Agent> agents;
    std::vector<Queue> queues;
    std::vector<WorkItem> items;
  };
  // What was told since the last call.
  Changes Take();
  bus::Wake& wake() { return wake_; }
  // Notified when an accepted offer waits to be told to the ticket service.
  bus::Wake& command_wake() { return command_wake_; }

 private:
  void Tell(sql::Tx& tx, Changes changes);

  bus::EventLog& log_;
  bus::Wake wake_;
  bus::Wake command_wake_;
  std::mutex mutex_;
  Changes pending_;
};

}  // namespace muara::routing

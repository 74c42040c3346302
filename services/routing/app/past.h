// What routing knew at a past moment, read from the facts that were told until then.
#pragma once

#include <optional>
#include <string>

#include "libs/bus/event_log.h"
#include "services/routing/domain/work.h"

namespace muara::routing {

class Past {
 public:
  // For the time of the transaction.
  Past(sql::Tx& tx, const bus::EventLog& log, Time time) : tx_(tx), log_(log), time_(time) {}

  // WORK_ITEM_NOT_FOUND: there was none then, or its facts are gone.
  Result<WorkItem> Item(const std::string& id) const;
  // With the load that it had; nothing where there was none then.
  Result<std::optional<Agent>> FindAgent(const std::string& id) const;
  // As a queue is made by itself, where none was told of.
  Result<Queue> QueueOf(const std::string& id) const;

 private:
  sql::Tx& tx_;
  const bus::EventLog& log_;
  const Time time_;
};

}  // namespace muara::routing

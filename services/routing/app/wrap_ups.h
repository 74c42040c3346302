// Work whose ticket has ended and that its agent still wraps up: until its time has come, until the
// agent says so, or until the agent is lost. Then it is done and the capacity is free. Thread-safe.
#pragma once

#include <functional>
#include <string>

#include "libs/base/operation_key.h"
#include "services/routing/app/offers.h"

namespace muara::routing {

class WrapUps {
 public:
  WrapUps(sql::Database& database, Floor& floor, Offers& offers, const Clock& clock)
      : database_(database), floor_(floor), offers_(offers), clock_(clock) {}

  // Sooner than its time. NOT_WRAPPING_UP, NOT_YOURS.
  Result<WorkItem> Finish(const std::string& id, const OperationKey& key, const Answerer& by);
  // Once, by as much as it was given. NOT_WRAPPING_UP, NOT_YOURS, ALREADY_EXTENDED.
  Result<WorkItem> Extend(const std::string& id, const OperationKey& key, const Answerer& by);

  // Ends those whose time has come, by whoever leads in this epoch; answers how many. NOT_LEADER
  // where another one has begun. What it does not get to it does next time.
  Result<int> EndDue(int64_t epoch);
  // And those of agents who are not there.
  Result<int> EndOfLost(int64_t epoch);

 private:
  // In a transaction of its own; the item is locked and wraps up.
  using Change = std::function<Status(sql::Tx&, WorkItem&, Time)>;
  Result<WorkItem> By(const std::string& id, const OperationKey& key, const Answerer& by,
                      const Change& change);
  Result<int> EndEach(const std::vector<std::string>& ids, int64_t epoch, const char* reason,
                      const std::function<Result<bool>(sql::Tx&, const WorkItem&)>& is_over);
  Status EndIn(sql::Tx& tx, WorkItem& item, const char* reason, Time now);

  sql::Database& database_;
  Floor& floor_;
  Offers& offers_;
  const Clock& clock_;
};

}  // namespace muara::routing

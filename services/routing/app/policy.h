// The policy that routing goes by, at hand for everyone. Changed here it counts at once; changed by
// another replica, once it is read again, which the dispatcher does twice a second. Thread-safe.
#pragma once

#include <memory>
#include <mutex>

#include "libs/base/operation_key.h"
#include "libs/bus/event_log.h"
#include "libs/sql/database.h"
#include "services/routing/domain/policy.h"

namespace muara::routing {

class CurrentPolicy {
 public:
  CurrentPolicy(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : database_(database),
        log_(log),
        clock_(clock),
        policy_(std::make_shared<const RoutingPolicy>()) {}

  // As last read or changed here; as built before the first Refresh.
  std::shared_ptr<const RoutingPolicy> Now() const;
  Status Refresh();

  Result<RoutingPolicy> Load();
  Result<RoutingPolicy> Update(const OperationKey& key, int expected_version,
                               const std::function<void(RoutingPolicy&)>& change);

 private:
  void Set(const RoutingPolicy& policy);

  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::shared_ptr<const RoutingPolicy> policy_;
};

}  // namespace muara::routing

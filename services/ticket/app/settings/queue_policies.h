// What applies to the tickets of each queue. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/bus/event_log.h"
#include "services/ticket/store/settings/queue_policies.h"

namespace muara::ticket {

// One asked-for change of what the organisation has set: once, based on which version, by whom.
struct Edit {
  OperationKey key;
  int expected_version = 0;  // 0: any
  std::string actor;         // "agents/<id>"
};

class QueuePolicies {
 public:
  // `defaults` are for queues without a policy.
  QueuePolicies(sql::Database& database, bus::EventLog& log, const Clock& clock,
                LifecyclePolicy defaults)
      : database_(database), log_(log), clock_(clock), defaults_(defaults) {}

  // The queue's own, or the defaults as version 0.
  Result<QueuePolicy> Get(const std::string& queue_id);
  Result<std::vector<QueuePolicy>> List(int limit, const std::string& after);
  // A duration of zero is the default. Answers with what is set now. What is RESOLVED closes by the
  // new time too, unless that counts in a business calendar: then it keeps the time that it has.
  Result<QueuePolicy> Put(const Edit& edit, QueuePolicy policy);

  // As Get, in a transaction of the ticket's.
  Result<QueuePolicy> Of(sql::Tx& tx, const std::string& queue_id) const;
  // Before Tickets::AimClosing: queues without a policy are by today's defaults.
  muara::Status TakeDefaults() const;

 private:
  sql::Database& database_;
  bus::EventLog& log_;
  const Clock& clock_;
  const LifecyclePolicy defaults_;
};

}  // namespace muara::ticket

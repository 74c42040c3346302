// Queue policies in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/settings/queue_policy.h"

namespace muara::ticket::store {

muara::Status MigrateQueuePolicies(sql::Database& database);

Result<std::optional<QueuePolicy>> FindPolicy(sql::Tx& tx, const std::string& queue_id);
// By queue, after this one.
Result<std::vector<QueuePolicy>> ListPolicies(sql::Tx& tx, int limit, const std::string& after);
// Instead of the version before it: LOST_RACE where that is not it.
muara::Status SavePolicy(sql::Tx& tx, const QueuePolicy& policy);

// When what is RESOLVED closes follows its queue's policy by a walk over all such tickets, oldest
// first, so many at once; those of queues that count in business calendars keep their time. Begins
// it anew.
muara::Status BeginClosingWalk(sql::Tx& tx);
// The same where queues without a policy had another default so far.
muara::Status SetCloseAfterDefault(sql::Tx& tx, Duration close_after);
Result<bool> HasClosingWalk(sql::Tx& tx);
// The next ones.
struct ClosingStep {
  int count = 0;  // that it looked at; 0: it is at its end
  std::vector<TicketId>
      others;  // of them, by id: those that close at another time than they should
};
Result<ClosingStep> StepClosingWalk(sql::Tx& tx, int limit);
// How long after resolving a ticket of this queue closes; none: it counts in a business calendar.
Result<std::optional<Duration>> FindCloseAfter(sql::Tx& tx, const std::string& queue_id);
// The policy that counts the longest time in a business calendar, if any counts in it.
struct CountedBy {
  std::string queue_id;
  Duration longest{0};
};
Result<std::optional<CountedBy>> LongestBy(sql::Tx& tx, const std::string& calendar_id);

}  // namespace muara::ticket::store

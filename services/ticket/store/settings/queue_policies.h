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
// first, so many at once. Begins it anew.
muara::Status BeginClosingWalk(sql::Tx& tx);
// The same where queues without a policy had another default so far.
muara::Status SetCloseAfterDefault(sql::Tx& tx, Duration close_after);
Result<bool> HasClosingWalk(sql::Tx& tx);
// The next ones; answers how many it looked at, 0: it is at its end.
Result<int> StepClosingWalk(sql::Tx& tx, int limit);

}  // namespace muara::ticket::store

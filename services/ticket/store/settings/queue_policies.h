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

// Sets when what is RESOLVED closes, where that is another time now: in all queues without a policy
// of their own, and in one.
muara::Status AimClosing(sql::Tx& tx, Duration close_after);
muara::Status AimClosingOf(sql::Tx& tx, const std::string& queue_id, Duration close_after);

}  // namespace muara::ticket::store

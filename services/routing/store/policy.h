// The routing policy, of which there is one, in the caller's transaction.
#pragma once

#include "libs/sql/database.h"
#include "services/routing/domain/policy.h"

namespace muara::routing::store {

Result<RoutingPolicy> LoadPolicy(sql::Tx& tx);
// Locks it.
Result<RoutingPolicy> LoadPolicyForChange(sql::Tx& tx);
// Version grows by one.
Status SavePolicy(sql::Tx& tx, RoutingPolicy& policy);

}  // namespace muara::routing::store

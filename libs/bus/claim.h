// Done twice is done once: an operation key is claimed in the change's own transaction, so that a
// failed try frees it. Kept 30 days.
#pragma once

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/sql/database.h"

namespace muara::bus {

// True: the first time. False: done before with the same request; answer with what is there now.
// IDEMPOTENCY_CONFLICT: done before with another request.
Result<bool> Claim(sql::Tx& tx, const OperationKey& key, Time now);

}  // namespace muara::bus

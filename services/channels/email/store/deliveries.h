// Remembers deliveries for 60 days, so that the same one is never sent twice by mistake.
#pragma once

#include <optional>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/channels/email/domain/delivery.h"

namespace muara::email::store {

// Marks the delivery as begun and answers nothing, or answers what is known of it, in which case it
// must not be sent: it was accepted, it ended for good at this or a later attempt, or an earlier
// try was cut off (kUnknown).
Result<std::optional<DeliveryOutcome>> Begin(sql::Tx& tx, const Delivery& delivery, Time now);

Status Finish(sql::Tx& tx, const std::string& delivery_id, const DeliveryOutcome& outcome,
              Time now);

}  // namespace muara::email::store

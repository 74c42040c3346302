// Recurring tickets as messages.
#pragma once

#include "muara/ticket/v1/recurring_ticket.pb.h"
#include "services/ticket/domain/recurring/recurring_ticket.h"

namespace muara::ticket::wire {

v1::RecurringTicket ToProto(const RecurringTicket& one);
// INVALID_FIELDS for what cannot be read; what makes no sense is refused by the domain.
Result<RecurringTicket> FromProto(const std::string& id, const v1::RecurringTicket& in);

}  // namespace muara::ticket::wire

// What this service reacts to, one file each.
#pragma once

#include "libs/bus/consumer.h"
#include "services/ticket/app/tickets.h"

namespace muara::ticket::events {

void OnSurveyRequested(bus::Consumer& feedback, Tickets& tickets);
void OnSurveyAnswered(bus::Consumer& feedback, Tickets& tickets);
void OnDeliveryUpdated(bus::Consumer& notification, Tickets& tickets);

// For facts that cannot be read: their key is parked.
inline Error Unreadable(const bus::Envelope& envelope) {
  return MakeError(Code::kInvalidArgument, "BAD_FACT", "cannot read a " + envelope.type);
}

}  // namespace muara::ticket::events

// What this service reacts to.
#pragma once

#include "libs/bus/consumer.h"
#include "services/notification/app/deliveries.h"
#include "services/notification/app/webhook_deliveries.h"

namespace muara::notification {

// An agent's reply goes out by the channel that it was written for.
void OnReplyWritten(bus::Consumer& ticket, Deliveries& deliveries);
// A person's mail is acknowledged, at most once a day for each sender.
void OnTicketOpened(bus::Consumer& ticket, Deliveries& deliveries);
// An invitation goes out once the ticket knows that an answer may come.
void OnSurveyOpened(bus::Consumer& ticket, Deliveries& deliveries);
// What a rule, a macro or a bulk edit has called is queued.
void OnWebhookRequested(bus::Consumer& ticket, WebhookDeliveries& webhooks);
// What was sent on the tickets of an erased contact is emptied, and what is under way ends.
void OnContactErased(bus::Consumer& ticket, Deliveries& deliveries, WebhookDeliveries& webhooks);

inline Error Unreadable(const bus::Envelope& envelope) {
  return MakeError(Code::kInvalidArgument, "BAD_FACT", "cannot read a " + envelope.type);
}

}  // namespace muara::notification

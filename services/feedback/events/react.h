// What this service reacts to.
#pragma once

#include "libs/bus/consumer.h"
#include "services/feedback/app/surveys.h"

namespace muara::feedback {

// Asks the contact whose ticket was resolved, over the channel that they wrote by.
void OnTicketResolved(bus::Consumer& ticket, Surveys& surveys);
// A message with a score is an answer; one that reopens ends the survey.
void OnMessageReceived(bus::Consumer& ticket, Surveys& surveys);
void OnTicketReopened(bus::Consumer& ticket, Surveys& surveys);
// Nobody is asked about spam, nor about what was deleted or goes on in another ticket.
void OnTicketPutAway(bus::Consumer& ticket, Surveys& surveys);

// Comments and addresses of an erased contact go; scores stay.
void OnContactErased(bus::Consumer& ticket, Surveys& surveys);

inline Error Unreadable(const bus::Envelope& envelope) {
  return MakeError(Code::kInvalidArgument, "BAD_FACT", "cannot read a " + envelope.type);
}

}  // namespace muara::feedback

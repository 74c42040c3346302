// What this service reacts to, and what it asks of others.
#pragma once

#include "libs/bus/consumer.h"
#include "libs/rpc/client.h"
#include "services/routing/app/assigner.h"
#include "services/routing/app/calendars.h"
#include "services/routing/app/flagger.h"
#include "services/routing/app/unassigner.h"

namespace muara::routing {

void OnTicketFacts(bus::Consumer& ticket, Work& work);
void OnCalendarFacts(bus::Consumer& ticket, Calendars& calendars);

// Tickets.AssignTicket under the offer's id.
Status TellAssigned(rpc::Client& ticket, const store::AssignCommand& command);
// Tickets.UnassignTicket, if it is still this agent's.
Status TellUnassigned(rpc::Client& ticket, const store::LostWork& work);
// Tickets.FlagTicket.
Status TellFlagged(rpc::Client& ticket, const store::FlagCommand& command);

}  // namespace muara::routing

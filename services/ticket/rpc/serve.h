// Serves this service's methods: parse, call, answer.
#pragma once

#include "libs/rpc/server.h"
#include "services/ticket/app/contacts.h"
#include "services/ticket/app/custom_fields.h"
#include "services/ticket/app/intake.h"
#include "services/ticket/app/links.h"
#include "services/ticket/app/merges.h"
#include "services/ticket/app/search.h"
#include "services/ticket/app/sla.h"
#include "services/ticket/app/sla_policies.h"
#include "services/ticket/app/status_names.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/app/views.h"

namespace muara::ticket {

void ServeIntake(rpc::Server& server, Intake& intake);
void ServeTickets(rpc::Server& server, Tickets& tickets, Search& search);
// The moves of a ticket; ServeTickets has the rest.
void ServeMoves(rpc::Server& server, Tickets& tickets);
void ServeLinks(rpc::Server& server, Links& links, Tickets& tickets);
void ServeMerges(rpc::Server& server, Merges& merges);
void ServeQueuePolicies(rpc::Server& server, QueuePolicies& policies);
void ServeStatusNames(rpc::Server& server, StatusNames& names);
void ServeCustomFields(rpc::Server& server, CustomFields& fields);
void ServeSearch(rpc::Server& server, Search& search, Views& views);
void ServeContacts(rpc::Server& server, Contacts& contacts);
void ServeBusinessCalendars(rpc::Server& server, SlaPolicies& policies);
void ServeSlaPolicies(rpc::Server& server, SlaPolicies& policies, Sla& sla);

}  // namespace muara::ticket

// Serves this service's methods: parse, call, answer.
#pragma once

#include "libs/rpc/server.h"
#include "services/routing/app/explanations.h"
#include "services/routing/app/people.h"
#include "services/routing/app/simulations.h"
#include "services/routing/app/timeline.h"
#include "services/routing/app/waits.h"
#include "services/routing/app/work.h"
#include "services/routing/app/wrap_ups.h"

namespace muara::routing {

void ServeAgents(rpc::Server& server, People& people, const CurrentPolicy& policy);
void ServeSessions(rpc::Server& server, Presence& presence, Timeline& timeline,
                   const CurrentPolicy& policy, const Clock& clock);
void ServeQueues(rpc::Server& server, People& people, const Clock& clock);
void ServeExplanations(rpc::Server& server, Explanations& explanations, const Clock& clock);
void ServeSimulations(rpc::Server& server, Simulations& simulations);
void ServePolicy(rpc::Server& server, CurrentPolicy& policy);
void ServeWaits(rpc::Server& server, Waits& waits);
void ServeOffers(rpc::Server& server, Offers& offers, Work& work, WrapUps& wrap_ups);

}  // namespace muara::routing

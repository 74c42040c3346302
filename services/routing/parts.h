// What the routing service is made of, in the order in which one part stands on another.
#pragma once

#include "libs/service/host.h"
#include "services/routing/app/assigner.h"
#include "services/routing/app/calendars.h"
#include "services/routing/app/dispatcher.h"
#include "services/routing/app/explanations.h"
#include "services/routing/app/flagger.h"
#include "services/routing/app/people.h"
#include "services/routing/app/simulations.h"
#include "services/routing/app/timeline.h"
#include "services/routing/app/unassigner.h"
#include "services/routing/app/waits.h"
#include "services/routing/app/work.h"

namespace muara::routing {

struct Parts {
  explicit Parts(service::Host& host);

  Meters meters;
  CurrentPolicy policy;
  OpeningHours hours;
  Floor floor;
  Offers offers;
  Work work;
  WrapUps wrap_ups;
  Presence presence;
  People people;
  Calendars calendars;
  Waits waits;
  Timeline timeline;
  Explanations explanations;
  Simulations simulations;
  Connections connections;
  Dispatcher dispatcher;
  Assigner assigner;
  Unassigner unassigner;
  Flagger flagger;
};

// Answers calls, follows the neighbours' facts, and does what is due.
void Serve(service::Host& host, Parts& parts);
void React(service::Host& host, Parts& parts);

}  // namespace muara::routing

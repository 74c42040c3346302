#include "services/routing/parts.h"

#include "libs/log/log.h"
#include "services/routing/events/react.h"
#include "services/routing/rpc/serve.h"

namespace muara::routing {
namespace {

constexpr std::chrono::minutes kDropOldEvery(10);
constexpr std::chrono::seconds kSoon(1);

void StopPresence(Presence& presence) {
  if (const Status written = presence.Stop(); !written.ok()) {
    log::Failed("the last heartbeats are not written", written.error());
  }
}

}  // namespace

Parts::Parts(service::Host& host)
    : meters(host.metrics()),
      policy(host.database(), host.log(), host.clock()),
      floor(host.log()),
      offers(host.database(), host.log(), floor, host.clock(), policy, hours, meters),
      work(host.database(), floor, offers, host.clock(), policy, hours, meters),
      wrap_ups(host.database(), floor, offers, host.clock()),
      presence(host.database(), floor, policy, host.clock()),
      people(host.database(), floor, offers, presence, host.clock(), hours),
      calendars(floor, hours, host.clock()),
      waits(host.database(), host.clock(), policy, hours),
      timeline(host.database(), host.log(), host.clock()),
      explanations(host.database(), host.log(), host.clock(), policy, hours),
      simulations(host.database(), host.log(), host.clock(), hours),
      connections(host.database(), floor, offers, policy, host.clock()),
      dispatcher(host.database(), floor, offers, work, wrap_ups, policy, hours, connections,
                 host.clock(), meters),
      assigner(host.database(), work, floor.command_wake(),
               std::bind_front(TellAssigned, std::ref(host.Peer("ticket")))),
      unassigner(host.database(), std::bind_front(TellUnassigned, std::ref(host.Peer("ticket")))),
      flagger(host.database(), std::bind_front(TellFlagged, std::ref(host.Peer("ticket")))) {}

void Serve(service::Host& host, Parts& parts) {
  ServeAgents(host.server(), parts.people, parts.policy);
  ServeSessions(host.server(), parts.presence, parts.timeline, parts.policy, host.clock());
  ServeQueues(host.server(), parts.people, host.clock());
  ServeExplanations(host.server(), parts.explanations, host.clock());
  ServeSimulations(host.server(), parts.simulations);
  ServePolicy(host.server(), parts.policy);
  ServeWaits(host.server(), parts.waits);
  ServeOffers(host.server(), parts.offers, parts.work, parts.wrap_ups);
}

void React(service::Host& host, Parts& parts) {
  bus::Consumer& ticket = host.Follow("ticket");
  OnTicketFacts(ticket, parts.work);
  OnCalendarFacts(ticket, parts.calendars);
  host.Every(kDropOldEvery, "old loads stay", [&] { return parts.explanations.DropOldLoads(); });
  host.Every(kSoon, "estimates of waits are not compared", [&] { return parts.waits.Settle(); });
  // Before whoever writes them once a second, so that it is stopped after that one.
  host.Manage([] { return Ok(); }, [&] { StopPresence(parts.presence); });
  host.Every(kSoon, "heartbeats wait to be written",
             [&] { return parts.presence.WriteHeartbeats(); });
  host.Every(kSoon, "work of lost agents stays with them", [&] { return parts.unassigner.Step(); });
  host.Every(kSoon, "supervisors are told later", [&] { return parts.flagger.Step(); });
  host.Manage([&] { return parts.dispatcher.Start(); }, [&] { parts.dispatcher.Stop(); });
  host.Manage([&] { return parts.assigner.Start(); }, [&] { parts.assigner.Stop(); });
}

}  // namespace muara::routing

// muara-routing: who gets which work.
#include "libs/service/host.h"
#include "services/routing/app/assigner.h"
#include "services/routing/app/dispatcher.h"
#include "services/routing/app/timeline.h"
#include "services/routing/app/unassigner.h"
#include "services/routing/app/work.h"
#include "services/routing/events/react.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/store/schema.h"

using namespace muara;           // NOLINT: the root of one program
using namespace muara::routing;  // NOLINT

namespace {
constexpr std::chrono::minutes kDropOldEvery(10);
constexpr std::chrono::seconds kSoon(1);
}  // namespace

int main() {
  service::Host host("routing");
  host.Need("ticket");
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());
  CurrentPolicy policy(host.database(), host.log(), host.clock());
  if (const auto read = policy.Refresh(); !read.ok()) return host.Fail(read.error());
  Floor floor(host.log());
  Offers offers(host.database(), host.log(), floor, host.clock(), policy);
  Work work(host.database(), floor, offers, host.clock(), policy);
  WrapUps wrap_ups(host.database(), floor, offers, host.clock());
  Presence presence(host.database(), floor, policy, host.clock());
  People people(host.database(), floor, offers, presence, host.clock());
  Waits waits(host.database(), host.clock(), policy);
  Timeline timeline(host.database(), host.log(), host.clock());
  Explanations explanations(host.database(), host.log(), host.clock(), policy);
  Simulations simulations(host.database(), host.log(), host.clock());
  Connections connections(host.database(), floor, offers, policy, host.clock());
  Dispatcher dispatcher(host.database(), floor, offers, work, wrap_ups, policy, connections,
                        host.clock(), host.metrics());
  rpc::Client& ticket = host.Peer("ticket");
  Assigner assigner(host.database(), work, floor.command_wake(),
                    std::bind_front(TellAssigned, std::ref(ticket)));
  Unassigner unassigner(host.database(), std::bind_front(TellUnassigned, std::ref(ticket)));
  ServeAgents(host.server(), people, policy);
  ServeSessions(host.server(), presence, timeline, policy, host.clock());
  ServeQueues(host.server(), people);
  ServeExplanations(host.server(), explanations, host.clock());
  ServeSimulations(host.server(), simulations);
  ServePolicy(host.server(), policy);
  ServeWaits(host.server(), waits);
  ServeOffers(host.server(), offers, work, wrap_ups);
  OnTicketFacts(host.Follow("ticket"), work);
  host.Every(kDropOldEvery, "old loads stay", [&] { return explanations.DropOldLoads(); });
  host.Every(kSoon, "estimates of waits are not compared", [&] { return waits.Settle(); });
  host.Every(kSoon, "heartbeats wait to be written", [&] { return presence.WriteHeartbeats(); });
  host.Every(kSoon, "work of lost agents stays with them", [&] { return unassigner.Step(); });
  host.Manage([&] { return dispatcher.Start(); }, [&] { dispatcher.Stop(); });
  host.Manage([&] { return assigner.Start(); }, [&] { assigner.Stop(); });
  return host.Run();
}

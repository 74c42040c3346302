// muara-routing: who gets which work.
#include "libs/service/host.h"
#include "services/routing/app/assigner.h"
#include "services/routing/app/dispatcher.h"
#include "services/routing/app/explanations.h"
#include "services/routing/app/people.h"
#include "services/routing/app/work.h"
#include "services/routing/events/react.h"
#include "services/routing/rpc/serve.h"
#include "services/routing/store/schema.h"

using namespace muara;           // NOLINT: the root of one program
using namespace muara::routing;  // NOLINT

namespace {

constexpr std::chrono::minutes kDropOldEvery(10);

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
  People people(host.database(), floor, offers, host.clock());
  Explanations explanations(host.database(), host.log(), host.clock(), policy);
  Dispatcher dispatcher(host.database(), floor, offers, work, policy, host.clock(), host.metrics());
  rpc::Client& ticket = host.Peer("ticket");
  Assigner assigner(
      host.database(), work, floor.command_wake(),
      [&](const store::AssignCommand& command) { return TellAssigned(ticket, command); });
  ServeAgents(host.server(), people);
  ServeQueues(host.server(), people);
  ServeExplanations(host.server(), explanations, host.clock());
  ServePolicy(host.server(), policy);
  ServeOffers(host.server(), offers, work);
  OnTicketFacts(host.Follow("ticket"), work);
  host.Every(kDropOldEvery, "old loads of agents stay",
             [&] { return explanations.DropOldLoads(); });
  host.Manage([&] { return dispatcher.Start(); }, [&] { dispatcher.Stop(); });
  host.Manage([&] { return assigner.Start(); }, [&] { assigner.Stop(); });
  return host.Run();
}

#include "libs/log/log.h"
#include "libs/service/host.h"
#include "services/gateway/http/edge.h"
#include "services/gateway/rpc/people_methods.h"
#include "services/gateway/settings.h"
#include "services/gateway/store/schema.h"

int main() {
  using namespace muara;  // NOLINT: this is where all parts meet
  constexpr std::chrono::minutes kDropOldEvery(10);
  service::Host host("gateway");
  const gateway::GatewaySettings settings = gateway::ReadSettings(host.settings());
  constexpr const char* kOwners[] = {"ticket", "routing", "notification", "feedback"};
  for (const char* name : kOwners) host.Need(name);
  if (const Status opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const Status migrated = gateway::store::Migrate(host.database()); !migrated.ok()) {
    return host.Fail(migrated.error());
  }
  gateway::Owners owners;
  std::map<std::string, const bus::OwnerLog*> logs;
  for (const char* name : kOwners) {
    owners[name] = &host.Peer(name);
    logs[name] = &host.LogOf(name);
  }

  gateway::Logins logins(host.database(), host.clock());
  gateway::People people(host.database(), host.clock());
  gateway::LocalMethods local;
  gateway::AddPeopleMethods(local, logins, people);
  const gateway::Backends backends(owners, host.keys(), host.clock(), settings.call_timeout_ms);
  auto routes = gateway::RouteTable::Make();
  if (!routes.ok()) return host.Fail(routes.error());
  gateway::Api api(std::move(*routes), local, backends, logins, host.metrics());
  gateway::LiveEvents events(
      logs,
      {.redis = host.redis(), .bus_secret = host.BusSecret(), .poll_ms = settings.events_poll_ms});
  gateway::SurveyPage survey(backends, host.clock());
  gateway::Edge edge(settings.http, api, logins, backends, events, survey);

  host.Manage(
      [&]() -> Status {
        if (settings.admin_username.empty()) return Ok();
        return people.Seed(settings.admin_username, settings.admin_password);
      },
      [] {});
  host.Every(kDropOldEvery, "old sessions stay", [&]() -> Result<bool> {
    RETURN_IF_ERROR(logins.DropOld());
    return false;
  });
  host.Manage([&] { return events.Start(), Ok(); }, [&] { events.Stop(); });
  host.Manage(
      [&]() -> Status {
        RETURN_IF_ERROR(edge.Start());
        log::Info("serving http", {{"http_port", edge.port()}});
        return Ok();
      },
      [&] { edge.Stop(); });
  return host.Run();
}

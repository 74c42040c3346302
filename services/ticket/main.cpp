// muara-ticket: contacts, tickets and what happened on them.
#include "libs/service/host.h"
#include "services/ticket/app/search_index.h"
#include "services/ticket/events/indexing.h"
#include "services/ticket/events/react.h"
#include "services/ticket/events/sla_timers.h"
#include "services/ticket/events/timers.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/settings.h"
#include "services/ticket/store/schema.h"

using namespace muara;          // NOLINT: the root of one program
using namespace muara::ticket;  // NOLINT

int main() {
  service::Host host("ticket");
  const TicketSettings settings = ReadSettings(host.settings());
  host.Need("feedback");
  host.Need("notification");
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());

  DueBell due_bell;
  SearchIndex search_index(host.database(), host.clock());
  Sla sla(host.database(), host.log(), host.clock());
  SlaPolicies sla_policies(host.database(), host.log(), host.clock());
  const Journal journal(host.log(), {&due_bell, &sla, &search_index});
  QueuePolicies policies(host.database(), host.log(), host.clock(), settings.lifecycle);
  StatusNames status_names(host.database(), host.log(), host.clock());
  CustomFields custom_fields(host.database(), host.log(), host.clock());
  Intake intake(host.database(), journal, host.clock(), policies, settings.intake);
  Tickets tickets(host.database(), journal, host.clock(), policies);
  Links links(host.database(), journal, host.clock());
  Merges merges(host.database(), journal, host.clock());
  Contacts contacts(host.database(), journal, search_index, host.clock());
  Search search(host.database());
  Views views(host.database(), host.clock());
  ServeIntake(host.server(), intake);
  ServeTickets(host.server(), tickets, search);
  ServeLinks(host.server(), links, tickets);
  ServeMerges(host.server(), merges);
  ServeSearch(host.server(), search, views);
  ServeContacts(host.server(), contacts);
  ServeBusinessCalendars(host.server(), sla_policies);
  ServeSlaPolicies(host.server(), sla_policies, sla);
  ServeQueuePolicies(host.server(), policies);
  ServeStatusNames(host.server(), status_names);
  ServeCustomFields(host.server(), custom_fields);
  bus::Consumer& feedback = host.Follow("feedback");
  events::OnSurveyRequested(feedback, tickets);
  events::OnSurveyAnswered(feedback, tickets);
  events::OnDeliveryUpdated(host.Follow("notification"), tickets);
  events::Timers timers(tickets, policies, due_bell, host.clock());
  host.Manage([&] { return timers.Start(); }, [&] { timers.Stop(); });
  events::Indexing indexing(search_index);
  host.Manage([&] { return indexing.Start(); }, [&] { indexing.Stop(); });
  events::SlaTimers sla_timers(sla, host.clock());
  host.Manage([&] { return sla_timers.Start(); }, [&] { sla_timers.Stop(); });
  return host.Run();
}

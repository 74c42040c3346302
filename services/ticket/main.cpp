// muara-ticket: contacts, tickets and what happened on them.
#include "libs/base/slug.h"
#include "libs/service/host.h"
#include "services/ticket/app/contacts.h"
#include "services/ticket/app/intake.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/events/react.h"
#include "services/ticket/events/timers.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/store/schema.h"

using namespace muara;          // NOLINT: the root of one program
using namespace muara::ticket;  // NOLINT

constexpr const char* kNoQueue = "names a queue that is not 1 to 64 of a-z 0-9 and '-'";

int main() {
  service::Host host("ticket");
  service::Settings& settings = host.settings();
  LifecyclePolicy lifecycle;
  IntakePolicy policy;
  lifecycle.reopen_window =
      std::chrono::minutes(settings.Number("MUARA_REOPEN_WINDOW_MINUTES", 96 * 60, 1, 525600));
  lifecycle.close_after =
      std::chrono::minutes(settings.Number("MUARA_CLOSE_AFTER_MINUTES", 96 * 60, 1, 525600));
  for (const auto& [endpoint, queue] : settings.Pairs("MUARA_ENDPOINT_QUEUES", "")) {
    policy.queues[endpoint] = queue;
    if (!IsSlug(queue)) settings.Refuse("MUARA_ENDPOINT_QUEUES", kNoQueue);
  }
  policy.default_queue = settings.Text("MUARA_DEFAULT_QUEUE", "general");
  if (!IsSlug(policy.default_queue)) settings.Refuse("MUARA_DEFAULT_QUEUE", kNoQueue);
  host.Need("feedback");
  host.Need("notification");
  if (const auto opened = host.Open(); !opened.ok()) return host.Fail(opened.error());
  if (const auto made = store::Migrate(host.database()); !made.ok()) return host.Fail(made.error());

  DueBell due_bell;
  const Journal journal(host.log(), {&due_bell});
  QueuePolicies policies(host.database(), host.log(), host.clock(), lifecycle);
  StatusNames status_names(host.database(), host.log(), host.clock());
  Intake intake(host.database(), journal, host.clock(), policies, policy);
  Tickets tickets(host.database(), journal, host.clock(), policies);
  Contacts contacts(host.database(), host.log(), host.clock());
  ServeIntake(host.server(), intake);
  ServeTickets(host.server(), tickets);
  ServeContacts(host.server(), contacts);
  ServeQueuePolicies(host.server(), policies);
  ServeStatusNames(host.server(), status_names);
  bus::Consumer& feedback = host.Follow("feedback");
  events::OnSurveyRequested(feedback, tickets);
  events::OnSurveyAnswered(feedback, tickets);
  events::OnDeliveryUpdated(host.Follow("notification"), tickets);
  events::Timers timers(tickets, policies, due_bell, host.clock());
  host.Manage([&] { return timers.Start(); }, [&] { timers.Stop(); });
  return host.Run();
}

#include "services/ticket/parts.h"

#include "services/ticket/events/react.h"
#include "services/ticket/rpc/serve.h"

namespace muara::ticket {
namespace {

constexpr std::chrono::minutes kSweepEvery(1);
constexpr std::chrono::minutes kFollowEvery(1);

}  // namespace

Parts::Parts(service::Host& host, blob::Blobs& blobs, const TicketSettings& settings)
    : search_index(host.database(), host.clock()),
      sla(host.database(), host.log(), host.clock()),
      sla_policies(host.database(), host.log(), host.clock()),
      journal(host.log(), {&due_bell, &sla, &search_index, &status_times}),
      queue_policies(host.database(), host.log(), host.clock(), settings.lifecycle),
      status_names(host.database(), host.log(), host.clock()),
      custom_fields(host.database(), host.log(), host.clock()),
      intake(host.database(), journal, host.clock(), queue_policies, settings.intake),
      tickets(host.database(), journal, host.clock(), queue_policies,
              MailboxesIn(settings.intake.queues)),
      viewers(host.database(), host.clock(), host.redis(), host.BusSecret()),
      attachments(host.database(), blobs, host.clock()),
      links(host.database(), journal, host.clock()),
      merges(host.database(), journal, host.clock()),
      splits(host.database(), journal, host.clock(), merges),
      contacts(host.database(), journal, search_index, host.clock()),
      accounts(host.database(), journal, host.clock()),
      contact_merges(host.database(), journal, host.clock()),
      contact_points(host.database(), journal, search_index, contacts, host.clock()),
      contact_notes(host.database(), journal, host.clock()),
      contact_import(host.database(), journal, search_index, contacts, host.clock()),
      erasures(host.database(), host.log(), host.clock()),
      search(host.database()),
      views(host.database(), host.clock()),
      bulk_edits(host.database(), journal, host.clock(), queue_policies),
      recurring_tickets(host.database(), journal, host.clock()),
      history(host.database(), host.log()),
      read_audit(host.database(), host.clock()),
      rules(host.database(), host.log(), host.clock()),
      rule_preview(host.database(), host.log()),
      rule_engine(journal, queue_policies, host.clock(), rule_book),
      schedules(host.database(), host.clock(), rule_book, rule_engine),
      canned_replies(host.database(), host.clock()),
      macros(host.database(), journal, host.clock(), queue_policies),
      timers(tickets, queue_policies, due_bell, host.clock()),
      indexing(search_index),
      sla_timers(sla, host.clock()),
      bulk_worker(bulk_edits),
      recurring_timers(recurring_tickets, host.clock()),
      rule_timers(schedules, host.clock()),
      erasing(erasures) {}

void Serve(service::Host& host, Parts& parts) {
  rpc::Server& server = host.server();
  ServeIntake(server, parts.intake);
  ServeAttachments(server, parts.attachments);
  ServeTickets(server, parts.tickets, parts.search);
  ServeViewers(server, parts.viewers);
  ServeLinks(server, parts.links, parts.tickets);
  ServeMerges(server, parts.merges);
  ServeSplits(server, parts.splits);
  ServeSearch(server, parts.search, parts.views);
  ServeContacts(server, parts.contacts);
  ServeAccounts(server, parts.accounts);
  ServeContactMerges(server, parts.contact_merges);
  ServeContactPoints(server, parts.contact_points);
  ServeContactHistory(server, parts.contact_notes);
  ServeContactCsv(server, parts.contact_import);
  ServeErasures(server, parts.erasures);
  ServeBusinessCalendars(server, parts.sla_policies);
  ServeSlaPolicies(server, parts.sla_policies, parts.sla);
  ServeHistory(server, parts.history, parts.read_audit);
  ServeBulkEdits(server, parts.bulk_edits, parts.search);
  ServeRecurringTickets(server, parts.recurring_tickets);
  ServeQueuePolicies(server, parts.queue_policies);
  ServeStatusNames(server, parts.status_names);
  ServeCustomFields(server, parts.custom_fields);
  ServeRules(server, parts.rules, parts.rule_preview, host.clock());
  ServeCannedReplies(server, parts.canned_replies);
  ServeMacros(server, parts.macros);
}

void React(service::Host& host, Parts& parts) {
  bus::Consumer& feedback = host.Follow("feedback");
  events::OnSurveyRequested(feedback, parts.tickets);
  events::OnSurveyAnswered(feedback, parts.tickets);
  events::OnDeliveryUpdated(host.Follow("notification"), parts.tickets);
  events::OnOwnFacts(host.FollowOwn("rules"), parts.rule_engine);
  const auto manage = [&host](auto& worker) {
    host.Manage([&worker] { return worker.Start(); }, [&worker] { worker.Stop(); });
  };
  manage(parts.timers);
  manage(parts.indexing);
  manage(parts.sla_timers);
  manage(parts.bulk_worker);
  manage(parts.recurring_timers);
  manage(parts.rule_timers);
  manage(parts.erasing);
  host.Every(kFollowEvery, "tickets wait for the account of their contact",
             [&parts] { return parts.contacts.GoOnFollowing(); });
  host.Every(kSweepEvery, "unused attachments stay",
             [&parts] { return parts.attachments.Sweep(); });
  host.Every(kSweepEvery, "files that nothing is known of stay", [&parts]() -> Result<bool> {
    RETURN_IF_ERROR(parts.attachments.SweepUnknown());
    return false;
  });
}

}  // namespace muara::ticket

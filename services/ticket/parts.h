// What the ticket service is made of, in the order in which one part stands on another.
#pragma once

#include "libs/service/host.h"
#include "services/ticket/app/attachments/attachments.h"
#include "services/ticket/app/bulk/bulk_edits.h"
#include "services/ticket/app/contacts/accounts.h"
#include "services/ticket/app/contacts/contact_import.h"
#include "services/ticket/app/contacts/contact_merges.h"
#include "services/ticket/app/contacts/contact_notes.h"
#include "services/ticket/app/contacts/contact_points.h"
#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/app/contacts/erasures.h"
#include "services/ticket/app/history/history.h"
#include "services/ticket/app/history/read_audit.h"
#include "services/ticket/app/intake.h"
#include "services/ticket/app/links/links.h"
#include "services/ticket/app/links/splits.h"
#include "services/ticket/app/recurring/recurring_tickets.h"
#include "services/ticket/app/rules/canned_replies.h"
#include "services/ticket/app/rules/macros.h"
#include "services/ticket/app/rules/preview.h"
#include "services/ticket/app/rules/rules.h"
#include "services/ticket/app/rules/schedules.h"
#include "services/ticket/app/search/search.h"
#include "services/ticket/app/search/search_index.h"
#include "services/ticket/app/search/views.h"
#include "services/ticket/app/settings/custom_fields.h"
#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/app/settings/status_names.h"
#include "services/ticket/app/sla/policies.h"
#include "services/ticket/app/sla/sla.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/app/viewers/viewers.h"
#include "services/ticket/events/bulk_worker.h"
#include "services/ticket/events/erasing.h"
#include "services/ticket/events/indexing.h"
#include "services/ticket/events/recurring_timers.h"
#include "services/ticket/events/rules.h"
#include "services/ticket/events/sla_timers.h"
#include "services/ticket/events/timers.h"
#include "services/ticket/settings.h"

namespace muara::ticket {

struct Parts {
  Parts(service::Host& host, blob::Blobs& blobs, const TicketSettings& settings);

  DueBell due_bell;
  SearchIndex search_index;
  Sla sla;
  SlaPolicies sla_policies;
  StatusTimes status_times;
  Journal journal;
  QueuePolicies queue_policies;
  StatusNames status_names;
  CustomFields custom_fields;
  Intake intake;
  Tickets tickets;
  Viewers viewers;
  Attachments attachments;
  Links links;
  Merges merges;
  Splits splits;
  Contacts contacts;
  Accounts accounts;
  ContactMerges contact_merges;
  ContactPoints contact_points;
  ContactNotes contact_notes;
  ContactImport contact_import;
  Erasures erasures;
  Search search;
  Views views;
  BulkEdits bulk_edits;
  RecurringTickets recurring_tickets;
  History history;
  ReadAudit read_audit;
  RuleBook rule_book;
  Rules rules;
  RulePreview rule_preview;
  RuleEngine rule_engine;
  Schedules schedules;
  CannedReplies canned_replies;
  Macros macros;
  events::Timers timers;
  events::Indexing indexing;
  events::SlaTimers sla_timers;
  events::BulkWorker bulk_worker;
  events::RecurringTimers recurring_timers;
  events::RuleTimers rule_timers;
  events::Erasing erasing;
};

// Answers calls, follows the neighbours' facts and keeps the times of what is due.
void Serve(service::Host& host, Parts& parts);
void React(service::Host& host, Parts& parts);

}  // namespace muara::ticket

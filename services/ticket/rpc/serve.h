// Serves this service's methods: parse, call, answer.
#pragma once

#include "libs/rpc/server.h"
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
#include "services/ticket/app/search/search.h"
#include "services/ticket/app/search/views.h"
#include "services/ticket/app/settings/custom_fields.h"
#include "services/ticket/app/settings/status_names.h"
#include "services/ticket/app/sla/policies.h"
#include "services/ticket/app/sla/sla.h"
#include "services/ticket/app/tickets.h"
#include "services/ticket/app/viewers/viewers.h"

namespace muara::ticket {

void ServeIntake(rpc::Server& server, Intake& intake);
void ServeAttachments(rpc::Server& server, Attachments& attachments);
void ServeTickets(rpc::Server& server, Tickets& tickets, Search& search);
// The moves of a ticket; ServeTickets has the rest.
void ServeMoves(rpc::Server& server, Tickets& tickets);
void ServeViewers(rpc::Server& server, Viewers& viewers);
void ServeLinks(rpc::Server& server, Links& links, Tickets& tickets);
void ServeMerges(rpc::Server& server, Merges& merges);
void ServeSplits(rpc::Server& server, Splits& splits);
// Also keeps who calls what is audited: of all services of this server, and of others that ask.
void ServeHistory(rpc::Server& server, History& history, ReadAudit& audit);
void ServeBulkEdits(rpc::Server& server, BulkEdits& edits, Search& search);
void ServeRecurringTickets(rpc::Server& server, RecurringTickets& tickets);
void ServeQueuePolicies(rpc::Server& server, QueuePolicies& policies);
void ServeStatusNames(rpc::Server& server, StatusNames& names);
void ServeCustomFields(rpc::Server& server, CustomFields& fields);
void ServeRules(rpc::Server& server, Rules& rules, RulePreview& preview, const Clock& clock);
// What ServeRules leaves to it.
void ServeRulePreview(rpc::Server& server, Rules& rules, RulePreview& preview, const Clock& clock);
void ServeCannedReplies(rpc::Server& server, CannedReplies& replies);
void ServeMacros(rpc::Server& server, Macros& macros);
void ServeSearch(rpc::Server& server, Search& search, Views& views);
void ServeAccounts(rpc::Server& server, Accounts& accounts);
void ServeContactCsv(rpc::Server& server, ContactImport& import);
void ServeContactHistory(rpc::Server& server, ContactNotes& notes);
void ServeContactMerges(rpc::Server& server, ContactMerges& merges);
void ServeContactPoints(rpc::Server& server, ContactPoints& points);
void ServeContacts(rpc::Server& server, Contacts& contacts);
void ServeErasures(rpc::Server& server, Erasures& erasures);
void ServeBusinessCalendars(rpc::Server& server, SlaPolicies& policies);
void ServeSlaPolicies(rpc::Server& server, SlaPolicies& policies, Sla& sla);

}  // namespace muara::ticket

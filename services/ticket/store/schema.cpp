#include "services/ticket/store/schema.h"

#include "services/ticket/store/attachments/attachments.h"
#include "services/ticket/store/bulk/bulk_edits.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/erasures.h"
#include "services/ticket/store/history/read_audit.h"
#include "services/ticket/store/links/links.h"
#include "services/ticket/store/recurring/recurring_tickets.h"
#include "services/ticket/store/rules/rules.h"
#include "services/ticket/store/search/find.h"
#include "services/ticket/store/search/search_index.h"
#include "services/ticket/store/search/views.h"
#include "services/ticket/store/settings/custom_fields.h"
#include "services/ticket/store/settings/queue_policies.h"
#include "services/ticket/store/settings/status_names.h"
#include "services/ticket/store/sla/sla.h"

namespace muara::ticket::store {

namespace {

sql::Step Contacts() {
  return {1,
          "contacts",
          {"CREATE TABLE contact (id TEXT PRIMARY KEY, display_name TEXT NOT NULL, "
           "created_us BIGINT NOT NULL, version BIGINT NOT NULL)",
           "CREATE TABLE contact_point (kind BIGINT NOT NULL, value TEXT NOT NULL, "
           "contact_id TEXT NOT NULL, display_name TEXT NOT NULL, assurance BIGINT NOT NULL, "
           "PRIMARY KEY (kind, value))",
           "CREATE INDEX contact_point_contact ON contact_point (contact_id)"}};
}

sql::Step TicketTable() {
  return {2,
          "tickets",
          {"CREATE TABLE ticket (id TEXT PRIMARY KEY, reference TEXT NOT NULL, "
           "status BIGINT NOT NULL, subject TEXT NOT NULL, channel BIGINT NOT NULL, "
           "endpoint TEXT NOT NULL, conversation TEXT NOT NULL, queue_id TEXT NOT NULL, "
           "priority BIGINT NOT NULL, contact_id TEXT NOT NULL, contact_name TEXT NOT NULL, "
           "assignee_id TEXT NOT NULL, assignee_name TEXT NOT NULL, tags TEXT NOT NULL, "
           "flagged BOOLEAN NOT NULL, follow_up_of TEXT NOT NULL, "
           "interaction_count BIGINT NOT NULL, survey_id TEXT NOT NULL, "
           "survey_minimum BIGINT NOT NULL, survey_maximum BIGINT NOT NULL, "
           "created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL, first_reply_us BIGINT, "
           "resolved_us BIGINT, closed_us BIGINT, last_inbound_us BIGINT, "
           "last_outbound_us BIGINT, version BIGINT NOT NULL)",
           "CREATE INDEX ticket_updated ON ticket (updated_us, id)",
           "CREATE INDEX ticket_status ON ticket (status, updated_us, id)",
           "CREATE INDEX ticket_assignee ON ticket (assignee_id, updated_us, id)",
           "CREATE INDEX ticket_queue ON ticket (queue_id, updated_us, id)",
           "CREATE INDEX ticket_contact ON ticket (contact_id, updated_us, id)",
           "CREATE INDEX ticket_conversation ON ticket (conversation, endpoint)",
           "CREATE INDEX ticket_reference ON ticket (reference)"}};
}

sql::Step Interactions() {
  return {3,
          "interactions",
          {"CREATE TABLE interaction (id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, "
           "sequence BIGINT NOT NULL, kind BIGINT NOT NULL, direction BIGINT NOT NULL, "
           "channel BIGINT NOT NULL, endpoint TEXT NOT NULL, conversation TEXT NOT NULL, "
           "author_id TEXT NOT NULL, author_name TEXT NOT NULL, subject TEXT NOT NULL, "
           "text TEXT NOT NULL, html TEXT NOT NULL, visible_text TEXT NOT NULL, "
           "points TEXT NOT NULL, provider_message_id TEXT NOT NULL, in_reply_to TEXT NOT NULL, "
           "reference_ids TEXT NOT NULL, origin BIGINT NOT NULL, evidence TEXT NOT NULL, "
           "matched_by BIGINT NOT NULL, unknown_sender BOOLEAN NOT NULL, "
           "delivery_status BIGINT NOT NULL, created_us BIGINT NOT NULL, "
           "survey_id TEXT NOT NULL, survey_score BIGINT NOT NULL, attachments TEXT NOT NULL, "
           "raw_reference TEXT NOT NULL)",
           "CREATE UNIQUE INDEX interaction_ticket ON interaction (ticket_id, sequence)",
           "CREATE INDEX interaction_author ON interaction (author_id, ticket_id)"}};
}

sql::Step Submissions() {
  return {4,
          "provider message ids and what was submitted",
          {"CREATE TABLE message_ref (provider_message_id TEXT PRIMARY KEY, "
           "ticket_id TEXT NOT NULL, interaction_id TEXT NOT NULL)",
           "CREATE TABLE submission (endpoint TEXT NOT NULL, idempotency_key TEXT NOT NULL, "
           "digest TEXT NOT NULL, ticket_id TEXT NOT NULL, interaction_id TEXT NOT NULL, "
           "contact_id TEXT NOT NULL, created_us BIGINT NOT NULL, "
           "PRIMARY KEY (endpoint, idempotency_key))"}};
}

sql::Step Lookups() {
  return {5,
          "finding follow-ups, and what is to be closed",
          {"CREATE INDEX ticket_follow_up ON ticket (follow_up_of) WHERE follow_up_of <> ''",
           "CREATE INDEX ticket_resolved ON ticket (resolved_us) WHERE status = 4"}};
}

sql::Step Claims() {
  return {6,
          "what contacts say of themselves",
          {"CREATE TABLE contact_claim (contact_id TEXT NOT NULL, kind BIGINT NOT NULL, "
           "value TEXT NOT NULL, PRIMARY KEY (contact_id, kind, value))",
           "CREATE INDEX contact_claim_value ON contact_claim (value)"}};
}

sql::Step Lifecycle() {
  return {7,
          "waiting until a time, putting away, escalating, naming",
          {"ALTER TABLE ticket ADD COLUMN until_us BIGINT",
           "ALTER TABLE ticket ADD COLUMN due_us BIGINT",
           "ALTER TABLE ticket ADD COLUMN held_status BIGINT",
           "ALTER TABLE ticket ADD COLUMN flag_note TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE ticket ADD COLUMN type TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE ticket ADD COLUMN disposition TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE ticket ADD COLUMN escalation_level BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE ticket ADD COLUMN status_name TEXT NOT NULL DEFAULT ''",
           "CREATE INDEX ticket_due ON ticket (due_us) WHERE due_us IS NOT NULL"}};
}

sql::Step FieldValues() {
  return {8,
          "values of declared fields",
          {"ALTER TABLE ticket ADD COLUMN fields TEXT NOT NULL DEFAULT ''"}};
}

sql::Step Merging() {
  return {9,
          "what goes on in another",
          {"ALTER TABLE ticket ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE ticket ADD COLUMN merged_us BIGINT"}};
}

sql::Step Splitting() {
  return {10,
          "what was split off another",
          {"ALTER TABLE ticket ADD COLUMN split_from TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE interaction ADD COLUMN copied_from TEXT NOT NULL DEFAULT ''"}};
}

sql::Step OfAccounts() {
  return {11, "accounts", {"ALTER TABLE ticket ADD COLUMN account_id TEXT NOT NULL DEFAULT ''"}};
}

sql::Step NextDue() {
  return {12, "when the first clock is due", {"ALTER TABLE ticket ADD COLUMN next_due_us BIGINT"}};
}

sql::Step FlagReason() {
  return {13,
          "why a ticket is flagged, for programs",
          {"ALTER TABLE ticket ADD COLUMN flag_reason TEXT NOT NULL DEFAULT ''"}};
}

}  // namespace

muara::Status Migrate(sql::Database& database) {
  RETURN_IF_ERROR(sql::Migrate(
      database, "ticket",
      {Contacts(), TicketTable(), Interactions(), Submissions(), Lookups(), Claims(), Lifecycle(),
       FieldValues(), Merging(), Splitting(), OfAccounts(), NextDue(), FlagReason()}));
  RETURN_IF_ERROR(MigrateAttachments(database));
  RETURN_IF_ERROR(MigrateContacts(database));
  RETURN_IF_ERROR(MigrateErasures(database));
  RETURN_IF_ERROR(MigrateQueuePolicies(database));
  RETURN_IF_ERROR(MigrateStatusNames(database));
  RETURN_IF_ERROR(MigrateCustomFields(database));
  RETURN_IF_ERROR(MigrateLinks(database));
  RETURN_IF_ERROR(MigrateFind(database));
  RETURN_IF_ERROR(MigrateSearch(database));
  RETURN_IF_ERROR(MigrateViews(database));
  RETURN_IF_ERROR(MigrateReadAudit(database));
  RETURN_IF_ERROR(MigrateBulkEdits(database));
  RETURN_IF_ERROR(MigrateRecurringTickets(database));
  RETURN_IF_ERROR(MigrateRules(database));
  return MigrateSla(database);
}

}  // namespace muara::ticket::store

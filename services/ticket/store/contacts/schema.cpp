// Steps of the component "contacts"; the first ones of contacts are the ticket's.
#include "libs/sql/migrate.h"
#include "services/ticket/store/contacts/contacts.h"

namespace muara::ticket::store {
namespace {

sql::Step Accounts() {
  return {1,
          "accounts, and what is known of contacts",
          {"CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, "
           "contract_sla_policy_id TEXT NOT NULL, tags TEXT NOT NULL, fields TEXT NOT NULL, "
           "notes TEXT NOT NULL, created_us BIGINT NOT NULL, updated_us BIGINT NOT NULL, "
           "version BIGINT NOT NULL)",
           "CREATE INDEX account_contract ON account (contract_sla_policy_id) "
           "WHERE contract_sla_policy_id <> ''",
           "CREATE TABLE account_domain (domain TEXT PRIMARY KEY, account_id TEXT NOT NULL)",
           "CREATE INDEX account_domain_account ON account_domain (account_id)",
           "ALTER TABLE contact ADD COLUMN account_id TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE contact ADD COLUMN name_key TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE contact ADD COLUMN tags TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE contact ADD COLUMN fields TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE contact ADD COLUMN language TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE contact ADD COLUMN time_zone TEXT NOT NULL DEFAULT ''",
           "UPDATE contact SET name_key = LOWER(display_name)",
           "CREATE INDEX contact_account ON contact (account_id, name_key) WHERE account_id <> ''",
           "CREATE INDEX ticket_account ON ticket (account_id, status) WHERE account_id <> ''"}};
}

sql::Step Merging() {
  return {2,
          "contacts that go on in others, points that people give, notes",
          {"ALTER TABLE contact ADD COLUMN merged_into TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE contact ADD COLUMN merged_us BIGINT",
           "ALTER TABLE contact ADD COLUMN erased_us BIGINT",
           "CREATE INDEX contact_merged ON contact (merged_into) WHERE merged_into <> ''",
           // What a channel said of it; 0: people gave it.
           "ALTER TABLE contact_point ADD COLUMN channel_assurance BIGINT NOT NULL DEFAULT 0",
           "UPDATE contact_point SET channel_assurance = assurance",
           "CREATE TABLE contact_note (id TEXT PRIMARY KEY, contact_id TEXT NOT NULL, "
           "author TEXT NOT NULL, text TEXT NOT NULL, created_us BIGINT NOT NULL)",
           "CREATE INDEX contact_note_contact ON contact_note (contact_id, created_us, id)"}};
}

sql::Step Imports() {
  return {3,
          "contacts as tables",
          {"ALTER TABLE contact ADD COLUMN external_id TEXT NOT NULL DEFAULT ''",
           "CREATE UNIQUE INDEX contact_external ON contact (external_id) WHERE external_id <> ''",
           "CREATE TABLE contact_import (key TEXT PRIMARY KEY, created BIGINT NOT NULL, "
           "updated BIGINT NOT NULL, unchanged BIGINT NOT NULL, problems TEXT NOT NULL, "
           "imported_us BIGINT NOT NULL)",
           "CREATE INDEX contact_import_time ON contact_import (imported_us)"}};
}

sql::Step Following() {
  return {4,
          "whose tickets are still to take their account",
          {"CREATE TABLE contact_follow (contact_id TEXT PRIMARY KEY, actor TEXT NOT NULL, "
           "why TEXT NOT NULL)"}};
}

sql::Step Looking() {
  return {5,
          "accounts by name, and tickets beside their contact's account",
          {"CREATE INDEX account_name ON account (name_key, id)",
           "CREATE INDEX ticket_contact_account ON ticket (contact_id, account_id, id) "
           "WHERE status <> 5"}};
}

sql::Step Settling() {
  return {6,
          "whose tickets are still to be settled again, and a contact's tickets in order",
          {"CREATE TABLE contact_settle (contact_id TEXT PRIMARY KEY, after_id TEXT NOT NULL)",
           "CREATE INDEX ticket_of_contact ON ticket (contact_id, id)"}};
}

}  // namespace

muara::Status MigrateContacts(sql::Database& database) {
  return sql::Migrate(database, "contacts",
                      {Accounts(), Merging(), Imports(), Following(), Looking(), Settling()});
}

}  // namespace muara::ticket::store

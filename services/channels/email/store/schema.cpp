#include "services/channels/email/store/schema.h"

#include "libs/sql/migrate.h"

namespace muara::email::store {

Status Migrate(sql::Database& database) {
  return sql::Migrate(
      database, "email",
      {{1,
        "deliveries",
        {"CREATE TABLE email_delivery ("
         "delivery_id TEXT PRIMARY KEY, "
         "state INTEGER NOT NULL, "
         "attempt INTEGER NOT NULL, "
         "provider_message_id TEXT NOT NULL, "
         "reason TEXT NOT NULL, "
         "detail TEXT NOT NULL, "
         "updated_us BIGINT NOT NULL)",
         "CREATE INDEX email_delivery_updated ON email_delivery (updated_us)"}},
       {2, "raw mails to be removed", {"CREATE TABLE erased_mail (reference TEXT PRIMARY KEY)"}}});
}

}  // namespace muara::email::store

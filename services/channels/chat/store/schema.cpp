#include "services/channels/chat/store/schema.h"

#include "libs/sql/migrate.h"

namespace muara::chat::store {

// cid and delivery_id are NULL where a message has none: the unique indexes leave those alone.
Status Migrate(sql::Database& database) {
  return sql::Migrate(
      database, "chat",
      {{1,
        "sessions and messages",
        {"CREATE TABLE chat_session (id TEXT PRIMARY KEY, token_hash TEXT NOT NULL, "
         "name TEXT NOT NULL, email TEXT NOT NULL, head BIGINT NOT NULL, "
         "created_us BIGINT NOT NULL, used_us BIGINT NOT NULL)",
         "CREATE INDEX chat_session_used ON chat_session (used_us)",
         "CREATE TABLE chat_message (session_id TEXT NOT NULL, seq BIGINT NOT NULL, "
         "interaction_id TEXT NOT NULL, author INTEGER NOT NULL, name TEXT NOT NULL, "
         "text TEXT NOT NULL, cid TEXT, delivery_id TEXT, choice_min INTEGER, "
         "choice_max INTEGER, choice_url TEXT NOT NULL, created_us BIGINT NOT NULL, "
         "PRIMARY KEY (session_id, seq))",
         "CREATE UNIQUE INDEX chat_message_cid ON chat_message (session_id, cid)",
         "CREATE UNIQUE INDEX chat_message_delivery ON chat_message (delivery_id)"}}});
}

}  // namespace muara::chat::store

#include "services/gateway/store/schema.h"

#include "libs/bus/schema.h"

namespace muara::gateway::store {

Status Migrate(sql::Database& database) {
  // For the operation keys; the gateway writes no facts.
  RETURN_IF_ERROR(bus::MigrateBus(database));
  return sql::Migrate(
      database, "gateway",
      {{.number = 1,
        .name = "people",
        .statements = {
            "CREATE TABLE accounts (id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE,"
            " display_name TEXT NOT NULL, roles TEXT NOT NULL, agent_id TEXT NOT NULL,"
            " password_hash TEXT NOT NULL, disabled BOOLEAN NOT NULL, create_time BIGINT NOT NULL,"
            " version BIGINT NOT NULL, operation TEXT NOT NULL UNIQUE)",
            "CREATE TABLE sessions (token_hash TEXT PRIMARY KEY, account_id TEXT NOT NULL,"
            " expire_time BIGINT NOT NULL)",
            "CREATE INDEX sessions_by_account ON sessions (account_id)",
            "CREATE INDEX sessions_by_expiry ON sessions (expire_time)",
            "CREATE TABLE api_keys (id TEXT PRIMARY KEY, secret_hash TEXT NOT NULL UNIQUE,"
            " display_name TEXT NOT NULL, roles TEXT NOT NULL, create_time BIGINT NOT NULL,"
            " expire_time BIGINT NOT NULL, revoked BOOLEAN NOT NULL,"
            " operation TEXT NOT NULL UNIQUE)",
            // By the hash of the name: what people mistype may be a password.
            "CREATE TABLE login_failures (name_hash TEXT PRIMARY KEY, failures BIGINT NOT NULL,"
            " last_time BIGINT NOT NULL, locked_until BIGINT NOT NULL)",
            "CREATE INDEX login_failures_by_time ON login_failures (last_time)",
        }}});
}

}  // namespace muara::gateway::store

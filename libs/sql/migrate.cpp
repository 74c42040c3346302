#include "libs/sql/migrate.h"

#include "libs/base/time.h"

namespace muara::sql {
namespace {

constexpr int64_t kMigrationLock = 0x6d75617261;  // "muara"

Status Lock(Tx& tx) {
  if (tx.engine() == Engine::kSqlite) return Ok();  // one writer
  // However long another process takes over its steps.
  RETURN_IF_ERROR(tx.Execute("SET LOCAL lock_timeout = 0"));
  RETURN_IF_ERROR(tx.Query("SELECT pg_advisory_xact_lock($1)", kMigrationLock));
  return Ok();
}

Status Prepare(Tx& tx) {
  RETURN_IF_ERROR(Lock(tx));
  const auto made = tx.Execute(
      "CREATE TABLE IF NOT EXISTS schema_step (owner TEXT NOT NULL, number BIGINT NOT NULL, "
      "name TEXT NOT NULL, applied_us BIGINT NOT NULL, PRIMARY KEY (owner, number))");
  return made.ok() ? Ok() : Status(made.error());
}

Status Apply(Tx& tx, const std::string& owner, const Step& step) {
  RETURN_IF_ERROR(Lock(tx));
  ASSIGN_OR_RETURN(const int64_t claimed,
                   tx.Execute("INSERT INTO schema_step (owner, number, name, applied_us) "
                              "VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                              owner, step.number, step.name, ToMicros(SystemClock().Now())));
  if (claimed == 0) return Ok();
  const bool own = tx.engine() == Engine::kPostgres && !step.postgres.empty();
  for (const std::string& statement : own ? step.postgres : step.statements) {
    RETURN_IF_ERROR(tx.Run(statement, Params()));
  }
  return Ok();
}

}  // namespace

Status Migrate(Database& database, const std::string& owner, const std::vector<Step>& steps) {
  RETURN_IF_ERROR(database.Transact(Prepare));
  for (const Step& step : steps) {
    RETURN_IF_ERROR(database.Transact([&](Tx& tx) { return Apply(tx, owner, step); }));
  }
  return Ok();
}

}  // namespace muara::sql

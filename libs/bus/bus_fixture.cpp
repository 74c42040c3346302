#include "libs/bus/bus_fixture.h"

namespace muara::bus {
testing::PostgresServer& SharedPostgres() {
  static testing::PostgresServer server;
  return server;
}

std::unique_ptr<sql::Database> OpenDatabase(const std::string& url) {
  auto opened = sql::Database::Open(url, {});
  CHECK(opened.ok());
  return std::move(*opened);
}

std::unique_ptr<sql::Database> NewDatabase(sql::Engine engine, const testing::TempFolder& folder) {
  return OpenDatabase(engine == sql::Engine::kSqlite ? testing::SqliteUrl(folder)
                                                     : SharedPostgres().NewDatabase());
}

Owner::Owner(sql::Engine engine, const testing::TempFolder& folder, RedisAddress redis)
    : redis_(std::move(redis)), database_(NewDatabase(engine, folder)) {
  log_ = std::move(*EventLog::Open(*database_, "test"));
  remote_ = std::make_unique<LocalLog>(*database_, *log_);
}

void Owner::StartPublisher() {
  publisher_ = std::make_unique<Publisher>(
      *database_, *log_, PublisherOptions{.redis = redis_, .secret = kSecret, .poll_ms = 20},
      metrics_);
  CHECK(publisher_->Start().ok());
}

Status Owner::Append(const std::string& key) {
  const Status status = database_->Transact([&](sql::Tx& tx) {
    return log_->Append(tx, {key, kType, key + " happened"}, SystemClock().Now());
  });
  if (status.ok()) ++appended_;
  return status;
}

Status MakeEffects(sql::Database& database) {
  RETURN_IF_ERROR(MigrateBus(database));
  return sql::Migrate(database, "effects",
                      {{1,
                        "effects",
                        {"CREATE TABLE effect (number BIGINT PRIMARY KEY, event_id TEXT NOT NULL, "
                         "key TEXT NOT NULL, key_version BIGINT NOT NULL)"}}});
}

Status WriteEffect(sql::Tx& tx, const Envelope& envelope) {
  // The table is locked by its own counting: order of effects is order of numbers.
  if (tx.engine() == sql::Engine::kPostgres) {
    RETURN_IF_ERROR(tx.Execute("LOCK TABLE effect IN EXCLUSIVE MODE"));
  }
  RETURN_IF_ERROR(
      tx.Execute("INSERT INTO effect (number, event_id, key, key_version) "
                 "SELECT COALESCE(MAX(number), 0) + 1, CAST($1 AS TEXT), CAST($2 AS TEXT), "
                 "CAST($3 AS BIGINT) FROM effect",
                 envelope.id, envelope.subject, envelope.key_version));
  return Ok();
}

int64_t CountEffects(sql::Database& database) {
  const auto rows =
      database.Read([](sql::Tx& tx) { return tx.Query("SELECT COUNT(*) FROM effect"); });
  return rows.ok() ? (*rows)[0].Int(0) : -1;
}

::testing::AssertionResult EffectsAreExact(sql::Database& database) {
  const auto rows = database.Read([](sql::Tx& tx) {
    return tx.Query("SELECT event_id, key, key_version FROM effect ORDER BY number");
  });
  if (!rows.ok()) return ::testing::AssertionFailure() << rows.error().message;
  std::map<std::string, int64_t> last;
  for (const sql::Row& row : *rows) {
    int64_t& version = last[row.Text(1)];
    if (row.Int(2) != version + 1) {
      return ::testing::AssertionFailure()
             << row.Text(1) << " went from version " << version << " to " << row.Int(2);
    }
    ++version;
  }
  return ::testing::AssertionSuccess();
}

}  // namespace muara::bus

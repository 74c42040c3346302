// PostgreSQL: a pool of connections, and transactions that send what nobody waits for together.
#include <condition_variable>
#include <mutex>

#include "libs/sql/database.h"
#include "libs/sql/postgres_connection.h"

namespace muara::sql {
namespace {

constexpr int kTriesMax = 8;        // of a transaction that lost a race
constexpr size_t kPostedMax = 200;  // kept back before they are sent

constexpr const char* kBegin = "BEGIN";
constexpr const char* kBeginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

class PostgresTx final : public Tx {
 public:
  PostgresTx(PostgresConnection& connection, const char* begin) : connection_(connection) {
    posted_.push_back({begin, {}});
  }

  Result<Rows> Run(std::string_view sql, const Params& params) override {
    ASSIGN_OR_RETURN(auto rows, RunAll({Statement{std::string(sql), params}}));
    return std::move(rows[0]);
  }

  Result<std::vector<Rows>> RunAll(std::vector<Statement> statements) override {
    // What a step spoiled is mended with the step; a lost race is not: all of it is done again.
    const bool undoes =
        !statements.empty() && statements[0].sql.starts_with("ROLLBACK TO SAVEPOINT ");
    if (undoes) (void)Flush();
    if (spoiled_ && (!undoes || spoiled_->reason == "LOST_RACE")) return *spoiled_;
    const size_t before = posted_.size();
    for (Statement& one : statements) posted_.push_back(std::move(one));
    auto rows = connection_.Run(std::exchange(posted_, {}));
    begun_ = true;
    if (undoes && rows.ok()) spoiled_.reset();
    if (!rows.ok()) {
      spoiled_ = rows.error();
      return rows;
    }
    rows->erase(rows->begin(), rows->begin() + static_cast<int64_t>(before));
    return rows;
  }

  Status Post(Statement statement) override {
    if (spoiled_) return *spoiled_;
    RETURN_IF_ERROR(statement.params.Check());
    posted_.push_back(std::move(statement));
    return posted_.size() < kPostedMax ? Ok() : Flush();
  }

  Engine engine() const override { return Engine::kPostgres; }
  void OnCommit(std::function<void()> action) override { actions_.push_back(std::move(action)); }

  // A lost answer is kUnavailable: unknown, to be run again under the same operation key.
  Status Commit() {
    if (begun_ || posted_.size() > 1) {
      RETURN_IF_ERROR(Post(Statement{"COMMIT", {}}));
      RETURN_IF_ERROR(Flush());
    }
    for (const auto& action : actions_) action();
    return Ok();
  }
  // If this fails the connection is thrown away with its transaction.
  void RollBack() {
    if (begun_) (void)connection_.Plain("ROLLBACK");
  }
  // A statement that failed and was not undone: nothing after it can count.
  const std::optional<Error>& spoiled() const { return spoiled_; }

 private:
  Status Flush() {
    if (posted_.empty()) return Ok();
    RETURN_IF_ERROR(RunAll({}));
    return Ok();
  }

  PostgresConnection& connection_;
  bool begun_ = false;  // something was sent
  std::vector<Statement> posted_;
  std::optional<Error> spoiled_;
  std::vector<std::function<void()>> actions_;
};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, Options options) : url_(std::move(url)), options_(options) {}
  Engine engine() const override { return Engine::kPostgres; }

  // Opens one connection, so that a wrong URL is told at start, and a database that orders text by
  // a language's rules: ranges over prefixes would miss rows there, and pages skip them.
  Status Probe() {
    ASSIGN_OR_RETURN(const Rows rows,
                     Read([](Tx& tx) { return tx.Query("SELECT 'B' < 'a' AND 'a-c' < 'ab'"); }));
    if (rows[0].Bool(0)) return Ok();
    return MakeError(Code::kFailedPrecondition, "STORE_COLLATION",
                     "the database must order text by bytes: make it with CREATE DATABASE ... "
                     "TEMPLATE template0 LOCALE 'C'");
  }

 protected:
  Status RunIn(Mode mode, const std::function<Status(Tx&)>& work) override {
    Status status = Ok();
    for (int i = 0; i < kTriesMax; ++i) {
      ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection, Take());
      status = Once(*connection, mode, work);
      Give(std::move(connection));
      if (status.ok() || status.error().reason != "LOST_RACE") return status;
    }
    return status;
  }

 private:
  static Status Once(PostgresConnection& connection, Mode mode,
                     const std::function<Status(Tx&)>& work) {
    PostgresTx tx(connection, mode == Mode::kWrite ? kBegin : kBeginReading);
    Status status = work(tx);
    if (tx.spoiled().has_value() && (status.ok() || tx.spoiled()->reason == "LOST_RACE")) {
      status = *tx.spoiled();
    }
    if (status.ok()) status = tx.Commit();
    if (!status.ok()) tx.RollBack();
    return status;
  }

  Result<std::unique_ptr<PostgresConnection>> Take() {
    {
      std::unique_lock lock(mutex_);
      const bool free = wake_.wait_for(lock, std::chrono::milliseconds(options_.wait_ms_max),
                                       [this] { return taken_ < options_.connections_max; });
      if (!free) return MakeError(Code::kUnavailable, "STORE_BUSY", "no connection became free");
      ++taken_;
      if (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    auto connection = std::make_unique<PostgresConnection>(url_, options_);
    if (connection->ready()) return connection;
    const Error error = MakeError(Code::kUnavailable, "STORE_UNAVAILABLE", connection->problem());
    Give(nullptr);
    return error;
  }

  void Give(std::unique_ptr<PostgresConnection> connection) {
    {
      const std::lock_guard lock(mutex_);
      --taken_;
      if (connection != nullptr && connection->idle()) idle_.push_back(std::move(connection));
      if (connection != nullptr) idle_.clear();  // one broke: the others probably did too
    }
    wake_.notify_one();
  }

  const std::string url_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
  int taken_ = 0;
};

}  // namespace

Result<std::unique_ptr<Database>> OpenPostgres(const std::string& url, const Options& options) {
  auto database = std::make_unique<PostgresDatabase>(url, options);
  RETURN_IF_ERROR(database->Probe());
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace muara::sql

// PostgreSQL by libpq: a pool of connections, statements prepared once on each.
#include <libpq-fe.h>

#include <charconv>
#include <condition_variable>
#include <mutex>
#include <unordered_map>

#include "libs/sql/database.h"

namespace muara::sql {
namespace {

constexpr int kTriesMax = 8;            // of a transaction that lost a race
constexpr size_t kStatementsMax = 500;  // prepared on one connection

constexpr unsigned kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kFloat4 = 700,
                   kFloat8 = 701;

using PgResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

Error Away(std::string message) {
  return MakeError(Code::kUnavailable, "STORE_UNAVAILABLE", std::move(message));
}

Error ToError(PGconn* handle, const PGresult* result) {
  const char* state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
  const std::string code = state != nullptr ? state : "";
  // Not the details: they quote the row, which may hold what must never reach a log.
  const char* primary =
      result != nullptr ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  const std::string text = primary != nullptr ? primary : PQerrorMessage(handle);
  if (code.empty() || PQstatus(handle) == CONNECTION_BAD) return Away(text);
  if (code == "40001" || code == "40P01") return MakeError(Code::kAborted, "LOST_RACE", text);
  if (code == "23505") return MakeError(Code::kAlreadyExists, "UNIQUE_VIOLATION", text);
  if (code.starts_with("23")) return MakeError(Code::kInternal, "CONSTRAINT_VIOLATION", text);
  // 08 connection, 53 resources, 55P03 lock not available, 57 operator intervention, 58 system.
  for (const char* passing : {"08", "53", "55P03", "57", "58"}) {
    if (code.starts_with(passing)) return Away(text);
  }
  return MakeError(Code::kInternal, "BAD_STATEMENT", text);
}

// A parameter as libpq wants it: text, or bytes for Blob.
struct Bound {
  std::string text;
  bool null = false;
  bool binary = false;
};

Bound Bind(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return {std::to_string(*number)};
  if (const auto* truth = std::get_if<bool>(&value)) return {*truth ? "t" : "f"};
  if (const auto* text = std::get_if<std::string>(&value)) return {*text};
  if (const auto* blob = std::get_if<Blob>(&value)) return {blob->bytes, false, true};
  if (const auto* real = std::get_if<double>(&value)) {
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof digits, *real).ptr;
    return {std::string(digits, end)};
  }
  return {"", true};
}

Value Column(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return Null{};
  const char* text = PQgetvalue(result, row, column);
  switch (PQftype(result, column)) {
    case kInt8:
    case kInt4:
    case kInt2:
      return static_cast<int64_t>(std::strtoll(text, nullptr, 10));
    case kBool:
      return text[0] == 't';
    case kFloat4:
    case kFloat8:
      return std::strtod(text, nullptr);
    case kBytea: {
      size_t size = 0;
      unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &size);
      Blob blob{std::string(reinterpret_cast<char*>(bytes), size)};
      PQfreemem(bytes);
      return blob;
    }
  }
  return std::string(text, PQgetlength(result, row, column));
}

class Connection {
 public:
  // A peer that is gone without a word is noticed within about half a minute; the URL may say else.
  Connection(const std::string& url, int wait_ms) {
    const char* names[] = {"connect_timeout",
                           "tcp_user_timeout",
                           "keepalives_idle",
                           "keepalives_interval",
                           "keepalives_count",
                           "dbname",
                           nullptr};
    const char* values[] = {"5", "20000", "10", "5", "4", url.c_str(), nullptr};
    handle_ = PQconnectdbParams(names, values, 1);
    // Errors come back as results; notices would go to standard error past our logs.
    PQsetNoticeProcessor(handle_, [](void*, const char*) {}, nullptr);
    if (!alive()) return;
    ready_ = Plain(("SET lock_timeout = " + std::to_string(wait_ms)).c_str()).ok();
  }
  ~Connection() { PQfinish(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool alive() const { return PQstatus(handle_) == CONNECTION_OK; }
  bool ready() const { return alive() && ready_; }
  bool idle() const { return alive() && PQtransactionStatus(handle_) == PQTRANS_IDLE; }
  std::string problem() const { return PQerrorMessage(handle_); }

  Status Plain(const char* sql) {
    const PgResult result(PQexec(handle_, sql), PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return ToError(handle_, result.get());
    return Ok();
  }

  Result<Rows> Run(std::string_view sql, const Params& params) {
    RETURN_IF_ERROR(params.Check());
    std::vector<Bound> bound;
    bound.reserve(params.values().size());
    for (const Value& value : params.values()) bound.push_back(Bind(value));
    std::vector<const char*> texts;
    std::vector<int> sizes, formats;
    for (const Bound& one : bound) {
      texts.push_back(one.null ? nullptr : one.text.data());
      sizes.push_back(static_cast<int>(one.text.size()));
      formats.push_back(one.binary ? 1 : 0);
    }
    ASSIGN_OR_RETURN(const std::string name, Prepared(std::string(sql)));
    const PgResult result(PQexecPrepared(handle_, name.c_str(), static_cast<int>(texts.size()),
                                         texts.data(), sizes.data(), formats.data(), 0),
                          PQclear);
    return ToRows(result.get());
  }

 private:
  Result<Rows> ToRows(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return ToError(handle_, result);
    Rows out;
    out.affected = std::strtoll(PQcmdTuples(const_cast<PGresult*>(result)), nullptr, 10);
    const int columns = PQnfields(result);
    for (int row = 0; row < PQntuples(result); ++row) {
      std::vector<Value> values;
      values.reserve(columns);
      for (int i = 0; i < columns; ++i) values.push_back(Column(result, row, i));
      out.rows.emplace_back(std::move(values));
    }
    return out;
  }

  Result<std::string> Prepared(std::string sql) {
    if (const auto found = names_.find(sql); found != names_.end()) return found->second;
    if (names_.size() >= kStatementsMax) {
      RETURN_IF_ERROR(Plain("DEALLOCATE ALL"));
      names_.clear();
    }
    const std::string name = "s" + std::to_string(++last_name_);
    const PgResult result(PQprepare(handle_, name.c_str(), sql.c_str(), 0, nullptr), PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return ToError(handle_, result.get());
    names_.emplace(std::move(sql), name);
    return name;
  }

  PGconn* handle_ = nullptr;
  bool ready_ = false;
  std::unordered_map<std::string, std::string> names_;
  int64_t last_name_ = 0;
};

class PostgresTx final : public Tx {
 public:
  explicit PostgresTx(Connection& connection) : connection_(connection) {}
  Result<Rows> Run(std::string_view sql, const Params& params) override {
    // What a step spoiled is mended with the step; a lost race is not: all of it is done again.
    const bool undoes = sql.starts_with("ROLLBACK TO SAVEPOINT ");
    if (spoiled_ && (!undoes || spoiled_->reason == "LOST_RACE")) return *spoiled_;
    auto rows = connection_.Run(sql, params);
    if (undoes && rows.ok()) spoiled_.reset();
    if (!rows.ok()) spoiled_ = rows.error();
    return rows;
  }
  Engine engine() const override { return Engine::kPostgres; }
  void OnCommit(std::function<void()> action) override { actions_.push_back(std::move(action)); }
  void Committed() {
    for (const auto& action : actions_) action();
  }
  // A statement that failed and was not undone: nothing after it can count.
  const std::optional<Error>& spoiled() const { return spoiled_; }

 private:
  Connection& connection_;
  std::optional<Error> spoiled_;
  std::vector<std::function<void()>> actions_;
};

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(std::string url, Options options) : url_(std::move(url)), options_(options) {}
  Engine engine() const override { return Engine::kPostgres; }

  // Opens one connection, so that a wrong URL is told at start.
  Status Probe() {
    ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Take());
    Give(std::move(connection));
    return Ok();
  }

 protected:
  Status RunIn(Mode mode, const std::function<Status(Tx&)>& work) override {
    Status status = Ok();
    for (int i = 0; i < kTriesMax; ++i) {
      ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, Take());
      status = Once(*connection, mode, work);
      Give(std::move(connection));
      if (status.ok() || status.error().reason != "LOST_RACE") return status;
    }
    return status;
  }

 private:
  static Status Once(Connection& connection, Mode mode, const std::function<Status(Tx&)>& work) {
    RETURN_IF_ERROR(connection.Plain(
        mode == Mode::kWrite ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
    PostgresTx tx(connection);
    Status status = work(tx);
    if (tx.spoiled().has_value() && (status.ok() || tx.spoiled()->reason == "LOST_RACE")) {
      status = *tx.spoiled();
    }
    if (!status.ok()) {
      // If this fails the connection is thrown away with its transaction.
      if (const Status undone = connection.Plain("ROLLBACK"); !undone.ok()) return status;
      return status;
    }
    // A lost COMMIT answer is kUnavailable: unknown, to be run again under the same operation key.
    RETURN_IF_ERROR(connection.Plain("COMMIT"));
    tx.Committed();
    return Ok();
  }

  Result<std::unique_ptr<Connection>> Take() {
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
    auto connection = std::make_unique<Connection>(url_, options_.wait_ms_max);
    if (connection->ready()) return connection;
    const Error error = Away(connection->problem());
    Give(nullptr);
    return error;
  }

  void Give(std::unique_ptr<Connection> connection) {
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
  std::vector<std::unique_ptr<Connection>> idle_;
  int taken_ = 0;
};

}  // namespace

Result<std::unique_ptr<Database>> OpenPostgres(const std::string& url, const Options& options) {
  auto database = std::make_unique<PostgresDatabase>(url, options);
  RETURN_IF_ERROR(database->Probe());
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace muara::sql

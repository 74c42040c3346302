// SQLite: one writer thread that groups the waiting transactions into one commit, a savepoint each;
// readers have connections of their own on the write-ahead log.
#include <sqlite3.h>

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "libs/log/trace.h"
#include "libs/sql/database.h"
#include "libs/sql/rewrite.h"

namespace muara::sql {
namespace {

Error ToError(sqlite3* handle, int code) {
  const std::string text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  const int primary = code & 0xff;
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
    return MakeError(Code::kAlreadyExists, "UNIQUE_VIOLATION", text);
  }
  if (primary == SQLITE_CONSTRAINT) {
    return MakeError(Code::kInternal, "CONSTRAINT_VIOLATION", text);
  }
  if (primary == SQLITE_ERROR || primary == SQLITE_MISUSE || primary == SQLITE_RANGE) {
    return MakeError(Code::kInternal, "BAD_STATEMENT", text);
  }
  return MakeError(Code::kUnavailable, "STORE_UNAVAILABLE", text);
}

class Connection {
 public:
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, int wait_ms) {
    auto connection = std::make_unique<Connection>();
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.c_str(), &connection->handle_, flags, nullptr);
    if (code != SQLITE_OK) return ToError(connection->handle_, code);
    sqlite3_extended_result_codes(connection->handle_, 1);
    sqlite3_busy_timeout(connection->handle_, wait_ms);
    for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                               "PRAGMA foreign_keys=ON", "PRAGMA cache_size=-16000",
                               // What was deleted is overwritten, not only forgotten.
                               "PRAGMA secure_delete=ON"}) {
      RETURN_IF_ERROR(connection->Run(pragma, Params()));
    }
    return connection;
  }

  ~Connection() {
    for (auto& [text, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }

  Result<Rows> Run(std::string_view sql, const Params& params) {
    RETURN_IF_ERROR(params.Check());
    ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Prepared(std::string(sql)));
    const Status bound = Bind(statement, params);
    Result<Rows> rows = bound.ok() ? Step(statement) : Result<Rows>(bound.error());
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return rows;
  }

  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

 private:
  Result<sqlite3_stmt*> Prepared(const std::string& sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    const std::string text = ForSqlite(sql);
    const int code = sqlite3_prepare_v3(handle_, text.c_str(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return ToError(handle_, code);
    return statements_[sql] = statement;
  }

  Status Bind(sqlite3_stmt* statement, const Params& params) {
    const auto& values = params.values();
    if (sqlite3_bind_parameter_count(statement) > static_cast<int>(values.size())) {
      return MakeError(Code::kInternal, "BAD_STATEMENT", "a parameter has no value");
    }
    const int wanted = sqlite3_bind_parameter_count(statement);
    for (int i = 0; i < wanted; ++i) BindOne(statement, i + 1, values[i]);
    return Ok();
  }

  static void BindOne(sqlite3_stmt* statement, int index, const Value& value) {
    if (const auto* number = std::get_if<int64_t>(&value)) {
      sqlite3_bind_int64(statement, index, *number);
    } else if (const auto* real = std::get_if<double>(&value)) {
      sqlite3_bind_double(statement, index, *real);
    } else if (const auto* truth = std::get_if<bool>(&value)) {
      sqlite3_bind_int64(statement, index, *truth ? 1 : 0);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      sqlite3_bind_text64(statement, index, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<Blob>(&value)) {
      sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
    } else {
      sqlite3_bind_null(statement, index);
    }
  }

  Result<Rows> Step(sqlite3_stmt* statement) {
    Rows out;
    int code = SQLITE_OK;
    const int columns = sqlite3_column_count(statement);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      std::vector<Value> row;
      row.reserve(columns);
      for (int i = 0; i < columns; ++i) row.push_back(Column(statement, i));
      out.rows.emplace_back(std::move(row));
    }
    if (code != SQLITE_DONE) return ToError(handle_, code);
    out.affected = sqlite3_changes64(handle_);
    return out;
  }

  static Value Column(sqlite3_stmt* statement, int index) {
    const int size = sqlite3_column_bytes(statement, index);
    switch (sqlite3_column_type(statement, index)) {
      case SQLITE_INTEGER:
        return static_cast<int64_t>(sqlite3_column_int64(statement, index));
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, index);
      case SQLITE_TEXT:
        return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, index)),
                           size);
      case SQLITE_BLOB:
        return Blob{
            std::string(static_cast<const char*>(sqlite3_column_blob(statement, index)), size)};
    }
    return Null{};
  }

  sqlite3* handle_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

class SqliteTx final : public Tx {
 public:
  explicit SqliteTx(Connection& connection) : connection_(connection) {}
  Result<Rows> Run(std::string_view sql, const Params& params) override {
    return connection_.Run(sql, params);
  }
  Result<std::vector<Rows>> RunAll(std::vector<Statement> statements) override {
    std::vector<Rows> answers;
    for (const Statement& one : statements) {
      ASSIGN_OR_RETURN(Rows rows, Run(one.sql, one.params));
      answers.push_back(std::move(rows));
    }
    return answers;
  }
  Status Post(Statement statement) override {
    RETURN_IF_ERROR(Run(statement.sql, statement.params));
    return Ok();
  }
  Engine engine() const override { return Engine::kSqlite; }
  void OnCommit(std::function<void()> action) override { actions_.push_back(std::move(action)); }
  void Committed() {
    for (const auto& action : actions_) action();
  }

 private:
  Connection& connection_;
  std::vector<std::function<void()>> actions_;
};

struct Job {
  const std::function<Status(Tx&)>* work = nullptr;
  trace::Context trace;
  std::promise<Status> done;
  Status answer;
  std::unique_ptr<SqliteTx> tx;
};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::string path, Options options, std::unique_ptr<Connection> writer)
      : path_(std::move(path)), options_(options), writer_(std::move(writer)) {
    thread_ = std::thread([this] { WriteUntilStopped(); });
  }

  ~SqliteDatabase() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  Engine engine() const override { return Engine::kSqlite; }

 protected:
  Status RunIn(Mode mode, const std::function<Status(Tx&)>& work) override {
    // A transaction inside a transaction would wait for itself.
    CHECK(std::this_thread::get_id() != thread_.get_id());
    return mode == Mode::kRead ? ReadWith(work) : WriteWith(work);
  }

 private:
  Status WriteWith(const std::function<Status(Tx&)>& work) {
    Job job;
    job.work = &work;
    job.trace = trace::Current();
    auto done = job.done.get_future();
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.size() >= options_.waiting_max) {
        return MakeError(Code::kUnavailable, "STORE_BUSY", "too many transactions wait");
      }
      waiting_.push_back(&job);
    }
    wake_.notify_one();
    return done.get();
  }

  Status ReadWith(const std::function<Status(Tx&)>& work) {
    ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, TakeReader());
    SqliteTx tx(*connection);
    Status status = Ok();
    if (const auto begun = connection->Run("BEGIN", Params()); begun.ok()) {
      status = work(tx);
      if (const auto ended = connection->Run("ROLLBACK", Params()); !ended.ok()) {
        return ended.error();
      }
    } else {
      return begun.error();
    }
    const std::lock_guard lock(mutex_);
    if (readers_.size() < static_cast<size_t>(options_.connections_max)) {
      readers_.push_back(std::move(connection));
    }
    return status;
  }

  Result<std::unique_ptr<Connection>> TakeReader() {
    {
      const std::lock_guard lock(mutex_);
      if (!readers_.empty()) {
        auto connection = std::move(readers_.back());
        readers_.pop_back();
        return connection;
      }
    }
    ASSIGN_OR_RETURN(auto connection, Connection::Open(path_, options_.wait_ms_max));
    RETURN_IF_ERROR(connection->Run("PRAGMA query_only=ON", Params()));
    return connection;
  }

  void WriteUntilStopped() {
    for (;;) {
      std::vector<Job*> group;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        while (!waiting_.empty() && group.size() < static_cast<size_t>(options_.group_max)) {
          group.push_back(waiting_.front());
          waiting_.pop_front();
        }
      }
      Commit(group);
    }
  }

  void Commit(const std::vector<Job*>& group) {
    Status status = Plain("BEGIN IMMEDIATE");
    for (size_t i = 0; status.ok() && i < group.size(); ++i) {
      RunOne(*group[i]);
      if (writer_->in_transaction()) continue;
      // A full disk ends the whole transaction, and what the others did in it is undone as well.
      status = MakeError(Code::kUnavailable, "STORE_UNAVAILABLE", "the store ended a transaction");
    }
    if (status.ok()) status = Plain("COMMIT");
    if (!status.ok() && writer_->in_transaction()) {
      if (!Plain("ROLLBACK").ok()) status = MakeError(Code::kUnavailable, "STORE_BROKEN", "");
    }
    for (Job* job : group) {
      if (!status.ok() && (job->answer.ok() || job->tx == nullptr)) job->answer = status;
      if (job->answer.ok()) {
        const trace::Scope scope(job->trace);
        job->tx->Committed();
      }
      const Status answer = job->answer;
      job->done.set_value(answer);  // the job is gone after this
    }
  }

  void RunOne(Job& job) {
    const trace::Scope scope(job.trace);
    job.tx = std::make_unique<SqliteTx>(*writer_);
    job.answer = Plain("SAVEPOINT job");
    if (!job.answer.ok()) return;
    job.answer = (*job.work)(*job.tx);
    if (!writer_->in_transaction()) return;
    if (!job.answer.ok()) {
      if (const Status undone = Plain("ROLLBACK TO job"); !undone.ok()) job.answer = undone;
    }
    if (const Status released = Plain("RELEASE job"); job.answer.ok() && !released.ok()) {
      job.answer = released;
    }
  }

  Status Plain(std::string_view sql) {
    const auto rows = writer_->Run(sql, Params());
    return rows.ok() ? Ok() : Status(rows.error());
  }

  const std::string path_;
  const Options options_;
  std::unique_ptr<Connection> writer_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job*> waiting_;
  std::vector<std::unique_ptr<Connection>> readers_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Database>> OpenSqlite(const std::string& path, const Options& options) {
  if (path.empty() || path[0] != '/') {
    return MakeError(Code::kInvalidArgument, "BAD_STORE_URL", "the path of a store is absolute");
  }
  ASSIGN_OR_RETURN(auto writer, Connection::Open(path, options.wait_ms_max));
  return std::unique_ptr<Database>(
      std::make_unique<SqliteDatabase>(path, options, std::move(writer)));
}

}  // namespace muara::sql

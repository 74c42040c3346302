// One small port over two engines, chosen by URL: sqlite:///absolute/path (one process, embedded)
// or postgresql://... (many replicas). A Database is thread-safe; a Tx belongs to its function.
//
// SQL is the subset that both take, with $1, $2 ... as parameters. FOR UPDATE [SKIP LOCKED] may be
// written and is dropped for SQLite, which has one writer. Never `::type`; use CAST.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/result.h"
#include "libs/sql/value.h"

namespace muara::sql {

enum class Engine { kSqlite, kPostgres };

class Tx {
 public:
  virtual ~Tx() = default;
  // A broken unique constraint is kAlreadyExists/UNIQUE_VIOLATION and spoils the transaction: write
  // ON CONFLICT where it may happen. An engine that is away is kUnavailable.
  virtual Result<Rows> Run(std::string_view sql, const Params& params) = 0;
  // Several in order, in one round trip. The first error is answered; what stands behind it is not
  // run.
  virtual Result<std::vector<Rows>> RunAll(std::vector<Statement> statements) = 0;
  // A change whose outcome nobody needs: it goes with the next statement that is waited for, or
  // with the commit, in order. If it fails, that one fails with its error.
  virtual Status Post(Statement statement) = 0;
  // Waits for what was posted.
  Status Settle();
  virtual Engine engine() const = 0;
  // Called after the commit has succeeded, outside of it; for waking what waits.
  virtual void OnCommit(std::function<void()> action) = 0;

  template <class... T>
  Result<Rows> Query(std::string_view sql, T&&... params) {
    return Run(sql, Params(std::forward<T>(params)...));
  }
  template <class... T>
  Status Post(std::string sql, T&&... params) {
    return Post(Statement{std::move(sql), Params(std::forward<T>(params)...)});
  }
  // For changes: how many rows it touched.
  template <class... T>
  Result<int64_t> Execute(std::string_view sql, T&&... params) {
    ASSIGN_OR_RETURN(const Rows rows, Run(sql, Params(std::forward<T>(params)...)));
    return rows.affected;
  }
};

// For this transaction: shorter than Options::stall_ms_max. Nothing in SQLite, whose store has one
// process.
Status GiveUpIfStalled(Tx& tx, int stall_ms_max);

struct Options {
  int connections_max = 8;  // PostgreSQL: at once, for this process
  int wait_ms_max = 5000;   // for a connection or a lock
  // PostgreSQL: a transaction whose process says nothing for so long is given up and its locks are
  // free, so that one that is frozen does not hold up the others.
  int stall_ms_max = 10000;
  int group_max = 64;          // SQLite: transactions a commit
  size_t waiting_max = 10000;  // SQLite: transactions that may wait for the writer
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> Open(const std::string& url, const Options& options);
  virtual ~Database() = default;
  virtual Engine engine() const = 0;

  // Runs `work` in a transaction and commits if it answers a value. It may run more than once (lost
  // races are redone), so it must change nothing but the database. Nothing but SQL inside.
  template <class F>
  auto Transact(F&& work) -> std::invoke_result_t<F, Tx&> {
    return RunTyped(Mode::kWrite, std::forward<F>(work));
  }
  // The same on a snapshot that cannot be changed; does not wait for writers.
  template <class F>
  auto Read(F&& work) -> std::invoke_result_t<F, Tx&> {
    return RunTyped(Mode::kRead, std::forward<F>(work));
  }

 protected:
  enum class Mode { kWrite, kRead };
  virtual Status RunIn(Mode mode, const std::function<Status(Tx&)>& work) = 0;

 private:
  template <class F>
  auto RunTyped(Mode mode, F&& work) -> std::invoke_result_t<F, Tx&> {
    using R = std::invoke_result_t<F, Tx&>;
    std::optional<R> answer;
    const Status status = RunIn(mode, [&](Tx& tx) -> Status {
      answer.emplace(work(tx));
      return answer->ok() ? Ok() : Status(answer->error());
    });
    if (!status.ok()) return status.error();
    return std::move(*answer);
  }
};

Result<std::unique_ptr<Database>> OpenSqlite(const std::string& path, const Options& options);
Result<std::unique_ptr<Database>> OpenPostgres(const std::string& url, const Options& options);

}  // namespace muara::sql

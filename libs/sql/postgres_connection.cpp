#include "libs/sql/postgres_connection.h"

#include <charconv>

namespace muara::sql {
namespace {

constexpr size_t kStatementsMax = 500;  // prepared on one connection
// Sent before answers are read: the answers to so many changes fit into the buffers between.
constexpr size_t kPipedMax = 100;

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
  // 08 connection, 25P03 stalled, 53 resources, 55P03 lock not available, 57 operator
  // intervention, 58 system.
  for (const char* passing : {"08", "25P03", "53", "55P03", "57", "58"}) {
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

// All of a statement's parameters, as libpq takes them.
class BoundParams {
 public:
  explicit BoundParams(const Params& params) {
    bound_.reserve(params.values().size());
    for (const Value& value : params.values()) bound_.push_back(Bind(value));
    for (const Bound& one : bound_) {
      texts_.push_back(one.null ? nullptr : one.text.data());
      sizes_.push_back(static_cast<int>(one.text.size()));
      formats_.push_back(one.binary ? 1 : 0);
    }
  }
  int count() const { return static_cast<int>(texts_.size()); }
  const char* const* texts() const { return texts_.data(); }
  const int* sizes() const { return sizes_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<Bound> bound_;
  std::vector<const char*> texts_;
  std::vector<int> sizes_, formats_;
};

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

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url, const Options& options) {
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
  // The server ends what a machine that is gone has left, as fast as we notice that it is.
  const std::string settings =
      "SET lock_timeout = " + std::to_string(options.wait_ms_max) +
      "; SET idle_in_transaction_session_timeout = " + std::to_string(options.stall_ms_max) +
      "; SET tcp_user_timeout = 20000; SET tcp_keepalives_idle = 10"
      "; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4";
  ready_ = Plain(settings.c_str()).ok();
}

Status PostgresConnection::Plain(const char* sql) {
  const PgResult result(PQexec(handle_, sql), PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return ToError(handle_, result.get());
  return Ok();
}

Result<std::vector<Rows>> PostgresConnection::Run(std::span<const Statement> statements) {
  std::vector<Rows> answers;
  answers.reserve(statements.size());
  for (size_t from = 0; from < statements.size(); from += kPipedMax) {
    const auto some = statements.subspan(from, std::min(kPipedMax, statements.size() - from));
    ASSIGN_OR_RETURN(auto rows, RunPiped(some));
    for (Rows& one : rows) answers.push_back(std::move(one));
  }
  return answers;
}

Result<std::vector<Rows>> PostgresConnection::RunPiped(std::span<const Statement> statements) {
  if (names_.size() >= kStatementsMax) {
    RETURN_IF_ERROR(Plain("DEALLOCATE ALL"));
    names_.clear();
  }
  std::vector<std::string> names;
  for (const Statement& one : statements) {
    RETURN_IF_ERROR(one.params.Check());
    ASSIGN_OR_RETURN(std::string name, Prepared(one.sql));
    names.push_back(std::move(name));
  }
  std::vector<Rows> answers;
  if (statements.size() == 1) {
    const BoundParams bound(statements[0].params);
    const PgResult result(PQexecPrepared(handle_, names[0].c_str(), bound.count(), bound.texts(),
                                         bound.sizes(), bound.formats(), 0),
                          PQclear);
    ASSIGN_OR_RETURN(Rows rows, ToRows(result.get()));
    answers.push_back(std::move(rows));
    return answers;
  }
  if (PQenterPipelineMode(handle_) != 1) return Away(problem());
  bool sent = true;
  for (size_t i = 0; sent && i < statements.size(); ++i) {
    const BoundParams bound(statements[i].params);
    sent = PQsendQueryPrepared(handle_, names[i].c_str(), bound.count(), bound.texts(),
                               bound.sizes(), bound.formats(), 0) == 1;
  }
  // A connection that is left in the middle is not idle, and thrown away.
  if (!sent || PQpipelineSync(handle_) != 1) return Away(problem());
  std::optional<Error> failed;
  for (size_t i = 0; i < statements.size(); ++i) {
    const PgResult result(PQgetResult(handle_), PQclear);
    if (!failed) {
      auto rows = ToRows(result.get());
      if (!rows.ok()) failed = rows.error();
      if (rows.ok()) answers.push_back(std::move(*rows));
    }
    const PgResult end(PQgetResult(handle_), PQclear);  // none: between two answers
  }
  const PgResult sync(PQgetResult(handle_), PQclear);
  if (PQresultStatus(sync.get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(handle_) != 1) {
    return failed ? *failed : Away(problem());
  }
  if (failed) return *failed;
  return answers;
}

Result<Rows> PostgresConnection::ToRows(const PGresult* result) {
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

Result<std::string> PostgresConnection::Prepared(const std::string& sql) {
  if (const auto found = names_.find(sql); found != names_.end()) return found->second;
  const std::string name = "s" + std::to_string(++last_name_);
  const PgResult result(PQprepare(handle_, name.c_str(), sql.c_str(), 0, nullptr), PQclear);
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) return ToError(handle_, result.get());
  names_.emplace(sql, name);
  return name;
}

}  // namespace muara::sql

#include "libs/sql/database.h"

namespace muara::sql {

Status GiveUpIfStalled(Tx& tx, int stall_ms_max) {
  if (tx.engine() == Engine::kSqlite) return Ok();
  return tx.Post("SET LOCAL idle_in_transaction_session_timeout = " + std::to_string(stall_ms_max));
}

Status Tx::Settle() {
  RETURN_IF_ERROR(RunAll({}));
  return Ok();
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& url, const Options& options) {
  constexpr std::string_view kSqlite = "sqlite://";
  if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
    return OpenSqlite(url.substr(kSqlite.size()), options);
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return OpenPostgres(url, options);
  }
  return MakeError(Code::kInvalidArgument, "BAD_STORE_URL",
                   "a store is sqlite:///absolute/path or postgresql://...");
}

}  // namespace muara::sql

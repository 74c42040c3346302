#include "services/gateway/store/accounts.h"

#include "services/gateway/store/roles.h"

namespace muara::gateway::store {
namespace {

constexpr Duration kFailuresKept = std::chrono::hours(48);

constexpr const char* kColumns =
    "id, username, display_name, roles, agent_id, password_hash, disabled, create_time, version";

Account FromRow(const sql::Row& row) {
  Account account;
  account.id = row.Text(0);
  account.username = row.Text(1);
  account.display_name = row.Text(2);
  account.roles = SplitRoles(row.Text(3));
  account.agent_id = row.Text(4);
  account.password_hash = row.Text(5);
  account.disabled = row.Bool(6);
  account.create_time = FromMicros(row.Int(7));
  account.version = static_cast<int>(row.Int(8));
  return account;
}

Result<std::optional<Account>> FindBy(sql::Tx& tx, const char* column, const std::string& value) {
  const std::string sql =
      std::string("SELECT ") + kColumns + " FROM accounts WHERE " + column + " = $1";
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(sql, value));
  if (rows.empty()) return std::optional<Account>();
  return std::optional<Account>(FromRow(rows[0]));
}

}  // namespace

Status InsertAccount(sql::Tx& tx, const Account& account, const std::string& operation) {
  ASSIGN_OR_RETURN(
      const int64_t inserted,
      tx.Execute("INSERT INTO accounts (id, username, display_name, roles, agent_id,"
                 " password_hash, disabled, create_time, version, operation)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                 " ON CONFLICT DO NOTHING",
                 account.id, account.username, account.display_name, JoinRoles(account.roles),
                 account.agent_id, account.password_hash, account.disabled,
                 ToMicros(account.create_time), account.version, operation));
  if (inserted == 1) return Ok();
  return MakeError(Code::kAlreadyExists, "USERNAME_TAKEN", "another account has this username");
}

Status UpdateAccount(sql::Tx& tx, const Account& account) {
  ASSIGN_OR_RETURN(
      const int64_t updated,
      tx.Execute("UPDATE accounts SET password_hash = $2, disabled = $3, version = $4"
                 " WHERE id = $1 AND version = $4 - 1",
                 account.id, account.password_hash, account.disabled, account.version));
  if (updated == 1) return Ok();
  return MakeError(Code::kAborted, "CHANGED_MEANWHILE", "the account was changed meanwhile");
}

Result<std::optional<Account>> FindAccount(sql::Tx& tx, const std::string& id) {
  return FindBy(tx, "id", id);
}

Result<std::optional<Account>> FindAccountByOperation(sql::Tx& tx, const std::string& operation) {
  return FindBy(tx, "operation", operation);
}

Result<std::optional<Account>> FindAccountByName(sql::Tx& tx, const std::string& username) {
  return FindBy(tx, "username", username);
}

Result<std::vector<Account>> ListAccounts(sql::Tx& tx, const std::string& after, int limit) {
  const std::string sql = std::string("SELECT ") + kColumns +
                          " FROM accounts WHERE username > $1 ORDER BY username LIMIT $2";
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(sql, after, limit));
  std::vector<Account> accounts;
  for (const sql::Row& row : rows) accounts.push_back(FromRow(row));
  return accounts;
}

Status InsertSession(sql::Tx& tx, const Session& session) {
  const auto inserted =
      tx.Execute("INSERT INTO sessions (token_hash, account_id, expire_time) VALUES ($1, $2, $3)",
                 session.token_hash, session.account_id, ToMicros(session.expire_time));
  return inserted.ok() ? Ok() : Status(inserted.error());
}

Result<std::optional<Session>> FindSession(sql::Tx& tx, const std::string& token_hash) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT account_id, expire_time FROM sessions WHERE token_hash = $1", token_hash));
  if (rows.empty()) return std::optional<Session>();
  return std::optional<Session>(Session{token_hash, rows[0].Text(0), FromMicros(rows[0].Int(1))});
}

Status DeleteSession(sql::Tx& tx, const std::string& token_hash) {
  const auto deleted = tx.Execute("DELETE FROM sessions WHERE token_hash = $1", token_hash);
  return deleted.ok() ? Ok() : Status(deleted.error());
}

Status DeleteSessionsOf(sql::Tx& tx, const std::string& account_id, const std::string& kept) {
  const auto deleted = tx.Execute("DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2",
                                  account_id, kept);
  return deleted.ok() ? Ok() : Status(deleted.error());
}

Result<LoginFailures> FindFailures(sql::Tx& tx, const std::string& name_hash, For use) {
  std::string sql =
      "SELECT failures, last_time, locked_until FROM login_failures WHERE name_hash = $1";
  if (use == For::kUpdate) sql += " FOR UPDATE";
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(sql, name_hash));
  if (rows.empty()) return LoginFailures{};
  return LoginFailures{static_cast<int>(rows[0].Int(0)), FromMicros(rows[0].Int(1)),
                       FromMicros(rows[0].Int(2))};
}

Status SaveFailures(sql::Tx& tx, const std::string& name_hash, const LoginFailures& failures) {
  const auto saved = tx.Execute(
      "INSERT INTO login_failures (name_hash, failures, last_time, locked_until)"
      " VALUES ($1, $2, $3, $4) ON CONFLICT (name_hash) DO UPDATE SET"
      " failures = excluded.failures, last_time = excluded.last_time,"
      " locked_until = excluded.locked_until",
      name_hash, failures.count, ToMicros(failures.last), ToMicros(failures.locked_until));
  return saved.ok() ? Ok() : Status(saved.error());
}

Status ClearFailures(sql::Tx& tx, const std::string& name_hash) {
  const auto cleared = tx.Execute("DELETE FROM login_failures WHERE name_hash = $1", name_hash);
  return cleared.ok() ? Ok() : Status(cleared.error());
}

Status DropOld(sql::Tx& tx, Time now) {
  const auto sessions = tx.Execute("DELETE FROM sessions WHERE expire_time <= $1", ToMicros(now));
  if (!sessions.ok()) return sessions.error();
  const auto failures =
      tx.Execute("DELETE FROM login_failures WHERE last_time < $1", ToMicros(now - kFailuresKept));
  return failures.ok() ? Ok() : Status(failures.error());
}

}  // namespace muara::gateway::store

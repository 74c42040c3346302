// Rows of accounts, sessions and failed logins; every call runs in the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/lockout.h"

namespace muara::gateway::store {

// `operation` is the key that made it, by which a repeated request finds it. USERNAME_TAKEN where
// another account has it.
Status InsertAccount(sql::Tx& tx, const Account& account, const std::string& operation);
Status UpdateAccount(sql::Tx& tx, const Account& account);  // password, disabled, version
Result<std::optional<Account>> FindAccount(sql::Tx& tx, const std::string& id);
Result<std::optional<Account>> FindAccountByOperation(sql::Tx& tx, const std::string& operation);
Result<std::optional<Account>> FindAccountByName(sql::Tx& tx, const std::string& username);
// By username, those after `after`.
Result<std::vector<Account>> ListAccounts(sql::Tx& tx, const std::string& after, int limit);

struct Session {
  std::string token_hash;
  std::string account_id;
  Time expire_time = {};
};
Status InsertSession(sql::Tx& tx, const Session& session);
Result<std::optional<Session>> FindSession(sql::Tx& tx, const std::string& token_hash);
Status DeleteSession(sql::Tx& tx, const std::string& token_hash);
// All of an account but `kept` (empty: all).
Status DeleteSessionsOf(sql::Tx& tx, const std::string& account_id, const std::string& kept);

enum class For { kReading, kUpdate };  // the latter locks the row, which a snapshot cannot
Result<LoginFailures> FindFailures(sql::Tx& tx, const std::string& name_hash, For use);
Status SaveFailures(sql::Tx& tx, const std::string& name_hash, const LoginFailures& failures);
Status ClearFailures(sql::Tx& tx, const std::string& name_hash);

// Sessions that have ended, and failures older than two days.
Status DropOld(sql::Tx& tx, Time now);

}  // namespace muara::gateway::store

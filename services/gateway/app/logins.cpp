#include "services/gateway/app/logins.h"

#include "libs/base/crypto.h"
#include "services/gateway/domain/lockout.h"
#include "services/gateway/store/accounts.h"
#include "services/gateway/store/api_keys.h"

namespace muara::gateway {
namespace {

constexpr int kLoginsPerMinute = 20;  // from one address
constexpr int kChecksMax = 4;         // passwords at once
constexpr int64_t kBusyRetryMs = 500;
constexpr Duration kSessionLife = std::chrono::hours(12);
constexpr size_t kTokenBytesMax = 100;
constexpr size_t kPasswordBytesMax = 200;

Error TryLater(const char* reason, const char* message, int64_t retry_after_ms) {
  Error error = MakeError(Code::kResourceExhausted, reason, message);
  error.retry_after_ms = retry_after_ms;
  return error;
}

Error LoginFailed() {
  return MakeError(Code::kUnauthenticated, "LOGIN_FAILED", "the username or password is wrong");
}

Error BadToken() {
  return MakeError(Code::kUnauthenticated, "BAD_TOKEN", "the token is unknown or has ended");
}

int64_t MillisUntil(Time then, Time now) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(then - now).count() + 1;
}

}  // namespace

std::string NewToken(std::string_view prefix) {
  return std::string(prefix) + ToBase64Url(RandomBytes(32));
}

std::string HashOfToken(const std::string& token) { return ToHex(Sha256(token)); }

Logins::Logins(sql::Database& database, const Clock& clock)
    : database_(database),
      clock_(clock),
      nobodys_hash_(HashPassword(RandomBytes(16))),
      per_address_(kLoginsPerMinute) {}

Result<Login> Logins::SignIn(const std::string& username, const std::string& password,
                             const std::string& remote_ip) {
  const Time now = clock_.Now();
  if (!per_address_.Take(remote_ip, now)) {
    return TryLater("TOO_MANY_LOGINS", "too many logins from this address",
                    60'000 / kLoginsPerMinute);
  }
  const std::string name = NormalisedUsername(username);
  const std::string name_hash = ToHex(Sha256(name));
  LoginFailures failures;
  std::optional<Account> account;
  RETURN_IF_ERROR(database_.Read([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(failures, store::FindFailures(tx, name_hash, store::For::kReading));
    ASSIGN_OR_RETURN(account, store::FindAccountByName(tx, name));
    return Ok();
  }));
  if (IsLocked(failures, now)) {
    return TryLater("LOGIN_LOCKED", "too many failures with this name",
                    MillisUntil(failures.locked_until, now));
  }
  ASSIGN_OR_RETURN(const bool right,
                   Verify(account ? account->password_hash : nobodys_hash_, password));
  if (right && account && !account->disabled) {
    per_address_.GiveBack(remote_ip);  // an office of many behind one address signs in at nine
    return Begin(*account, name_hash);
  }
  RETURN_IF_ERROR(Failed(name_hash));
  return LoginFailed();
}

Result<bool> Logins::Verify(const std::string& hash, const std::string& password) {
  if (password.size() > kPasswordBytesMax) return false;
  if (checking_.fetch_add(1) >= kChecksMax) {
    --checking_;
    return TryLater("TOO_MANY_LOGINS", "too many logins at once", kBusyRetryMs);
  }
  const bool right = VerifyPassword(hash, password);
  --checking_;
  return right;
}

Result<Login> Logins::Begin(const Account& account, const std::string& name_hash) {
  Login login{NewToken(kSessionPrefix), clock_.Now() + kSessionLife, CallerOf(account)};
  login.caller.token_hash = HashOfToken(login.token);
  RETURN_IF_ERROR(database_.Transact([&](sql::Tx& tx) -> Status {
    RETURN_IF_ERROR(store::ClearFailures(tx, name_hash));
    return store::InsertSession(tx, {login.caller.token_hash, account.id, login.expire_time});
  }));
  return login;
}

Status Logins::Failed(const std::string& name_hash) {
  return database_.Transact([&](sql::Tx& tx) -> Status {
    ASSIGN_OR_RETURN(const LoginFailures before,
                     store::FindFailures(tx, name_hash, store::For::kUpdate));
    return store::SaveFailures(tx, name_hash, AfterFailure(before, clock_.Now()));
  });
}

Status Logins::SignOut(const Caller& caller) {
  return database_.Transact(
      [&](sql::Tx& tx) { return store::DeleteSession(tx, caller.token_hash); });
}

Status Logins::ChangePassword(const Caller& caller, const std::string& old_password,
                              const std::string& new_password) {
  RETURN_IF_ERROR(CheckPassword("new_password", new_password));
  // A stolen session guesses the password no faster than a stranger.
  if (!per_address_.Take("account:" + caller.account_id, clock_.Now())) {
    return TryLater("TOO_MANY_LOGINS", "too many tries", 60'000 / kLoginsPerMinute);
  }
  ASSIGN_OR_RETURN(std::optional<Account> account, database_.Read([&](sql::Tx& tx) {
    return store::FindAccount(tx, caller.account_id);
  }));
  if (!account) return BadToken();
  ASSIGN_OR_RETURN(const bool right, Verify(account->password_hash, old_password));
  if (!right) return InvalidFields({{"old_password", "is wrong"}});
  account->password_hash = HashPassword(new_password);
  ++account->version;
  return database_.Transact([&](sql::Tx& tx) -> Status {
    RETURN_IF_ERROR(store::UpdateAccount(tx, *account));
    return store::DeleteSessionsOf(tx, account->id, caller.token_hash);
  });
}

Result<Caller> Logins::CallerOfToken(const std::string& token) const {
  if (token.size() > kTokenBytesMax) return BadToken();
  const std::string hash = HashOfToken(token);
  if (token.starts_with(kSessionPrefix)) return CallerOfSession(hash);
  if (token.starts_with(kApiKeyPrefix)) return CallerOfApiKey(hash);
  return BadToken();
}

Result<Caller> Logins::CallerOfSession(const std::string& token_hash) const {
  return database_.Read([&](sql::Tx& tx) -> Result<Caller> {
    ASSIGN_OR_RETURN(const auto session, store::FindSession(tx, token_hash));
    if (!session || session->expire_time <= clock_.Now()) return BadToken();
    ASSIGN_OR_RETURN(const auto account, store::FindAccount(tx, session->account_id));
    if (!account || account->disabled) return BadToken();
    Caller caller = CallerOf(*account);
    caller.token_hash = token_hash;
    return caller;
  });
}

Result<Caller> Logins::CallerOfApiKey(const std::string& token_hash) const {
  return database_.Read([&](sql::Tx& tx) -> Result<Caller> {
    ASSIGN_OR_RETURN(const auto key, store::FindApiKeyBySecret(tx, token_hash));
    if (!key || key->revoked || key->expire_time <= clock_.Now()) return BadToken();
    Caller caller = CallerOf(*key);
    caller.token_hash = token_hash;
    return caller;
  });
}

Status Logins::DropOld() {
  return database_.Transact([&](sql::Tx& tx) { return store::DropOld(tx, clock_.Now()); });
}

}  // namespace muara::gateway

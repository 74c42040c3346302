// Signing in and out, and whom a token stands for. Tokens are 32 random bytes, kept as SHA-256
// only. Passwords are checked a few at a time, because each costs a core for 50 ms. Thread safe.
#pragma once

#include <atomic>
#include <string>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/gateway/domain/account.h"
#include "services/gateway/domain/rate_limit.h"

namespace muara::gateway {

struct Login {
  std::string token;
  Time expire_time = {};
  Caller caller;
};

class Logins {
 public:
  Logins(sql::Database& database, const Clock& clock);

  // LOGIN_FAILED whatever was wrong; LOGIN_LOCKED and TOO_MANY_LOGINS tell when to try again.
  Result<Login> SignIn(const std::string& username, const std::string& password,
                       const std::string& remote_ip);
  Status SignOut(const Caller& caller);
  Status ChangePassword(const Caller& caller, const std::string& old_password,
                        const std::string& new_password);
  // UNAUTHENTICATED with BAD_TOKEN for whatever is not, or no longer, a token of ours.
  Result<Caller> CallerOfToken(const std::string& token) const;
  // Ended sessions and old failures; called now and then.
  Status DropOld();

 private:
  Result<bool> Verify(const std::string& hash, const std::string& password);
  Result<Login> Begin(const Account& account, const std::string& name_hash);
  Status Failed(const std::string& name_hash);
  Result<Caller> CallerOfSession(const std::string& token_hash) const;
  Result<Caller> CallerOfApiKey(const std::string& token_hash) const;

  sql::Database& database_;
  const Clock& clock_;
  const std::string nobodys_hash_;  // checked where there is no account, to take as long
  RateLimit per_address_;
  std::atomic<int> checking_{0};
};

// The text of a new token, and what is kept of one.
std::string NewToken(std::string_view prefix);
std::string HashOfToken(const std::string& token);
inline constexpr std::string_view kSessionPrefix = "mus_";
inline constexpr std::string_view kApiKeyPrefix = "muk_";

}  // namespace muara::gateway

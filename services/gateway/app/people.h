// What admins do with accounts and API keys. Every change is claimed by its operation key, so that
// doing it twice is doing it once. Thread safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/gateway/domain/account.h"

namespace muara::gateway {

struct CreatedApiKey {
  ApiKey key;
  std::string secret;  // empty where the key had been made before
};

class People {
 public:
  People(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Makes the first admin, unless somebody has that name already.
  Status Seed(const std::string& username, const std::string& password);

  Result<Account> CreateAccount(const NewAccount& account, const OperationKey& key);
  Result<Account> GetAccount(const std::string& id) const;
  // By username, those after `after`.
  Result<std::vector<Account>> ListAccounts(const std::string& after, int limit) const;
  Result<Account> DisableAccount(const Caller& caller, const std::string& id,
                                 const OperationKey& key);
  Result<Account> EnableAccount(const std::string& id, const OperationKey& key);
  Result<Account> ResetPassword(const std::string& id, const std::string& password,
                                const OperationKey& key);

  Result<CreatedApiKey> CreateApiKey(const NewApiKey& wanted, const OperationKey& key);
  // Newest first; those older than `before`.
  Result<std::vector<ApiKey>> ListApiKeys(const std::string& before, int limit) const;
  Result<ApiKey> RevokeApiKey(const std::string& id, const OperationKey& key);

 private:
  template <class Change>
  Result<Account> ChangeAccount(const std::string& id, const OperationKey& key, Change change);

  sql::Database& database_;
  const Clock& clock_;
};

}  // namespace muara::gateway

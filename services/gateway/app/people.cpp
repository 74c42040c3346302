#include "services/gateway/app/people.h"

#include "libs/base/crypto.h"
#include "libs/base/id.h"
#include "libs/bus/claim.h"
#include "services/gateway/app/logins.h"
#include "services/gateway/store/accounts.h"
#include "services/gateway/store/api_keys.h"

namespace muara::gateway {
namespace {

Error NoAccount() {
  return MakeError(Code::kNotFound, "NO_SUCH_ACCOUNT", "there is no such account");
}
Error NoApiKey() {
  return MakeError(Code::kNotFound, "NO_SUCH_API_KEY", "there is no such API key");
}

Result<Account> LoadAccount(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(auto account, store::FindAccount(tx, id));
  if (!account) return NoAccount();
  return std::move(*account);
}

}  // namespace

Status People::Seed(const std::string& username, const std::string& password) {
  const NewAccount admin{username, password, username, {"admin"}, ""};
  RETURN_IF_ERROR(Check(admin));
  ASSIGN_OR_RETURN(const auto existing, database_.Read([&](sql::Tx& tx) {
    return store::FindAccountByName(tx, NormalisedUsername(username));
  }));
  if (existing) return Ok();
  const auto created = CreateAccount(admin, {"seed:" + NormalisedUsername(username), "seed"});
  // Another replica was quicker.
  if (!created.ok() && created.error().code != Code::kAlreadyExists) return created.error();
  return Ok();
}

Result<Account> People::CreateAccount(const NewAccount& wanted, const OperationKey& key) {
  RETURN_IF_ERROR(Check(wanted));
  Account account;
  account.id = NewUuid();
  account.username = NormalisedUsername(wanted.username);
  account.display_name = wanted.display_name;
  account.roles = wanted.roles;
  account.agent_id = wanted.agent_id;
  account.password_hash = HashPassword(wanted.password);
  account.create_time = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Account> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, clock_.Now()));
    if (!first) {
      ASSIGN_OR_RETURN(auto known, store::FindAccountByOperation(tx, key.key));
      if (!known) return NoAccount();
      return std::move(*known);
    }
    RETURN_IF_ERROR(store::InsertAccount(tx, account, key.key));
    return account;
  });
}

Result<Account> People::GetAccount(const std::string& id) const {
  return database_.Read([&](sql::Tx& tx) { return LoadAccount(tx, id); });
}

Result<std::vector<Account>> People::ListAccounts(const std::string& after, int limit) const {
  return database_.Read([&](sql::Tx& tx) { return store::ListAccounts(tx, after, limit); });
}

template <class Change>
Result<Account> People::ChangeAccount(const std::string& id, const OperationKey& key,
                                      Change change) {
  return database_.Transact([&](sql::Tx& tx) -> Result<Account> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, clock_.Now()));
    ASSIGN_OR_RETURN(Account account, LoadAccount(tx, id));
    if (!first) return account;
    change(account);
    ++account.version;
    RETURN_IF_ERROR(store::UpdateAccount(tx, account));
    RETURN_IF_ERROR(store::DeleteSessionsOf(tx, id, ""));
    return account;
  });
}

Result<Account> People::DisableAccount(const Caller& caller, const std::string& id,
                                       const OperationKey& key) {
  if (caller.account_id == id) {
    return MakeError(Code::kFailedPrecondition, "OWN_ACCOUNT", "another admin has to do that");
  }
  return ChangeAccount(id, key, [](Account& account) { account.disabled = true; });
}

Result<Account> People::EnableAccount(const std::string& id, const OperationKey& key) {
  return ChangeAccount(id, key, [](Account& account) { account.disabled = false; });
}

Result<Account> People::ResetPassword(const std::string& id, const std::string& password,
                                      const OperationKey& key) {
  RETURN_IF_ERROR(CheckPassword("new_password", password));
  const std::string hash = HashPassword(password);
  return ChangeAccount(id, key, [&](Account& account) { account.password_hash = hash; });
}

Result<CreatedApiKey> People::CreateApiKey(const NewApiKey& wanted, const OperationKey& key) {
  RETURN_IF_ERROR(Check(wanted));
  const int days = wanted.days == 0 ? kApiKeyDaysDefault : wanted.days;
  const Time now = clock_.Now();
  const std::string id = NewUuid();
  const CreatedApiKey created{
      {id, wanted.display_name, wanted.roles, now, now + std::chrono::hours(24 * days), false},
      NewToken(kApiKeyPrefix)};
  return database_.Transact([&](sql::Tx& tx) -> Result<CreatedApiKey> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, key, now));
    if (!first) {
      ASSIGN_OR_RETURN(auto known, store::FindApiKeyByOperation(tx, key.key));
      if (!known) return NoApiKey();
      return CreatedApiKey{std::move(*known), ""};
    }
    RETURN_IF_ERROR(store::InsertApiKey(tx, created.key, HashOfToken(created.secret), key.key));
    return created;
  });
}

Result<std::vector<ApiKey>> People::ListApiKeys(const std::string& before, int limit) const {
  return database_.Read([&](sql::Tx& tx) { return store::ListApiKeys(tx, before, limit); });
}

Result<ApiKey> People::RevokeApiKey(const std::string& id, const OperationKey& key) {
  return database_.Transact([&](sql::Tx& tx) -> Result<ApiKey> {
    ASSIGN_OR_RETURN([[maybe_unused]] const bool first, bus::Claim(tx, key, clock_.Now()));
    RETURN_IF_ERROR(store::RevokeApiKey(tx, id));
    ASSIGN_OR_RETURN(auto found, store::FindApiKey(tx, id));
    if (!found) return NoApiKey();
    return std::move(*found);
  });
}

}  // namespace muara::gateway

// What can be asked and done about accounts. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/sql/database.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/settings/queue_policies.h"
#include "services/ticket/store/contacts/accounts.h"

namespace muara::ticket {

class Accounts {
 public:
  Accounts(sql::Database& database, const Journal& journal, const Clock& clock)
      : database_(database), journal_(journal), clock_(clock) {}

  // ACCOUNT_NOT_FOUND.
  Result<Account> Get(const AccountId& id);
  Result<std::vector<Account>> List(const store::AccountQuery& query, int limit,
                                    const std::string& after);
  // Its id is made of the edit's key. DOMAIN_TAKEN.
  Result<Account> Create(const Edit& edit, Account account);
  // DOMAIN_TAKEN. Open tickets are reckoned anew where that may change their policy.
  Result<Account> Set(const Edit& edit, const AccountId& id, const AccountUpdate& update);
  // ACCOUNT_IN_USE. A retry answers with the id alone.
  Result<Account> Delete(const Edit& edit, const AccountId& id);

 private:
  sql::Database& database_;
  const Journal& journal_;
  const Clock& clock_;
};

}  // namespace muara::ticket

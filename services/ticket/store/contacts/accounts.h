// Accounts, their domains and what they promise, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/account.h"
#include "services/ticket/domain/sla/sla.h"

namespace muara::ticket::store {

// NOT_FOUND with ACCOUNT_NOT_FOUND.
Result<Account> LoadAccount(sql::Tx& tx, const AccountId& id);
// Locked too: who joins it and who deletes it come one after the other.
Result<Account> LoadAccountForChange(sql::Tx& tx, const AccountId& id);
// Adds it or puts it in the place of the one before it, with a version of one more.
muara::Status SaveAccount(sql::Tx& tx, Account& account);
muara::Status DeleteAccount(sql::Tx& tx, const AccountId& id);
// Instead of the ones before them. DOMAIN_TAKEN names whose one is: metadata account_id, domain.
muara::Status SaveDomains(sql::Tx& tx, const Account& account);

struct AccountQuery {
  std::string name_prefix;    // as NormalName has it; empty: any
  std::string domain_prefix;  // empty: any
};
// By id, after this one.
Result<std::vector<Account>> ListAccounts(sql::Tx& tx, const AccountQuery& query, int limit,
                                          const std::string& after);

// The account of the first of these domains that is anyone's; empty: nobody's.
Result<AccountId> AccountOfDomains(sql::Tx& tx, const std::vector<std::string>& domains);
// The account that whoever has this point joins, locked; empty: none.
Result<AccountId> JoinedBy(sql::Tx& tx, const ContactPoint& point);
Result<int64_t> CountContactsOf(sql::Tx& tx, const AccountId& id);
// Some account whose contract is this policy; empty: none.
Result<AccountId> AccountUnder(sql::Tx& tx, const std::string& policy_id);

// What a ticket's people bring to the choice of its policy, as far as the book asks for it.
Result<Parties> LoadParties(sql::Tx& tx, const Ticket& ticket, const SlaBook& book);

}  // namespace muara::ticket::store

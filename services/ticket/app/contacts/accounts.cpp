#include "services/ticket/app/contacts/accounts.h"

#include "libs/bus/claim.h"
#include "services/ticket/app/settings/field_values.h"
#include "services/ticket/store/sla/book.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

wire::Cause CauseOf(const Edit& edit, const char* reason) { return {edit.actor, reason, ""}; }

// Whatever is set; the policy stays until this transaction ends.
muara::Status Check(sql::Tx& tx, const Account& account) {
  std::vector<Violation> problems = ProblemsOf(account);
  if (problems.empty() && !account.contract_sla_policy_id.empty()) {
    RETURN_IF_ERROR(store::LockBook(tx));
    const auto policy = store::LoadSlaPolicy(tx, account.contract_sla_policy_id);
    if (!policy.ok() && policy.error().code != Code::kNotFound) return policy.error();
    if (!policy.ok()) problems.push_back({"contract_sla_policy_id", "there is no such policy"});
  }
  return problems.empty() ? Ok() : muara::Status(InvalidFields(std::move(problems)));
}

// May another policy be chosen now for its tickets?
Result<bool> ChoosesAnew(sql::Tx& tx, const Account& before, const Account& after) {
  if (before.contract_sla_policy_id != after.contract_sla_policy_id) return true;
  if (before.tags == after.tags) return false;
  ASSIGN_OR_RETURN(const SlaBook book, store::LoadBook(tx));
  return book.asks_account_tags();
}

Result<std::vector<std::string>> Apply(sql::Tx& tx, Account& account, const AccountUpdate& update) {
  std::vector<std::string> fields;
  const auto set = [&](const char* name, auto& field, const auto& value) {
    if (!value) return;
    field = *value;
    fields.push_back(name);
  };
  set("name", account.name, update.name);
  set("domains", account.domains, update.domains);
  set("contract_sla_policy_id", account.contract_sla_policy_id, update.contract_sla_policy_id);
  set("tags", account.tags, update.tags);
  set("notes", account.notes, update.notes);
  if (update.fields.empty() && update.remove_fields.empty()) return fields;
  RETURN_IF_ERROR(
      ChangeFields(tx, FieldEntity::kAccount, account.fields, update.fields, update.remove_fields));
  fields.push_back("fields");
  return fields;
}

}  // namespace

Result<Account> Accounts::Get(const AccountId& id) {
  return database_.Read([&](sql::Tx& tx) { return store::LoadAccount(tx, id); });
}

Result<std::vector<Account>> Accounts::List(const store::AccountQuery& query, int limit,
                                            const std::string& after) {
  return database_.Read([&](sql::Tx& tx) { return store::ListAccounts(tx, query, limit, after); });
}

Result<Account> Accounts::Create(const Edit& edit, Account account) {
  const Time now = clock_.Now();
  account.id = {NamedUuid(edit.key.key)};
  account.create_time = account.update_time = now;
  return database_.Transact([&](sql::Tx& tx) -> Result<Account> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    if (!first) return store::LoadAccount(tx, account.id);
    Account made = account;
    RETURN_IF_ERROR(Check(tx, made));
    made.fields.clear();
    RETURN_IF_ERROR(ChangeFields(tx, FieldEntity::kAccount, made.fields, account.fields, {}));
    RETURN_IF_ERROR(store::SaveAccount(tx, made));
    RETURN_IF_ERROR(store::SaveDomains(tx, made));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::AccountChanged(made, {}, CauseOf(edit, "CREATED")), now));
    return made;
  });
}

Result<Account> Accounts::Set(const Edit& edit, const AccountId& id, const AccountUpdate& update) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Account> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    ASSIGN_OR_RETURN(Account account, store::LoadAccountForChange(tx, id));
    if (!first) return account;
    RETURN_IF_ERROR(CheckVersion(account.version, edit.expected_version));
    const Account before = account;
    ASSIGN_OR_RETURN(const auto fields, Apply(tx, account, update));
    RETURN_IF_ERROR(Check(tx, account));
    account.update_time = now;
    RETURN_IF_ERROR(store::SaveAccount(tx, account));
    if (update.domains) RETURN_IF_ERROR(store::SaveDomains(tx, account));
    ASSIGN_OR_RETURN(const bool anew, ChoosesAnew(tx, before, account));
    if (anew) RETURN_IF_ERROR(store::TurnPage(tx, now));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::AccountChanged(account, fields, CauseOf(edit, "UPDATED")), now));
    return account;
  });
}

Result<Account> Accounts::Delete(const Edit& edit, const AccountId& id) {
  const Time now = clock_.Now();
  return database_.Transact([&](sql::Tx& tx) -> Result<Account> {
    ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, edit.key, now));
    Account account;
    account.id = id;
    if (!first) return account;
    ASSIGN_OR_RETURN(account, store::LoadAccountForChange(tx, id));
    RETURN_IF_ERROR(CheckVersion(account.version, edit.expected_version));
    ASSIGN_OR_RETURN(const int64_t contacts, store::CountContactsOf(tx, id));
    if (contacts > 0) {
      Error error = MakeError(Code::kFailedPrecondition, "ACCOUNT_IN_USE",
                              std::to_string(contacts) + " contacts are in it: change that first");
      error.metadata.emplace_back("contacts", std::to_string(contacts));
      return error;
    }
    RETURN_IF_ERROR(store::DeleteAccount(tx, id));
    RETURN_IF_ERROR(
        journal_.Note(tx, wire::AccountDeleted(account, CauseOf(edit, "DELETED")), now));
    return account;
  });
}

}  // namespace muara::ticket

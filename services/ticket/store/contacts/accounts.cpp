#include "services/ticket/store/contacts/accounts.h"

#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr const char* kColumns =
    "id, name, contract_sla_policy_id, tags, fields, notes, created_us, updated_us, version";

Result<std::vector<std::string>> DomainsOf(sql::Tx& tx, const AccountId& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT domain FROM account_domain WHERE account_id = $1 ORDER BY domain",
               id.value));
  std::vector<std::string> domains;
  for (const sql::Row& row : rows) domains.push_back(row.Text(0));
  return domains;
}

Result<Account> FromRow(sql::Tx& tx, const sql::Row& row) {
  Account account;
  account.id.value = row.Text(0);
  account.name = row.Text(1);
  account.contract_sla_policy_id = row.Text(2);
  account.tags = SplitLines(row.Text(3));
  account.fields = SplitFields(row.Text(4));
  account.notes = row.Text(5);
  account.create_time = FromMicros(row.Int(6));
  account.update_time = FromMicros(row.Int(7));
  account.version = static_cast<int>(row.Int(8));
  ASSIGN_OR_RETURN(account.domains, DomainsOf(tx, account.id));
  return account;
}

Result<Account> LoadWith(sql::Tx& tx, const AccountId& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kColumns + " FROM account WHERE id = $1" + lock, id.value));
  if (!rows.empty()) return FromRow(tx, rows[0]);
  return MakeError(Code::kNotFound, "ACCOUNT_NOT_FOUND", "there is no such account");
}

// What begins so, as a stretch of an index: no text has a character behind the last one of Unicode.
std::string Begins(sql::Params& params, const std::string& column, const std::string& prefix) {
  std::string where = column + " >= " + params.Add(prefix).last();
  where += " AND " + column + " < " + params.Add(prefix + "\U0010FFFF").last();
  return where;
}

Result<std::string> OneText(const Result<sql::Rows>& rows) {
  if (!rows.ok()) return rows.error();
  return rows->empty() ? std::string() : (*rows)[0].Text(0);
}

}  // namespace

Result<Account> LoadAccount(sql::Tx& tx, const AccountId& id) { return LoadWith(tx, id, ""); }

Result<Account> LoadAccountForChange(sql::Tx& tx, const AccountId& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

muara::Status SaveAccount(sql::Tx& tx, Account& account) {
  ++account.version;
  return tx.Post(
      std::string("INSERT INTO account (") + kColumns +
          ", name_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO UPDATE "
          "SET name = excluded.name, contract_sla_policy_id = excluded.contract_sla_policy_id, "
          "tags = excluded.tags, fields = excluded.fields, notes = excluded.notes, "
          "updated_us = excluded.updated_us, version = excluded.version, "
          "name_key = excluded.name_key",
      account.id.value, account.name, account.contract_sla_policy_id, JoinLines(account.tags),
      JoinFields(account.fields), account.notes, ToMicros(account.create_time),
      ToMicros(account.update_time), account.version, NormalName(account.name));
}

muara::Status DeleteAccount(sql::Tx& tx, const AccountId& id) {
  RETURN_IF_ERROR(tx.Post("DELETE FROM account_domain WHERE account_id = $1", id.value));
  return tx.Post("DELETE FROM account WHERE id = $1", id.value);
}

muara::Status SaveDomains(sql::Tx& tx, const Account& account) {
  RETURN_IF_ERROR(tx.Post("DELETE FROM account_domain WHERE account_id = $1", account.id.value));
  for (const std::string& domain : account.domains) {
    ASSIGN_OR_RETURN(const int64_t taken,
                     tx.Execute("INSERT INTO account_domain (domain, account_id) VALUES ($1, $2) "
                                "ON CONFLICT DO NOTHING",
                                domain, account.id.value));
    if (taken == 1) continue;
    ASSIGN_OR_RETURN(const AccountId owner, AccountOfDomains(tx, {domain}));
    Error error = MakeError(Code::kAlreadyExists, "DOMAIN_TAKEN",
                            domain + " is a domain of account " + owner.value);
    error.metadata = {{"domain", domain}, {"account_id", owner.value}};
    return error;
  }
  return Ok();
}

Result<std::vector<Account>> ListAccounts(sql::Tx& tx, const AccountQuery& query, int limit,
                                          const std::string& after) {
  sql::Params params(after, limit);
  std::string where;
  if (!query.name_prefix.empty()) {
    where += " AND id IN (SELECT id FROM account WHERE " +
             Begins(params, "name_key", query.name_prefix) + ")";
  }
  if (!query.domain_prefix.empty()) {
    where += " AND id IN (SELECT account_id FROM account_domain WHERE " +
             Begins(params, "domain", query.domain_prefix) + ")";
  }
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kColumns + " FROM account WHERE id > $1" +
                              where + " ORDER BY id LIMIT $2",
                          params));
  std::vector<Account> accounts;
  for (const sql::Row& row : rows) {
    ASSIGN_OR_RETURN(Account account, FromRow(tx, row));
    accounts.push_back(std::move(account));
  }
  return accounts;
}

Result<AccountId> AccountOfDomains(sql::Tx& tx, const std::vector<std::string>& domains) {
  if (domains.empty()) return AccountId{};
  sql::Params params;
  std::string list;
  for (const std::string& domain : domains) {
    list += (list.empty() ? "" : ", ") + params.Add(domain).last();
  }
  // Each is the end of the one before it, so that the longest is the first.
  ASSIGN_OR_RETURN(std::string id,
                   OneText(tx.Run("SELECT account_id FROM account_domain WHERE domain IN (" + list +
                                      ") ORDER BY LENGTH(domain) DESC LIMIT 1",
                                  params)));
  return AccountId{std::move(id)};
}

Result<AccountId> JoinedBy(sql::Tx& tx, const ContactPoint& point) {
  ASSIGN_OR_RETURN(const AccountId id, AccountOfDomains(tx, DomainsThatClaim(point)));
  if (id.empty()) return id;
  const auto account = LoadAccountForChange(tx, id);
  if (account.ok()) return id;
  // Deleted at the same time.
  if (account.error().code == Code::kNotFound) return AccountId{};
  return account.error();
}

Result<int64_t> CountContactsOf(sql::Tx& tx, const AccountId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*) FROM contact WHERE account_id = $1", id.value));
  return rows[0].Int(0);
}

Result<AccountId> AccountUnder(sql::Tx& tx, const std::string& policy_id) {
  ASSIGN_OR_RETURN(
      std::string id,
      OneText(
          tx.Query("SELECT id FROM account WHERE contract_sla_policy_id = $1 LIMIT 1", policy_id)));
  return AccountId{std::move(id)};
}

Result<Parties> LoadParties(sql::Tx& tx, const Ticket& ticket, const SlaBook& book) {
  Parties parties;
  if (!ticket.account_id.empty()) {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT contract_sla_policy_id, tags FROM account WHERE id = $1",
                              ticket.account_id.value));
    if (!rows.empty()) {
      parties.contract_policy_id = rows[0].Text(0);
      parties.account_tags = SplitLines(rows[0].Text(1));
    }
  }
  if (!book.asks_contact()) return parties;
  ASSIGN_OR_RETURN(
      const std::string tags,
      OneText(tx.Query("SELECT tags FROM contact WHERE id = $1", ticket.contact_id.value)));
  parties.contact_tags = SplitLines(tags);
  return parties;
}

}  // namespace muara::ticket::store

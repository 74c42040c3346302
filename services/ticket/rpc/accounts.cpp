#include "services/ticket/app/contacts/accounts.h"
#include "muara/ticket/v1/accounts.pb.h"
#include "services/ticket/rpc/contact_requests.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/contacts.h"

namespace muara::ticket {
namespace {

Result<v1::Account> Answer(const Result<Account>& account) {
  if (!account.ok()) return account.error();
  return wire::ToProto(*account);
}

template <class List>
std::vector<std::string> Normal(const List& domains) {
  std::vector<std::string> out;
  for (const std::string& domain : domains) out.push_back(NormalDomain(domain));
  return out;
}

Result<v1::Account> Create(Accounts& accounts, const rpc::Call& call,
                           const v1::CreateContactAccountRequest& request) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  Account account;
  account.name = request.name();
  account.domains = Normal(request.domains());
  account.contract_sla_policy_id = request.contract_sla_policy_id();
  account.tags = OnceEach(request.tags());
  account.notes = request.notes();
  std::vector<std::string> none;
  TakeFields(request.fields(), account.fields, none);
  return Answer(accounts.Create({std::move(key), 0, call.principal.subject}, account));
}

// False: there is no such field.
bool Take(AccountUpdate& update, const v1::UpdateContactAccountRequest& request,
          const std::string& field) {
  if (field == "name") {
    update.name = request.name();
  } else if (field == "domains") {
    update.domains = Normal(request.domains());
  } else if (field == "contract_sla_policy_id") {
    update.contract_sla_policy_id = request.contract_sla_policy_id();
  } else if (field == "tags") {
    update.tags = OnceEach(request.tags());
  } else if (field == "fields") {
    TakeFields(request.fields(), update.fields, update.remove_fields);
  } else if (field == "notes") {
    update.notes = request.notes();
  } else {
    return false;
  }
  return true;
}

Result<v1::Account> Set(Accounts& accounts, const rpc::Call& call,
                        const v1::UpdateContactAccountRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  AccountUpdate update;
  std::vector<Violation> problems;
  for (const std::string& field : request.update_fields()) {
    if (Take(update, request, field)) continue;
    problems.push_back({"update_fields", "'" + field + "' is no field that can be set"});
  }
  if (request.update_fields().empty()) problems.push_back({"update_fields", "is required"});
  if (!problems.empty()) return InvalidFields(std::move(problems));
  return Answer(accounts.Set(edit, AccountId{request.id()}, update));
}

Result<v1::ListContactAccountsResponse> List(Accounts& accounts,
                                             const v1::ListContactAccountsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  RETURN_IF_ERROR(CheckText("name_prefix", request.name_prefix(), 0, kNameBytesMax));
  RETURN_IF_ERROR(CheckText("domain_prefix", request.domain_prefix(), 0, kDomainBytesMax));
  const store::AccountQuery query{NormalName(request.name_prefix()),
                                  NormalDomain(request.domain_prefix())};
  ASSIGN_OR_RETURN(const auto found,
                   accounts.List(query, page.size + 1, page.after.empty() ? "" : page.after[0]));
  v1::ListContactAccountsResponse response;
  for (const Account& account : found) {
    if (response.accounts_size() == page.size) {
      response.set_next_page_token(
          rpc::NextPageToken(request, {response.accounts(page.size - 1).id()}));
      break;
    }
    *response.add_accounts() = wire::ToProto(account);
  }
  return response;
}

}  // namespace

void ServeAccounts(rpc::Server& server, Accounts& accounts) {
  const std::string service = "muara.ticket.v1.ContactAccounts/";
  server.Unary<v1::CreateContactAccountRequest, v1::Account>(
      service + "CreateContactAccount", [&accounts](const rpc::Call& call, const auto& request) {
        return Create(accounts, call, request);
      });
  server.Unary<v1::GetContactAccountRequest, v1::Account>(
      service + "GetContactAccount", [&accounts](const rpc::Call&, const auto& request) {
        return Answer(accounts.Get(AccountId{request.id()}));
      });
  server.Unary<v1::ListContactAccountsRequest, v1::ListContactAccountsResponse>(
      service + "ListContactAccounts",
      [&accounts](const rpc::Call&, const auto& request) { return List(accounts, request); });
  server.Unary<v1::UpdateContactAccountRequest, v1::Account>(
      service + "UpdateContactAccount", [&accounts](const rpc::Call& call, const auto& request) {
        return Set(accounts, call, request);
      });
  server.Unary<v1::DeleteContactAccountRequest, v1::Account>(
      service + "DeleteContactAccount",
      [&accounts](const rpc::Call& call, const auto& request) -> Result<v1::Account> {
        ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
        return Answer(accounts.Delete(edit, AccountId{request.id()}));
      });
}

}  // namespace muara::ticket

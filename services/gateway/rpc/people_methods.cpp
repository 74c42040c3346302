#include "services/gateway/rpc/people_methods.h"

#include "libs/rpc/request.h"
#include "muara/gateway/v1/accounts.pb.h"
#include "muara/gateway/v1/api_keys.pb.h"
#include "muara/gateway/v1/sessions.pb.h"
#include "services/gateway/wire/people.h"

namespace muara::gateway {
namespace {

// Without secrets: the fingerprint of a request is kept, and a hash without salt would give a
// password away to whoever reads the store.
template <class Request>
Result<OperationKey> KeyWithout(Request request, void (Request::*clear_secret)()) {
  (request.*clear_secret)();
  return rpc::KeyOf(request);
}

void AddSessions(LocalMethods& methods, Logins& logins) {
  methods.Add<v1::CreateSessionRequest, v1::CreateSessionResponse>(
      "muara.gateway.v1.Sessions/CreateSession",
      [&logins](const LocalCall& call, const auto& request) -> Result<v1::CreateSessionResponse> {
        ASSIGN_OR_RETURN(const Login login,
                         logins.SignIn(request.username(), request.password(), call.remote_ip));
        return wire::ToProto(login);
      });
  methods.Add<v1::DeleteSessionRequest, v1::DeleteSessionResponse>(
      "muara.gateway.v1.Sessions/DeleteSession",
      [&logins](const LocalCall& call, const auto&) -> Result<v1::DeleteSessionResponse> {
        RETURN_IF_ERROR(logins.SignOut(call.caller));
        return v1::DeleteSessionResponse();
      });
  methods.Add<v1::GetMeRequest, v1::Me>("muara.gateway.v1.Sessions/GetMe",
                                        [](const LocalCall& call, const auto&) -> Result<v1::Me> {
                                          return wire::ToProto(call.caller);
                                        });
  methods.Add<v1::ChangePasswordRequest, v1::ChangePasswordResponse>(
      "muara.gateway.v1.Sessions/ChangePassword",
      [&logins](const LocalCall& call, const auto& request) -> Result<v1::ChangePasswordResponse> {
        // An auditor's API key has the role but no password.
        if (call.caller.account_id.empty()) {
          return MakeError(Code::kFailedPrecondition, "NOT_AN_ACCOUNT", "keys have no password");
        }
        RETURN_IF_ERROR(
            logins.ChangePassword(call.caller, request.old_password(), request.new_password()));
        return v1::ChangePasswordResponse();
      });
}

void AddAccounts(LocalMethods& methods, People& people) {
  methods.Add<v1::CreateAccountRequest, v1::Account>(
      "muara.gateway.v1.Accounts/CreateAccount",
      [&people](const LocalCall&, const auto& request) -> Result<v1::Account> {
        ASSIGN_OR_RETURN(const OperationKey key,
                         KeyWithout(request, &v1::CreateAccountRequest::clear_password));
        return wire::ToProto(people.CreateAccount(wire::FromProto(request), key));
      });
  methods.Add<v1::GetAccountRequest, v1::Account>(
      "muara.gateway.v1.Accounts/GetAccount",
      [&people](const LocalCall&, const auto& request) -> Result<v1::Account> {
        return wire::ToProto(people.GetAccount(request.id()));
      });
  methods.Add<v1::ListAccountsRequest, v1::ListAccountsResponse>(
      "muara.gateway.v1.Accounts/ListAccounts",
      [&people](const LocalCall&, const auto& request) -> Result<v1::ListAccountsResponse> {
        ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
        // One more than asked for tells whether there is another page.
        ASSIGN_OR_RETURN(auto accounts, people.ListAccounts(page.after.empty() ? "" : page.after[0],
                                                            page.size + 1));
        v1::ListAccountsResponse response;
        if (static_cast<int>(accounts.size()) > page.size) {
          accounts.pop_back();
          response.set_next_page_token(rpc::NextPageToken(request, {accounts.back().username}));
        }
        for (const Account& account : accounts) *response.add_accounts() = wire::ToProto(account);
        return response;
      });
  methods.Add<v1::DisableAccountRequest, v1::Account>(
      "muara.gateway.v1.Accounts/DisableAccount",
      [&people](const LocalCall& call, const auto& request) -> Result<v1::Account> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        return wire::ToProto(people.DisableAccount(call.caller, request.id(), key));
      });
  methods.Add<v1::EnableAccountRequest, v1::Account>(
      "muara.gateway.v1.Accounts/EnableAccount",
      [&people](const LocalCall&, const auto& request) -> Result<v1::Account> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        return wire::ToProto(people.EnableAccount(request.id(), key));
      });
  methods.Add<v1::ResetPasswordRequest, v1::Account>(
      "muara.gateway.v1.Accounts/ResetPassword",
      [&people](const LocalCall&, const auto& request) -> Result<v1::Account> {
        ASSIGN_OR_RETURN(const OperationKey key,
                         KeyWithout(request, &v1::ResetPasswordRequest::clear_new_password));
        return wire::ToProto(people.ResetPassword(request.id(), request.new_password(), key));
      });
}

void AddApiKeys(LocalMethods& methods, People& people) {
  methods.Add<v1::CreateApiKeyRequest, v1::CreateApiKeyResponse>(
      "muara.gateway.v1.ApiKeys/CreateApiKey",
      [&people](const LocalCall&, const auto& request) -> Result<v1::CreateApiKeyResponse> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        ASSIGN_OR_RETURN(const CreatedApiKey created,
                         people.CreateApiKey(wire::FromProto(request), key));
        v1::CreateApiKeyResponse response;
        *response.mutable_api_key() = wire::ToProto(created.key);
        response.set_secret(created.secret);
        return response;
      });
  methods.Add<v1::ListApiKeysRequest, v1::ListApiKeysResponse>(
      "muara.gateway.v1.ApiKeys/ListApiKeys",
      [&people](const LocalCall&, const auto& request) -> Result<v1::ListApiKeysResponse> {
        ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
        ASSIGN_OR_RETURN(
            auto keys, people.ListApiKeys(page.after.empty() ? "" : page.after[0], page.size + 1));
        v1::ListApiKeysResponse response;
        if (static_cast<int>(keys.size()) > page.size) {
          keys.pop_back();
          response.set_next_page_token(rpc::NextPageToken(request, {keys.back().id}));
        }
        for (const ApiKey& key : keys) *response.add_api_keys() = wire::ToProto(key);
        return response;
      });
  methods.Add<v1::RevokeApiKeyRequest, v1::ApiKey>(
      "muara.gateway.v1.ApiKeys/RevokeApiKey",
      [&people](const LocalCall&, const auto& request) -> Result<v1::ApiKey> {
        ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
        ASSIGN_OR_RETURN(const ApiKey revoked, people.RevokeApiKey(request.id(), key));
        return wire::ToProto(revoked);
      });
}

}  // namespace

void AddPeopleMethods(LocalMethods& methods, Logins& logins, People& people) {
  AddSessions(methods, logins);
  AddAccounts(methods, people);
  AddApiKeys(methods, people);
}

}  // namespace muara::gateway

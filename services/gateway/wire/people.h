// Accounts, sessions and API keys as muara.gateway.v1 says them, and back.
#pragma once

#include "muara/gateway/v1/accounts.pb.h"
#include "muara/gateway/v1/api_keys.pb.h"
#include "muara/gateway/v1/sessions.pb.h"
#include "services/gateway/app/logins.h"
#include "services/gateway/domain/account.h"

namespace muara::gateway::wire {

v1::Me ToProto(const Caller& caller);
v1::CreateSessionResponse ToProto(const Login& login);
v1::Account ToProto(const Account& account);
Result<v1::Account> ToProto(const Result<Account>& account);
v1::ApiKey ToProto(const ApiKey& key);
NewAccount FromProto(const v1::CreateAccountRequest& request);
NewApiKey FromProto(const v1::CreateApiKeyRequest& request);

}  // namespace muara::gateway::wire

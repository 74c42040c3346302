#include "services/gateway/wire/people.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

namespace muara::gateway::wire {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;

constexpr std::string_view kPrefix = "ROLE_";

Timestamp ToProto(Time time) { return TimeUtil::MicrosecondsToTimestamp(ToMicros(time)); }

// "agent" and ROLE_AGENT.
access::v1::Role RoleOf(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), ::toupper);
  access::v1::Role role = access::v1::ROLE_UNSPECIFIED;
  access::v1::Role_Parse(std::string(kPrefix) + name, &role);
  return role;
}

std::string NameOf(int role) {
  std::string name = access::v1::Role_Name(role);
  if (!name.starts_with(kPrefix)) return std::to_string(role);
  name.erase(0, kPrefix.size());
  std::transform(name.begin(), name.end(), name.begin(), ::tolower);
  return name;
}

template <class Message>
void AddRoles(const std::vector<std::string>& roles, Message& message) {
  for (const std::string& role : roles) message.add_roles(RoleOf(role));
}

template <class Message>
std::vector<std::string> RolesOf(const Message& message) {
  std::vector<std::string> roles;
  for (const int role : message.roles()) {
    std::string name = NameOf(role);
    if (std::find(roles.begin(), roles.end(), name) == roles.end()) roles.push_back(name);
  }
  return roles;
}

}  // namespace

v1::Me ToProto(const Caller& caller) {
  v1::Me me;
  me.set_subject(caller.subject);
  me.set_username(caller.username);
  me.set_display_name(caller.display_name);
  AddRoles(caller.roles, me);
  me.set_agent_id(caller.agent_id);
  return me;
}

v1::CreateSessionResponse ToProto(const Login& login) {
  v1::CreateSessionResponse response;
  response.set_token(login.token);
  *response.mutable_expires_at() = ToProto(login.expire_time);
  *response.mutable_principal() = ToProto(login.caller);
  return response;
}

v1::Account ToProto(const Account& account) {
  v1::Account message;
  message.set_id(account.id);
  message.set_username(account.username);
  message.set_display_name(account.display_name);
  AddRoles(account.roles, message);
  message.set_agent_id(account.agent_id);
  message.set_disabled(account.disabled);
  *message.mutable_create_time() = ToProto(account.create_time);
  message.set_version(account.version);
  return message;
}

Result<v1::Account> ToProto(const Result<Account>& account) {
  if (!account.ok()) return account.error();
  return ToProto(*account);
}

v1::ApiKey ToProto(const ApiKey& key) {
  v1::ApiKey message;
  message.set_id(key.id);
  message.set_display_name(key.display_name);
  AddRoles(key.roles, message);
  *message.mutable_create_time() = ToProto(key.create_time);
  *message.mutable_expire_time() = ToProto(key.expire_time);
  message.set_revoked(key.revoked);
  return message;
}

NewAccount FromProto(const v1::CreateAccountRequest& request) {
  return {request.username(), request.password(), request.display_name(), RolesOf(request),
          request.agent_id()};
}

NewApiKey FromProto(const v1::CreateApiKeyRequest& request) {
  return {request.display_name(), RolesOf(request), request.days()};
}

}  // namespace muara::gateway::wire

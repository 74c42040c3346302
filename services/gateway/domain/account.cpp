#include "services/gateway/domain/account.h"

#include <algorithm>
#include <array>

namespace muara::gateway {
namespace {

constexpr size_t kUsernameBytesMax = 64;
constexpr size_t kDisplayNameBytesMax = 256;
constexpr size_t kAgentIdBytesMax = 64;
constexpr size_t kPasswordBytesMin = 12;
constexpr size_t kPasswordBytesMax = 200;  // argon2id would take more, and longer
constexpr int kApiKeyDaysMax = 730;
constexpr std::array kPersonRoles = {"agent", "supervisor", "admin", "auditor"};
constexpr std::array kKeyRoles = {"integrator", "auditor"};

bool Contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool IsUsername(std::string_view name) {
  return !name.empty() && name.size() <= kUsernameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  std::string_view("._-@").find(c) != std::string_view::npos;
         });
}

bool IsAgentId(std::string_view id) {
  return id.size() <= kAgentIdBytesMax && std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

template <class Allowed>
void CheckRoles(const std::vector<std::string>& roles, const Allowed& allowed,
                std::vector<Violation>& wrong) {
  if (roles.empty()) wrong.push_back({"roles", "needs at least one"});
  for (const std::string& role : roles) {
    if (std::find(allowed.begin(), allowed.end(), role) == allowed.end()) {
      wrong.push_back({"roles", "cannot be " + role + " here"});
    }
  }
}

void CheckDisplayName(const std::string& name, std::vector<Violation>& wrong) {
  if (name.empty() || name.size() > kDisplayNameBytesMax) {
    wrong.push_back({"display_name", "must have 1 to 256 bytes"});
  }
}

Status Verdict(std::vector<Violation> wrong) {
  return wrong.empty() ? Ok() : Status(InvalidFields(std::move(wrong)));
}

}  // namespace

bool Caller::Has(std::string_view role) const { return Contains(roles, role); }

std::string NormalisedUsername(std::string_view username) {
  std::string name(username);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

Status Check(const NewAccount& account) {
  std::vector<Violation> wrong;
  if (!IsUsername(NormalisedUsername(account.username))) {
    wrong.push_back({"username", "must be 1 to 64 of a-z 0-9 . _ - @"});
  }
  if (const Status status = CheckPassword("password", account.password); !status.ok()) {
    wrong.push_back(status.error().violations.front());
  }
  CheckDisplayName(account.display_name, wrong);
  CheckRoles(account.roles, kPersonRoles, wrong);
  if (!IsAgentId(account.agent_id)) {
    wrong.push_back({"agent_id", "must be at most 64 of a-z 0-9 -"});
  } else if (account.agent_id.empty() && Contains(account.roles, "agent")) {
    wrong.push_back({"agent_id", "is required with the role agent"});
  }
  return Verdict(std::move(wrong));
}

Status Check(const NewApiKey& key) {
  std::vector<Violation> wrong;
  CheckDisplayName(key.display_name, wrong);
  CheckRoles(key.roles, kKeyRoles, wrong);
  if (key.days < 0 || key.days > kApiKeyDaysMax) wrong.push_back({"days", "must be 1 to 730"});
  return Verdict(std::move(wrong));
}

Status CheckPassword(std::string_view field, std::string_view password) {
  if (password.size() >= kPasswordBytesMin && password.size() <= kPasswordBytesMax) return Ok();
  return InvalidFields({{std::string(field), "must have 12 to 200 bytes"}});
}

Caller CallerOf(const Account& account) {
  Caller caller;
  // Work belongs to the agent, whoever holds the account.
  caller.subject =
      account.agent_id.empty() ? "accounts/" + account.id : "agents/" + account.agent_id;
  caller.account_id = account.id;
  caller.username = account.username;
  caller.display_name = account.display_name;
  caller.roles = account.roles;
  caller.agent_id = account.agent_id;
  return caller;
}

Caller CallerOf(const ApiKey& key) {
  Caller caller;
  caller.subject = "keys/" + key.id;
  caller.display_name = key.display_name;
  caller.roles = key.roles;
  return caller;
}

}  // namespace muara::gateway

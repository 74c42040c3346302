// People who sign in with a password, the sessions they get, and the keys of other systems. Roles
// are names as in muara.access.v1: "agent", "supervisor" ... Times come in as arguments.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::gateway {

struct Account {
  std::string id;
  std::string username;  // lower case
  std::string display_name;
  std::vector<std::string> roles;
  std::string agent_id;  // empty: takes no work
  std::string password_hash;
  bool disabled = false;
  Time create_time = {};
  int version = 1;
};

struct NewAccount {
  std::string username;
  std::string password;
  std::string display_name;
  std::vector<std::string> roles;
  std::string agent_id;
};

struct ApiKey {
  std::string id;
  std::string display_name;
  std::vector<std::string> roles;
  Time create_time = {};
  Time expire_time = {};
  bool revoked = false;
};

struct NewApiKey {
  std::string display_name;
  std::vector<std::string> roles;
  int days = 0;  // 0: 90
};

// Whom a token stands for.
struct Caller {
  std::string subject;     // "agents/<id>", "accounts/<id>", "keys/<id>"
  std::string account_id;  // empty for keys
  std::string username;
  std::string display_name;
  std::vector<std::string> roles;
  std::string agent_id;
  std::string token_hash;

  bool Has(std::string_view role) const;
};

constexpr int kApiKeyDaysDefault = 90;

std::string NormalisedUsername(std::string_view username);
// INVALID_FIELDS with all that is wrong.
Status Check(const NewAccount& account);
Status Check(const NewApiKey& key);
Status CheckPassword(std::string_view field, std::string_view password);
Caller CallerOf(const Account& account);
Caller CallerOf(const ApiKey& key);

}  // namespace muara::gateway

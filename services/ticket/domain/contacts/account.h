// An account is the company of contacts: what it has a contract for, and which mail domains are
// its own. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"
#include "services/ticket/domain/contacts/contact.h"

namespace muara::ticket {

constexpr size_t kDomainsMax = 100;  // of one account
constexpr size_t kDomainBytesMax = 253;
constexpr size_t kAccountNotesBytesMax = 10'000;

struct Account {
  AccountId id;
  std::string name;
  std::vector<std::string> domains;    // as NormalDomain has them, each of one account alone
  std::string contract_sla_policy_id;  // empty: none, the policies' rules choose
  std::vector<std::string> tags;
  std::vector<FieldValue> fields;  // of those that are declared
  std::string notes;
  Time create_time;
  Time update_time;
  int version = 0;  // 0: not there yet
};

// Which fields an update sets.
struct AccountUpdate {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> domains;
  std::optional<std::string> contract_sla_policy_id;
  std::optional<std::vector<std::string>> tags;
  std::vector<FieldValue> fields;
  std::vector<std::string> remove_fields;
  std::optional<std::string> notes;
};

// Lower case, without blanks around.
std::string NormalDomain(const std::string& domain);
// What is wrong with a normal domain as an account's; empty: nothing.
std::string ProblemOfDomain(const std::string& domain);
// Where anyone may have an address; or a domain below such a one.
bool IsFreeMail(const std::string& domain);
// Everything that is wrong with it by itself.
std::vector<Violation> ProblemsOf(const Account& account);

// The domain of an address and all above it that an account may have, longest first; none where
// the point is no verified address.
std::vector<std::string> DomainsThatClaim(const ContactPoint& point);

}  // namespace muara::ticket

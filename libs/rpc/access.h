// Who calls: a principal is signed with the deployment's internal key and travels as a bearer token
// between our own processes. It lives minutes, so it is made anew for every call chain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::rpc {

// As muara.access.v1.Role.
enum class Role {
  kPublic = 1,
  kAgent = 2,
  kSupervisor = 3,
  kAdmin = 4,
  kAuditor = 5,
  kIntegrator = 6,
  kConnector = 7,
  kService = 8,
};

struct Principal {
  std::string subject;  // "agents/<id>", "accounts/<id>", "keys/<id>", "services/<name>"
  std::vector<Role> roles;

  bool Has(Role role) const;
  // The id behind "agents/", if the caller is an agent.
  std::optional<std::string> agent_id() const;
};

std::optional<Role> RoleFromName(const std::string& name);  // "agent", "supervisor" ...
std::string RoleName(Role role);

// Keys are shared by the processes of one deployment, at least 32 bytes. The first signs, all
// verify, so that a key can be changed without a gap.
class TokenKeys {
 public:
  explicit TokenKeys(std::vector<std::string> keys);
  std::string Sign(const Principal& principal, Time now, Duration life) const;
  // UNAUTHENTICATED with BAD_TOKEN or EXPIRED_TOKEN.
  Result<Principal> Verify(const std::string& token, Time now) const;

 private:
  std::vector<std::string> keys_;
};

// May someone with these roles call the method ("muara.ticket.v1.Tickets/GetTicket")? Decided by
// the method's muara.access.v1.access option alone; a method without one may be called by nobody.
bool IsAllowed(const std::string& method, const std::vector<Role>& roles);
bool IsPublic(const std::string& method);
bool IsAudited(const std::string& method);
// How long an answer may take; 0: as long as any.
int SecondsMaxOf(const std::string& method);

}  // namespace muara::rpc

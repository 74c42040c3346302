// Who may see and do what, where it is more than the roles of a method.
#pragma once

#include "libs/rpc/server.h"

namespace muara::routing {

// What concerns others too; an agent sees its own.
inline bool SeesAll(const rpc::Principal& principal) {
  return principal.Has(rpc::Role::kSupervisor) || principal.Has(rpc::Role::kAdmin) ||
         principal.Has(rpc::Role::kAuditor) || principal.Has(rpc::Role::kService);
}

// Decides for others, too.
inline bool Leads(const rpc::Principal& principal) {
  return principal.Has(rpc::Role::kSupervisor) || principal.Has(rpc::Role::kAdmin);
}

}  // namespace muara::routing

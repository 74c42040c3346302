// The caller as the keeper of canned replies and macros.
#pragma once

#include "libs/rpc/call.h"
#include "libs/rpc/request.h"
#include "services/ticket/app/rules/keeping.h"
#include "services/ticket/domain/rules/texts.h"

namespace muara::ticket {

inline Keeper KeeperOf(const rpc::Call& call) {
  const bool leads =
      call.principal.Has(rpc::Role::kSupervisor) || call.principal.Has(rpc::Role::kAdmin);
  return {call.principal.subject, leads ? Standing::kLead : Standing::kAgent};
}

inline KeptPlace AfterOf(const rpc::Page& page) {
  if (page.after.size() != 2) return {};
  return {page.after[0], page.after[1]};
}

}  // namespace muara::ticket

// The caller as the keeper of canned replies and macros.
#pragma once

#include "services/ticket/app/rules/keeping.h"
#include "services/ticket/domain/rules/texts.h"
#include "services/ticket/rpc/requests.h"

namespace muara::ticket {

inline Keeper KeeperOf(const rpc::Call& call) {
  return {call.principal.subject, Leads(call) ? Standing::kLead : Standing::kAgent};
}

inline KeptPlace AfterOf(const rpc::Page& page) {
  if (page.after.size() != 2) return {};
  return {page.after[0], page.after[1]};
}

}  // namespace muara::ticket

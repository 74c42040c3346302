// What every request for a change of a calendar or policy has in common.
#pragma once

#include "libs/rpc/call.h"
#include "libs/rpc/request.h"
#include "services/ticket/app/sla/policies.h"

namespace muara::ticket {

template <class Request>
Result<SlaChange> SlaChangeOf(const rpc::Call& call, const Request& request, int expected_version) {
  ASSIGN_OR_RETURN(OperationKey key, rpc::KeyOf(request));
  if (expected_version < 0) return InvalidFields({{"expected_version", "is negative"}});
  return SlaChange{request.id(), std::move(key), expected_version, call.principal.subject};
}

}  // namespace muara::ticket

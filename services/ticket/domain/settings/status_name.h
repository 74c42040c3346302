// The organisation's own words for a status.
#pragma once

#include <string>

#include "services/ticket/domain/settings/queue_policy.h"

namespace muara::ticket {

struct NamedStatus {
  std::string id;
  std::string name;
  Status status = Status::kOpen;
  bool archived = false;  // given to no ticket any more
  int version = 0;        // 0: there is none yet

  // WRONG_STATUS_NAME where the ticket has another status, or the name is archived.
  muara::Status CheckFor(const Ticket& ticket) const;
};

// Every field that breaks a limit, named.
muara::Status Validate(const NamedStatus& name);

}  // namespace muara::ticket

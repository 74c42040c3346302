// What a handler knows of its call besides the request.
#pragma once

#include <functional>
#include <string>

#include "libs/base/time.h"
#include "libs/rpc/access.h"

namespace muara::rpc {

struct Call {
  std::string method;  // "muara.ticket.v1.Tickets/GetTicket"
  Principal principal;
  Time deadline;                            // never unset: a caller without one gets 30 s
  std::function<bool()> is_cancelled = {};  // the caller has gone
};

}  // namespace muara::rpc

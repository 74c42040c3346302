// Who looks at a ticket, as messages.
#pragma once

#include "muara/ticket/v1/viewers.pb.h"
#include "services/ticket/domain/viewers/board.h"

namespace muara::ticket::wire {

v1::Viewer ToProto(const Viewer& viewer);

}  // namespace muara::ticket::wire

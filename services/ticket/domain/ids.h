// The ids of this service's own things; those of other services travel as text.
#pragma once

#include "libs/base/id.h"

namespace muara::ticket {

using TicketId = Id<struct TicketTag>;
using InteractionId = Id<struct InteractionTag>;
using ContactId = Id<struct ContactTag>;
using AccountId = Id<struct AccountTag>;

}  // namespace muara::ticket

// What this service reacts to.
#pragma once

#include "libs/bus/consumer.h"
#include "services/channels/chat/app/conversations.h"

namespace muara::chat {

// The chats of an erased contact are emptied.
void OnOriginalsOrphaned(bus::Consumer& ticket, Conversations& conversations);

}  // namespace muara::chat

// The settings of muara-chat, out of MUARA_* in the environment (README.md lists them).
#pragma once

#include <string>

#include "libs/service/settings.h"
#include "services/channels/chat/app/conversations.h"
#include "services/channels/chat/app/feed.h"
#include "services/channels/chat/http/door.h"

namespace muara::chat {

struct ChatSettings {
  std::string core_address;
  ConversationOptions conversations;
  FeedOptions feed;
  DoorOptions door;
};

ChatSettings ReadSettings(service::Settings& settings);

}  // namespace muara::chat

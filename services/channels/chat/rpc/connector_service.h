// muara.connector.v1.Connector for chat: parses, calls, answers.
#pragma once

#include "libs/rpc/server.h"
#include "services/channels/chat/app/conversations.h"

namespace muara::chat {

// Both outlive the server's calls.
void ServeConnector(rpc::Server& server, Conversations& conversations, metrics::Registry& metrics);

}  // namespace muara::chat

// The JSON text frames between a browser and us; README.md lists them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "libs/base/result.h"
#include "services/channels/chat/domain/conversation.h"

namespace muara::chat::wire {

struct Hello {
  std::string session;  // empty: a new one
  std::string token;
  std::string name;
  std::string email;
  int64_t seen = 0;  // seq of the last message that it has
};
struct Say {
  std::string cid;
  std::string text;
};
struct Typing {};
struct Ping {};
using ClientFrame = std::variant<Hello, Say, Typing, Ping>;

// BAD_JSON, BAD_FRAME, UNKNOWN_TYPE. Values are not judged, only their types.
Result<ClientFrame> ReadFrame(std::string_view text);

std::string WelcomeFrame(const Session& session, const std::string& token);
std::string ResyncFrame(int64_t from);
std::string MessageFrame(const Message& message);
std::string AckFrame(const Message& message);
std::string NackFrame(const std::string& cid, const std::string& reason, int64_t retry_after_ms);
std::string PongFrame();
// `cid` is of the message that it is about; left out where it is empty.
std::string ErrorFrame(const Error& error, const std::string& cid = "");

}  // namespace muara::chat::wire

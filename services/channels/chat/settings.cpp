#include "services/channels/chat/settings.h"

#include <algorithm>
#include <sstream>

namespace muara::chat {
namespace {

constexpr char kOrigins[] = "MUARA_CHAT_ORIGINS";
constexpr size_t kEndpointBytesMax = 320;

std::vector<std::string> List(const std::string& text) {
  std::vector<std::string> list;
  std::istringstream stream(text);
  for (std::string one; std::getline(stream, one, ',');) {
    if (!one.empty()) list.push_back(one);
  }
  return list;
}

// It goes into a header as it is.
bool IsOrigin(const std::string& text) {
  const size_t scheme = text.find("://");
  if (scheme == text.npos || scheme + 3 == text.size()) return false;
  const std::string name = text.substr(0, scheme);
  return (name == "https" || name == "http") &&
         std::all_of(
             text.begin() + static_cast<ptrdiff_t>(scheme) + 3, text.end(), [](unsigned char c) {
               return std::isalnum(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
             });
}

DoorOptions ReadDoor(service::Settings& settings) {
  DoorOptions door;
  const service::HostPort listen = settings.Address("MUARA_CHAT_LISTEN", "127.0.0.1:8090");
  door.http.address = listen.host;
  door.http.port = listen.port;
  door.http.worker_threads = static_cast<size_t>(settings.Number("MUARA_CHAT_THREADS", 32, 4, 512));
  door.http.connections_max =
      static_cast<size_t>(settings.Number("MUARA_CHAT_CONNECTIONS_MAX", 4096, 1, 100'000));
  door.http.trusted_proxies = List(settings.Text("MUARA_TRUSTED_PROXIES", ""));
  door.origins = List(settings.Text(kOrigins, ""));
  if (!std::all_of(door.origins.begin(), door.origins.end(), IsOrigin)) {
    settings.Refuse(kOrigins, "is not a list of origins like https://shop.example");
  }
  LimitOptions& limits = door.limits;
  limits.messages_per_session =
      settings.Number("MUARA_CHAT_MESSAGES_PER_SESSION", limits.messages_per_session, 1, 10'000);
  limits.messages_per_address =
      settings.Number("MUARA_CHAT_MESSAGES_PER_ADDRESS", limits.messages_per_address, 1, 1'000'000);
  limits.sessions_per_address =
      settings.Number("MUARA_CHAT_SESSIONS_PER_ADDRESS", limits.sessions_per_address, 1, 1'000'000);
  limits.connections_per_address = settings.Number("MUARA_CHAT_CONNECTIONS_PER_ADDRESS",
                                                   limits.connections_per_address, 1, 100'000);
  return door;
}

}  // namespace

ChatSettings ReadSettings(service::Settings& settings) {
  ChatSettings chat;
  chat.core_address = settings.Required("MUARA_TICKET_GRPC");
  chat.door = ReadDoor(settings);
  chat.conversations.endpoint = settings.Text("MUARA_CHAT_ENDPOINT", "chat");
  if (chat.conversations.endpoint.size() > kEndpointBytesMax) {
    settings.Refuse("MUARA_CHAT_ENDPOINT", "is longer than 320 bytes");
  }
  chat.conversations.submit_max_ms =
      static_cast<int>(settings.Number("MUARA_CHAT_SUBMIT_MAX_MS", 5000, 100, 9000));
  // Even a core that hangs leaves a quarter of the workers to everything else.
  chat.conversations.submits_max = static_cast<int>(chat.door.http.worker_threads * 3 / 4);
  chat.conversations.kept =
      std::chrono::hours(24) * settings.Number("MUARA_CHAT_KEEP_DAYS", 365, 1, 36'500);
  chat.feed.poll_ms = settings.Number("MUARA_CHAT_POLL_MS", 200, 10, 10'000);
  return chat;
}

}  // namespace muara::chat

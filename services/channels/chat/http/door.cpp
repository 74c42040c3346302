#include "services/channels/chat/http/door.h"

#include <algorithm>

#include "libs/http/problem.h"
#include "services/channels/chat/http/page.h"

namespace muara::chat {
namespace {

// The text of a message may come with six bytes for each of its own: \u0061.
constexpr size_t kFrameBytesMax = 6 * kTextBytesMax + 4096;
// Beyond what a listener lets wait, one more reply of the longest, written so.
constexpr size_t kPendingBytesMax = 4 * 1024 * 1024;

http::Options Prepared(http::Options options) {
  options.body_size_max = 1024;
  options.web_socket_message_size_max = kFrameBytesMax;
  options.stream_pending_bytes_max = kPendingBytesMax;
  return options;
}

}  // namespace

Door::Door(DoorOptions options, sql::Database& database, Conversations& conversations, Feed& feed,
           const Clock& clock, metrics::Registry& metrics)
    : origins_(options.origins),
      limits_(options.limits),
      reception_{database, conversations, feed, limits_, clock, metrics},
      server_(Prepared(options.http)) {
  AddPage(server_, origins_);
  server_.HandleWebSocket(
      "/v1/chat", [this](const http::Request& request) { return MayConnect(request); },
      [this](const http::Request& request) { return Accept(request); });
}

bool Door::MayConnect(const http::Request& request) const {
  if (http::SameOrigin(request)) return true;
  const std::string_view origin = request.headers.Get("Origin");
  const bool listed = std::any_of(origins_.begin(), origins_.end(), [&](const std::string& one) {
    return http::EqualWithoutCase(one, origin);
  });
  if (!listed) {
    reception_.metrics.Count("muara_chat_errors_total", {{"reason", "ORIGIN_NOT_ALLOWED"}});
  }
  return listed;
}

Door::Accepted Door::Accept(const http::Request& request) {
  const std::string address = AddressKey(request.remote_ip);
  std::shared_ptr<void> seat = limits_.Seat(address);
  if (seat == nullptr) {
    reception_.metrics.Count("muara_chat_errors_total", {{"reason", "TOO_MANY_CONNECTIONS"}});
    return http::ProblemResponse(MakeError(Code::kResourceExhausted, "TOO_MANY_CONNECTIONS",
                                           "too many connections from this address"));
  }
  auto visit = std::make_shared<Visit>(reception_, address);
  return http::WebSocketEvents{
      [this, visit](const std::shared_ptr<http::WebSocket>& socket) {
        visit->OnOpen(socket);
        Enter(visit);
      },
      [visit](const std::shared_ptr<http::WebSocket>&, const std::string& text) {
        visit->OnText(text);
      },
      // The seat goes with the callbacks, which go with the connection.
      [this, visit, seat](const std::shared_ptr<http::WebSocket>&, uint16_t) {
        visit->OnClose();
        Leave(visit);
      }};
}

void Door::Enter(const std::shared_ptr<Visit>& visit) {
  const std::lock_guard lock(mutex_);
  visits_.insert(visit);
}

void Door::Leave(const std::shared_ptr<Visit>& visit) {
  const std::lock_guard lock(mutex_);
  visits_.erase(visit);
}

Status Door::EndSilentOnes() {
  const Time now = reception_.clock.Now();
  const std::lock_guard lock(mutex_);
  for (const auto& visit : visits_) {
    if (visit->IsSilent(now)) visit->EndSilence();
  }
  return Ok();
}

}  // namespace muara::chat

// One socket from its opening to its end: reads frames, calls, answers. Its callbacks come one at a
// time; IsSilent may be asked from any thread.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "libs/base/time.h"
#include "libs/http/web_socket.h"
#include "libs/metrics/metrics.h"
#include "libs/sql/database.h"
#include "services/channels/chat/app/conversations.h"
#include "services/channels/chat/http/limits.h"
#include "services/channels/chat/wire/frames.h"

namespace muara::chat {

// What all visits share; outlives them.
struct Reception {
  sql::Database& database;
  Conversations& conversations;
  Feed& feed;
  Limits& limits;
  const Clock& clock;
  metrics::Registry& metrics;
};

class Visit {
 public:
  Visit(Reception& reception, std::string address)
      : reception_(reception),
        address_(std::move(address)),
        opened_(reception.clock.Now()),
        frames_(reception.limits.frames_per_socket()) {}

  void OnOpen(std::shared_ptr<http::WebSocket> socket) { socket_ = std::move(socket); }
  void OnText(const std::string& text);
  void OnClose();

  // It has not said hello, for long enough.
  bool IsSilent(Time now) const;
  void EndSilence();

 private:
  void On(const wire::Hello& hello);
  void On(const wire::Say& say);
  void On(const wire::Typing&) {}
  void On(const wire::Ping&) { socket_->Send(wire::PongFrame()); }

  Result<Opened> Open(const wire::Hello& hello);
  bool Listen(const Opened& opened, int64_t seen);
  void Submit(const wire::Say& say);
  Status CheckSay(const wire::Say& say) const;
  int64_t WaitBeforeSaying();
  void Tell(const Error& error, const std::string& cid = "");
  void TellLater(const std::string& cid, const std::string& reason, int64_t retry_after_ms);
  void End(const Error& error);

  Reception& reception_;
  const std::string address_;
  const Time opened_;
  RateLimit frames_;
  std::shared_ptr<http::WebSocket> socket_;
  std::atomic<bool> welcomed_{false};
  Session session_;
  std::shared_ptr<Listener> listener_;
};

}  // namespace muara::chat

// How much one session and one address may do in this process. Thread safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "services/channels/chat/domain/rate_limit.h"

namespace muara::chat {

struct LimitOptions {
  int64_t messages_per_session = 30;   // a minute
  int64_t messages_per_address = 120;  // a minute
  int64_t sessions_per_address = 20;   // new ones, a minute
  int64_t connections_per_address = 50;
};

// An address as it is counted: IPv6 by its /64, which is what one customer has.
std::string AddressKey(const std::string& ip);

class Limits {
 public:
  explicit Limits(const LimitOptions& options)
      : session_messages(options.messages_per_session),
        address_messages(options.messages_per_address),
        address_sessions(options.sessions_per_address),
        frames_per_socket_(options.messages_per_session * kFramesPerMessage),
        connections_per_address_(options.connections_per_address) {}

  RateLimit session_messages;
  RateLimit address_messages;
  RateLimit address_sessions;

  // Of any kind, a minute: what a session may say, and typing and pings around it.
  int64_t frames_per_socket() const { return frames_per_socket_; }
  // A connection's seat, given back with the last copy; nothing where the address has too many.
  // The limits outlive it.
  std::shared_ptr<void> Seat(const std::string& address);

 private:
  void Leave(const std::string& address);

  static constexpr int64_t kFramesPerMessage = 20;

  const int64_t frames_per_socket_;
  const int64_t connections_per_address_;
  std::mutex mutex_;
  std::map<std::string, int64_t> seats_;
};

}  // namespace muara::chat

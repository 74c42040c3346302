// One live socket's place in the log of its session. Everything with a seq leaves through CatchUp,
// in order and once: what this socket said itself as its acknowledgement, the rest as messages. So
// the last seq that a browser heard is always where it can resume. Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/channels/chat/domain/conversation.h"

namespace muara::chat {

struct Outlet {
  std::function<bool(std::string)> send;
  std::function<size_t()> pending_bytes;  // sent but not yet taken by the network
};

class Listener {
 public:
  Listener(std::string session, Outlet outlet)
      : session_(std::move(session)), outlet_(std::move(outlet)) {}

  const std::string& session() const { return session_; }
  // Sends these first; hears nothing of the log before.
  void Open(const std::vector<std::string>& frames, int64_t after_seq);
  int64_t seq() const;

  // Before a message of this socket is submitted: it will hear an ack instead of its own words.
  void Expect(const std::string& cid);
  // It was not stored now; if it was after all, the socket hears it as a message.
  void Unexpect(const std::string& cid);
  // It is in the log. Acknowledges it at once if its place was passed before.
  void Stored(const Message& message);

  // Sends what the log has beyond; stops early where the reader is slow, to be called again.
  Status CatchUp(sql::Database& database);

 private:
  const std::string session_;
  const Outlet outlet_;
  mutable std::mutex mutex_;
  bool open_ = false;
  int64_t seq_ = 0;
  std::set<std::string> expected_;  // at most one for each message under way
};

}  // namespace muara::chat

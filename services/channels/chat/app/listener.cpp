#include "services/channels/chat/app/listener.h"

#include "services/channels/chat/store/messages.h"
#include "services/channels/chat/wire/frames.h"

namespace muara::chat {
namespace {
constexpr int64_t kPage = 20;  // of at most 256 KiB each: at most 5 MiB held at once
// With one page of the longest messages on top it stays within the socket's own limit.
constexpr size_t kPendingBytesMax = 256 * 1024;
}  // namespace

void Listener::Open(const std::vector<std::string>& frames, int64_t after_seq) {
  const std::lock_guard lock(mutex_);
  for (const std::string& frame : frames) outlet_.send(frame);
  seq_ = after_seq;
  open_ = true;
}

int64_t Listener::seq() const {
  const std::lock_guard lock(mutex_);
  return seq_;
}

void Listener::Expect(const std::string& cid) {
  const std::lock_guard lock(mutex_);
  expected_.insert(cid);
}

void Listener::Unexpect(const std::string& cid) {
  const std::lock_guard lock(mutex_);
  expected_.erase(cid);
}

void Listener::Stored(const Message& message) {
  const std::lock_guard lock(mutex_);
  if (message.seq > seq_ || expected_.erase(message.cid) == 0) return;
  outlet_.send(wire::AckFrame(message));
}

Status Listener::CatchUp(sql::Database& database) {
  const std::lock_guard lock(mutex_);
  if (!open_) return Ok();
  while (outlet_.pending_bytes() < kPendingBytesMax) {
    ASSIGN_OR_RETURN(const std::vector<Message> page, database.Read([&](sql::Tx& tx) {
      return store::ListAfter(tx, session_, seq_, kPage);
    }));
    if (page.empty()) return Ok();
    for (const Message& message : page) {
      if (outlet_.pending_bytes() >= kPendingBytesMax) return Ok();
      const bool own = expected_.erase(message.cid) > 0;
      if (!outlet_.send(own ? wire::AckFrame(message) : wire::MessageFrame(message))) return Ok();
      seq_ = message.seq;
    }
  }
  return Ok();
}

}  // namespace muara::chat

#include "services/channels/chat/app/feed.h"

#include <algorithm>
#include <chrono>

#include "libs/log/log.h"
#include "services/channels/chat/store/sessions.h"

namespace muara::chat {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Status Feed::Start() {
  thread_ = std::thread([this] { RunUntilStopped(); });
  return Ok();
}

void Feed::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_.Notify();
  thread_.join();
}

bool Feed::Follow(const std::shared_ptr<Listener>& listener) {
  const std::lock_guard lock(mutex_);
  Listeners& known = listeners_[listener->session()];
  if (known.size() >= options_.sockets_per_session_max) return false;
  known.push_back(listener);
  metrics_.Set("muara_chat_sockets", {}, ++sockets_);
  return true;
}

void Feed::Leave(const std::shared_ptr<Listener>& listener) {
  const std::lock_guard lock(mutex_);
  const auto found = listeners_.find(listener->session());
  if (found == listeners_.end() || std::erase(found->second, listener) == 0) return;
  if (found->second.empty()) listeners_.erase(found);
  metrics_.Set("muara_chat_sockets", {}, --sockets_);
}

void Feed::Notify(const std::string& session) {
  {
    const std::lock_guard lock(mutex_);
    if (!listeners_.contains(session)) return;
    woken_.insert(session);
  }
  wake_.Notify();
}

void Feed::RunUntilStopped() {
  auto poll_at = steady_clock::now();
  bool failing = false;
  while (!stopping_) {
    wake_.WaitFor(milliseconds(options_.poll_ms));
    Status done = CatchUpWoken();
    if (steady_clock::now() >= poll_at) {
      if (done.ok()) done = CatchUpAll();
      poll_at = steady_clock::now() + milliseconds(options_.poll_ms);
    }
    // Said once: a store that is away would say it five times a second.
    if (!done.ok() && !failing) log::Failed("messages wait for the store", done.error());
    failing = !done.ok();
  }
}

// What fails here is done by the next poll.
Status Feed::CatchUpWoken() {
  std::set<std::string> woken;
  {
    const std::lock_guard lock(mutex_);
    woken.swap(woken_);
  }
  for (const std::string& session : woken) {
    for (const auto& listener : Of(session)) RETURN_IF_ERROR(listener->CatchUp(database_));
  }
  return Ok();
}

Status Feed::CatchUpAll() {
  const std::vector<std::string> sessions = Sessions();
  for (size_t from = 0; from < sessions.size(); from += store::kHeadsMax) {
    const size_t to = std::min(sessions.size(), from + store::kHeadsMax);
    RETURN_IF_ERROR(CatchUpSome({sessions.begin() + static_cast<ptrdiff_t>(from),
                                 sessions.begin() + static_cast<ptrdiff_t>(to)}));
  }
  return Ok();
}

Status Feed::CatchUpSome(const std::vector<std::string>& sessions) {
  ASSIGN_OR_RETURN(const auto heads,
                   database_.Read([&](sql::Tx& tx) { return store::Heads(tx, sessions); }));
  for (const auto& [session, head] : heads) {
    for (const auto& listener : Of(session)) {
      if (listener->seq() < head) RETURN_IF_ERROR(listener->CatchUp(database_));
    }
  }
  return Ok();
}

Feed::Listeners Feed::Of(const std::string& session) {
  const std::lock_guard lock(mutex_);
  const auto found = listeners_.find(session);
  return found == listeners_.end() ? Listeners() : found->second;
}

std::vector<std::string> Feed::Sessions() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> sessions;
  for (const auto& [session, listeners] : listeners_) sessions.push_back(session);
  return sessions;
}

}  // namespace muara::chat

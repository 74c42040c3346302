// The newest facts of one topic, kept in memory and filled from the owner's log, so that all who
// watch live read each fact once. Redis rings when there is something new; without it the log is
// polled. Whoever is further behind reads the log itself. Thread safe.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "libs/bus/owner_log.h"
#include "libs/bus/stream_bell.h"
#include "libs/bus/wake.h"
#include "services/gateway/domain/cursor.h"
#include "services/gateway/wire/live_fact.h"

namespace muara::gateway {

struct PositionedFact {
  int64_t position = 0;
  std::shared_ptr<const LiveFact> fact;  // null: not readable, to be passed over
};

class TopicTail {
 public:
  // `log` must outlive it. `on_news` is called after the heads have moved, on the tail's thread.
  TopicTail(std::string topic, const bus::OwnerLog& log, const bus::RedisAddress& redis,
            int poll_ms, std::function<void()> on_news);
  ~TopicTail();
  void Start();
  void Stop();

  const std::string& topic() const { return topic_; }
  // How far the log has got; nothing before it was first reached.
  std::optional<TopicCursor> Heads() const;
  // Whether the owner answered last time.
  bool reachable() const { return reachable_; }

  // Facts of a part from a position on, at most `limit`; from memory, or from the log where memory
  // does not go back so far. LOG_TRIMMED where the log does not either, EPOCH_CHANGED where it is
  // another log by now.
  Result<std::vector<PositionedFact>> Read(const std::string& epoch, int part, int64_t from,
                                           int limit) const;

 private:
  struct Part {
    int64_t head = 0;
    size_t bytes = 0;
    std::deque<PositionedFact> facts;  // dense, the last one at the head
  };
  void Run();
  void WaitForNews();
  // True: something new was read.
  Result<bool> Poll();
  void Begin(const bus::OwnerLog::Heads& heads);
  Status Advance(int part, int64_t head);
  void Append(int part, std::vector<PositionedFact> facts);
  Result<std::vector<PositionedFact>> ReadLog(const std::string& epoch, int part, int64_t from,
                                              int limit) const;

  const std::string topic_;
  const bus::OwnerLog& log_;
  const int poll_ms_;
  const std::function<void()> on_news_;
  mutable std::mutex mutex_;
  std::string epoch_;  // empty: never reached
  std::vector<Part> parts_;
  std::atomic<bool> reachable_{false};
  std::atomic<bool> stopping_{false};
  bus::StreamBell bell_;
  bool rang_for_nothing_ = false;
  bus::Wake wake_;
  std::thread thread_;
};

}  // namespace muara::gateway

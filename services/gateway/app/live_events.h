// Live facts for everyone who watches: each watcher has a cursor, which is the id of every event it
// gets, so that coming back with the last id seen misses nothing and doubles nothing, on any
// replica. Facts of one key come in order. Thread safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/gateway/app/live_whispers.h"
#include "services/gateway/app/topic_tail.h"
#include "services/gateway/domain/cursor.h"

namespace muara::gateway {

struct LiveEventsOptions {
  bus::RedisAddress redis;
  std::string bus_secret = "";  // of what is whispered; empty: nothing of it is heard
  int poll_ms = 100;            // where Redis is away
  size_t watchers_max = 1000;
  size_t pending_bytes_max = 256 * 1024;  // a watcher with more unsent waits until it has less
  int threads = 2;
  int64_t watch_seconds_max = 15 * 60;  // then it comes back and shows its token again
};

struct Watcher {
  std::function<bool(std::string)> send;  // false: it has gone
  std::function<bool()> is_gone;
  std::function<size_t()> pending_bytes;
  std::function<void()> close;
  std::set<std::string> types;      // full or short names; empty: all
  std::string only_offers_to = "";  // an agent sees its own offers alone; empty: all offers
};

class LiveEvents {
 public:
  // By topic; the logs must outlive it.
  LiveEvents(const std::map<std::string, const bus::OwnerLog*>& logs, LiveEventsOptions options);
  ~LiveEvents();
  void Start();
  void Stop();

  // From that cursor on; from now on where there is none. Sends a comment at once, and an id when
  // it knows where it begins in every topic: what happens after that id is told. A topic that is
  // away then begins later, with a reset.
  Status Watch(Watcher watcher, std::optional<Cursor> from);
  size_t watchers() const;

  // What is no fact of a log, to all who watch now and keep up; their cursors stay.
  void Tell(const LiveFact& passing);

 private:
  struct State;
  void Run();
  void WakeAll();
  // One watcher's turn; false: it has gone.
  bool Serve(State& state);
  bool Begin(State& state);
  bool ServeTopic(const TopicTail& tail, State& state);
  bool ServePart(const TopicTail& tail, int part, int64_t head, State& state);
  bool Deliver(const PositionedFact& fact, State& state);
  enum class Position { kKnown, kAhead };
  bool WentBack(const TopicTail& tail, Position position, State& state);
  bool Restart(const TopicTail& tail, const TopicCursor& heads, State& state);
  bool SendId(State& state);

  const LiveEventsOptions options_;
  std::vector<std::unique_ptr<TopicTail>> tails_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<State>> states_;
  std::deque<std::shared_ptr<State>> waiting_;  // for a turn
  bool stopping_ = false;
  std::vector<std::thread> threads_;
  LiveWhispers whispers_;
};

}  // namespace muara::gateway

// Hears what the ticket service tells of this moment alone (who looks at a ticket) and passes it on
// to all who watch live. It is lossy: of a flood the newest is told. Thread safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "libs/bus/whisper.h"
#include "services/gateway/wire/live_fact.h"

namespace muara::gateway {

class LiveWhispers {
 public:
  // `secret` is that of the bus. `tell` is called on a thread of its own.
  LiveWhispers(const bus::RedisAddress& redis, const std::string& secret,
               std::function<void(const LiveFact&)> tell);
  ~LiveWhispers();
  void Start();
  void Stop();

 private:
  void Run();
  void Pass(const std::vector<std::string>& heard);
  void Rest(std::chrono::milliseconds time);

  bus::Ear ear_;
  const std::function<void(const LiveFact&)> tell_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace muara::gateway

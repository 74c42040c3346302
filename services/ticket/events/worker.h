// A thread that takes one turn after the other until it is stopped. A turn may wait; what wakes it
// then must not be lost where it comes before the wait.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>

#include "libs/base/result.h"
#include "libs/base/time.h"

namespace muara::ticket::events {

class Worker {
 public:
  Worker(std::function<void()> turn, std::function<void()> wake)
      : turn_(std::move(turn)), wake_(std::move(wake)) {}
  ~Worker() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  const std::function<void()> turn_;
  const std::function<void()> wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// From now until what is due next, 1 ms at least; `limit` where that is not known, or later.
std::chrono::milliseconds UntilDue(const Result<std::optional<Time>>& next, Time now,
                                   std::chrono::milliseconds limit);

}  // namespace muara::ticket::events

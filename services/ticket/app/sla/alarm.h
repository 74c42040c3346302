// Wakes the timers of service levels when something comes due sooner than they sleep for.
// Thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "libs/base/time.h"

namespace muara::ticket {

class SlaAlarm {
 public:
  // Something that is committed is due then.
  void Ring(Time due) {
    {
      const std::lock_guard lock(mutex_);
      rung_ = std::min(rung_, due);
    }
    condition_.notify_all();
  }

  // At most `wait`, less where something is due before `until`; also if that was rung already.
  void Sleep(Time until, std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, wait, [&] { return rung_ < until; });
    rung_ = Time::max();
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  Time rung_ = Time::max();
};

}  // namespace muara::ticket

// Wakes one waiting loop; a wake that comes early is not lost.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace muara::bus {

class Wake {
 public:
  void Notify() {
    {
      const std::lock_guard lock(mutex_);
      pending_ = true;
    }
    condition_.notify_all();
  }
  void WaitFor(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, limit, [this] { return pending_; });
    pending_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  bool pending_ = false;
};

}  // namespace muara::bus

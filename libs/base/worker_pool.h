// A fixed number of threads behind a bounded queue: work beyond the bound is refused, not stored.
// Thread-safe. The destructor finishes what was taken.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace muara {

class WorkerPool {
 public:
  WorkerPool(int threads, size_t waiting_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False: the queue is full, or the pool is ending.
  [[nodiscard]] bool Post(std::function<void()> work);

 private:
  void RunUntilStopped();

  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace muara

// A fixed number of threads behind a bounded queue: new work beyond the bound is refused, not
// stored; what follows from work already taken is always taken. Thread-safe.
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

  // False: the queue is full, or the pool has ended.
  [[nodiscard]] bool Post(std::function<void()> work);
  // Whatever waits; dropped only once the pool has ended.
  void PostFollowUp(std::function<void()> work);
  // Finishes what was taken, then ends; the destructor does the same.
  void Stop();

 private:
  bool Take(std::function<void()> work, size_t waiting_max);
  void RunUntilStopped();

  const size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace muara

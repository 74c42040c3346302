// Tasks of one connection: run on the pool in the order posted, never two at a time. Thread safe.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "libs/base/worker_pool.h"

namespace muara::http {

class SerialQueue : public std::enable_shared_from_this<SerialQueue> {
 public:
  explicit SerialQueue(WorkerPool& pool) : pool_(pool) {}
  void Post(std::function<void()> task);

 private:
  void RunOne();

  WorkerPool& pool_;
  std::mutex mutex_;
  std::deque<std::function<void()>> tasks_;
  bool running_ = false;
};

}  // namespace muara::http

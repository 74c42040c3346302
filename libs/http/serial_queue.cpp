#include "libs/http/serial_queue.h"

#include <utility>

namespace muara::http {

void SerialQueue::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (running_) return;
    running_ = true;
  }
  pool_.PostFollowUp([self = shared_from_this()] { self->RunOne(); });
}

void SerialQueue::RunOne() {
  std::function<void()> task;
  {
    const std::lock_guard lock(mutex_);
    task = std::move(tasks_.front());
    tasks_.pop_front();
  }
  task();
  {
    const std::lock_guard lock(mutex_);
    if (tasks_.empty()) {
      running_ = false;
      return;
    }
  }
  // Back to the end of the line, so that one busy connection cannot hold a worker.
  pool_.PostFollowUp([self = shared_from_this()] { self->RunOne(); });
}

}  // namespace muara::http

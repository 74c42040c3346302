// Jobs that come round: one thread runs each in its own interval.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "libs/base/result.h"
#include "libs/bus/wake.h"

namespace muara::chat {

class Housekeeping {
 public:
  struct Job {
    std::chrono::milliseconds every{1000};
    std::function<Status()> work;
  };

  explicit Housekeeping(std::vector<Job> jobs) : jobs_(std::move(jobs)) {}
  ~Housekeeping() { Stop(); }

  Status Start();
  void Stop();

 private:
  void RunUntilStopped();

  const std::vector<Job> jobs_;
  bus::Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::chat

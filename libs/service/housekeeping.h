// One thread that does something small once in a while: removes what is old. What fails is logged
// and tried again next time.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "libs/base/result.h"
#include "libs/bus/wake.h"

namespace muara::service {

class Housekeeping {
 public:
  // Answers whether there is more to do at once.
  using Work = std::function<Result<bool>()>;

  // `name` says in the log what failed.
  Housekeeping(std::string name, std::chrono::milliseconds every, Work work)
      : name_(std::move(name)), every_(every), work_(std::move(work)) {}
  ~Housekeeping() { Stop(); }
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  void Start();
  // Waits for what is under way.
  void Stop();

 private:
  void RunUntilStopped();

  const std::string name_;
  const std::chrono::milliseconds every_;
  const Work work_;
  bus::Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::service

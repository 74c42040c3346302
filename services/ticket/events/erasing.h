// Goes on with what was asked to be erased. One thread.
#pragma once

#include <atomic>
#include <thread>

#include "services/ticket/app/contacts/erasures.h"

namespace muara::ticket::events {

class Erasing {
 public:
  explicit Erasing(Erasures& erasures) : erasures_(erasures) {}
  ~Erasing() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();

  Erasures& erasures_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::ticket::events

// Drops ended sessions and old failures once in a while; one thread.
#pragma once

#include <atomic>
#include <thread>

#include "libs/bus/wake.h"
#include "services/gateway/app/logins.h"

namespace muara::gateway {

class Housekeeping {
 public:
  explicit Housekeeping(Logins& logins) : logins_(logins) {}
  ~Housekeeping() { Stop(); }
  void Start();
  void Stop();

 private:
  Logins& logins_;
  bus::Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::gateway

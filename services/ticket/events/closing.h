// Closes old tickets as time passes. One thread.
#pragma once

#include <atomic>
#include <thread>

#include "libs/bus/wake.h"
#include "services/ticket/app/tickets.h"

namespace muara::ticket::events {

class Closing {
 public:
  explicit Closing(Tickets& tickets) : tickets_(tickets) {}
  ~Closing() { Stop(); }
  muara::Status Start();
  void Stop();

 private:
  void RunUntilStopped();

  Tickets& tickets_;
  bus::Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::ticket::events

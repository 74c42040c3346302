// Tells the ticket service who has accepted: each command is kept in the store until it was told,
// and its request_id is the offer's id, so that telling it twice is harmless. One thread.
#pragma once

#include <atomic>
#include <thread>

#include "libs/bus/wake.h"
#include "services/routing/app/work.h"
#include "services/routing/store/work.h"

namespace muara::routing {

class Assigner {
 public:
  // kUnavailable and the like are tried again; any other refusal ends the work.
  using Tell = std::function<Status(const store::AssignCommand&)>;

  Assigner(sql::Database& database, Work& work, bus::Wake& wake, Tell tell)
      : database_(database), work_(work), tell_(std::move(tell)), wake_(wake) {}
  ~Assigner() { Stop(); }
  Status Start();
  void Stop();

  // One round; answers how many were told.
  Result<int> Step();

 private:
  void RunUntilStopped();

  sql::Database& database_;
  Work& work_;
  const Tell tell_;
  bus::Wake& wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::routing

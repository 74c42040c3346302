// Has what is due done by workers, each thing by one of them at a time: one thread looks, and every
// lane has a pool of its own, so that one that hangs holds up no other.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/result.h"
#include "libs/base/worker_pool.h"
#include "libs/bus/wake.h"

namespace muara::notification {

struct DispatchLane {
  int workers = 1;
  // The ids of what may be begun now, at most so many.
  std::function<Result<std::vector<std::string>>(int limit)> list_due;
};

struct DispatchWork {
  std::vector<DispatchLane> lanes;
  // Does one of them, unless another process was first.
  std::function<void(const std::string& id)> do_one;
  // Every ten seconds: what was left behind.
  std::function<Status()> tidy_up;
};

class Dispatch {
 public:
  Dispatch(bus::Wake& wake, DispatchWork work) : wake_(wake), work_(std::move(work)) {}
  ~Dispatch() { Stop(); }
  void Start();
  // Finishes what was taken.
  void Stop();

 private:
  void RunUntilStopped();
  Result<int> PostDue(const DispatchLane& lane, WorkerPool& pool);
  void DoOne(const std::string& id);

  bus::Wake& wake_;
  const DispatchWork work_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::set<std::string> under_way_;  // posted to a pool
  std::vector<std::unique_ptr<WorkerPool>> pools_;
  std::thread thread_;
};

// 0 to 1, so that what failed together does not come back together.
double Jitter();

}  // namespace muara::notification

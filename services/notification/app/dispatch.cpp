#include "services/notification/app/dispatch.h"

#include <random>

#include "libs/base/time.h"
#include "libs/log/log.h"

namespace muara::notification {
namespace {

constexpr int kBatch = 64;
constexpr auto kIdle = std::chrono::milliseconds(200);
constexpr Duration kTidyUpEvery = std::chrono::seconds(10);

}  // namespace

double Jitter() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(random);
}

void Dispatch::Start() {
  for (const DispatchLane& lane : work_.lanes) {
    pools_.push_back(std::make_unique<WorkerPool>(lane.workers, kBatch));
  }
  thread_ = std::thread([this] { RunUntilStopped(); });
}

void Dispatch::Stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake_.Notify();
  thread_.join();
  pools_.clear();  // finishes what is under way
}

void Dispatch::RunUntilStopped() {
  Time tidy_up_at;
  while (!stopping_) {
    if (const Time now = SystemClock().Now(); now >= tidy_up_at) {
      tidy_up_at = now + kTidyUpEvery;
      const Status tidied = work_.tidy_up();
      if (!tidied.ok()) log::Failed("what was left behind waits", tidied.error());
    }
    int posted = 0;
    for (size_t i = 0; i < pools_.size(); ++i) {
      const auto some = PostDue(work_.lanes[i], *pools_[i]);
      if (!some.ok()) log::Failed("what is due waits", some.error());
      posted += some.ok() ? *some : 0;
    }
    if (posted == 0) wake_.WaitFor(kIdle);
  }
}

Result<int> Dispatch::PostDue(const DispatchLane& lane, WorkerPool& pool) {
  ASSIGN_OR_RETURN(const auto due, lane.list_due(kBatch));
  int posted = 0;
  for (const std::string& id : due) {
    {
      const std::lock_guard lock(mutex_);
      if (!under_way_.insert(id).second) continue;
    }
    if (pool.Post([this, id] { DoOne(id); })) {
      ++posted;
      continue;
    }
    const std::lock_guard lock(mutex_);
    under_way_.erase(id);
    break;  // the pool is full: its end wakes us
  }
  return posted;
}

void Dispatch::DoOne(const std::string& id) {
  work_.do_one(id);
  {
    const std::lock_guard lock(mutex_);
    under_way_.erase(id);
  }
  wake_.Notify();
}

}  // namespace muara::notification

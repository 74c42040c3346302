// Follows one topic: reads Redis for speed and the owner's log for truth. A hole, a wrong seal, a
// wiped, trimmed or absent Redis are one case: the next position is read from the log. What is kept
// because it could not be applied follows what the owner erases (kept_facts.h). One thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "libs/bus/applier.h"
#include "libs/bus/kept_facts.h"
#include "libs/bus/owner_log.h"
#include "libs/bus/redis.h"
#include "libs/bus/wake.h"

namespace muara::bus {

struct ConsumerOptions {
  std::string topic;     // the owner
  std::string consumer;  // we
  RedisAddress redis;
  std::string secret;       // of the seal
  int block_ms = 1000;      // how long one XREAD waits
  int compare_ms = 1000;    // how often an idle consumer compares with the log's head
  int report_ms = 2000;     // how often the owner is told our checkpoints
  int refresh_ms = 60'000;  // how often what could not be applied is compared with the log
  // The way out after the owner was restored or begun anew: the epoch to start over with.
  std::string accept_epoch = "";
  // Under which our checkpoints of the topic are kept; empty: the topic's name. For one who follows
  // a topic for several purposes, or follows itself.
  std::string checkpoint = "";
};

class Consumer {
 public:
  // The owner's log must outlive it.
  Consumer(sql::Database& database, const OwnerLog& owner, ConsumerOptions options,
           metrics::Registry& metrics);
  ~Consumer();

  // Before Start. See Applier.
  void On(const std::string& type, Handler handler) { applier_.On(type, std::move(handler)); }
  void Start();
  void Stop();

  // Why the topic stands still (OWNER_RESTORED, OTHER_EPOCH, LOG_TRIMMED), or empty.
  std::string stopped_reason() const;
  Applier& applier() { return applier_; }

 private:
  void RunUntilStopped();
  Status Join();
  Status Step();
  Result<bool> ReadStreams();
  Status CatchUp();
  Status CatchUpPart(int part);
  Status BeginLate(int part, const Error& trimmed);
  Status ReplayOnce(const std::string& epoch);
  void RefreshKept();
  Status Take(int part, const std::vector<LogEntry>& entries);
  void Report();
  void StandStill(const char* reason, const std::string& message);

  const ConsumerOptions options_;
  const Seal seal_;
  const OwnerLog& owner_;
  metrics::Registry& metrics_;
  Applier applier_;
  KeptFacts kept_;
  Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  mutable std::mutex mutex_;
  std::string stopped_reason_;
  // Of the thread alone:
  std::unique_ptr<Redis> redis_;
  std::string epoch_;
  std::vector<int64_t> positions_;
  Time compare_at_;
  Time report_at_;
  Time refresh_at_;
  Time redis_retry_at_;
  Duration wait_{0};
  std::string trouble_;  // the reason last logged
  bool replayed_ = false;
};

}  // namespace muara::bus

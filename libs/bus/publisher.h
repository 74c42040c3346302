// Copies the log to Redis, under explicit ids, so that publishing twice is harmless and needs no
// lock: a second XADD of a position is refused. Also numbers PostgreSQL's facts, takes back the
// copies of what was rewritten, trims streams behind the slowest reader, and drops what the log
// need not keep. One thread.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "libs/bus/envelope.h"
#include "libs/bus/event_log.h"
#include "libs/bus/redis.h"
#include "libs/bus/wake.h"
#include "libs/metrics/metrics.h"

namespace muara::bus {

struct PublisherOptions {
  RedisAddress redis;
  std::string secret;                  // of the seal
  int64_t stream_entries_max = 50000;  // a part's hard cap in Redis, whoever has not read it
  int64_t near_head = 1000;            // where an empty stream starts
  int poll_ms = 100;                   // where no commit of ours wakes it
  std::optional<Duration> retention = std::chrono::hours(24 * 30);  // of facts; none: for ever
};

class Publisher {
 public:
  Publisher(sql::Database& database, EventLog& log, PublisherOptions options,
            metrics::Registry& metrics);
  ~Publisher();
  // Refuses an evicting Redis; one that is away is fine, the log serves meanwhile.
  Status Start();
  // Publishes what is committed, then ends.
  void Stop();

 private:
  void RunUntilStopped();
  void Step();
  Status PublishAll();
  Status PublishPart(int part);
  Status TakeBackErased();
  Status FindPublished(int part);
  Status ResetStream(int part, int64_t head);
  Status Trim();
  Status Prune();
  Status PruneAll(const std::function<Result<int64_t>(sql::Tx&)>& prune);
  // Logs a trouble when it begins and when it is over, not each time it is met.
  void Note(const char* trouble, bool& on, const Status& status);

  sql::Database& database_;
  EventLog& log_;
  const PublisherOptions options_;
  const Seal seal_;
  metrics::Registry& metrics_;
  const std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
  std::atomic<bool> stopping_{false};
  std::thread thread_;
  // Of the thread alone:
  std::unique_ptr<Redis> redis_;
  std::vector<int64_t> published_;  // last position in Redis; -1: ask
  bool unnumbered_ = false;
  bool unpublished_ = false;
  Time retry_at_;
  Duration retry_wait_{0};
  Time trim_at_;
  Time prune_at_;
};

}  // namespace muara::bus

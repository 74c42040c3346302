// Brings what is in the logs to the sockets that listen: at once for what this process stored, and
// by polling for what another replica did. One thread; thread safe. Times are milliseconds.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "libs/bus/wake.h"
#include "libs/metrics/metrics.h"
#include "libs/sql/database.h"
#include "services/channels/chat/app/listener.h"

namespace muara::chat {

struct FeedOptions {
  int64_t poll_ms = 200;
  size_t sockets_per_session_max = 10;
};

class Feed {
 public:
  Feed(sql::Database& database, FeedOptions options, metrics::Registry& metrics)
      : database_(database), options_(options), metrics_(metrics) {}
  ~Feed() { Stop(); }

  Status Start();
  void Stop();

  // False: the session has as many sockets as it may.
  bool Follow(const std::shared_ptr<Listener>& listener);
  void Leave(const std::shared_ptr<Listener>& listener);
  // Its log has grown.
  void Notify(const std::string& session);

 private:
  using Listeners = std::vector<std::shared_ptr<Listener>>;

  void RunUntilStopped();
  Status CatchUpWoken();
  Status CatchUpAll();
  Status CatchUpSome(const std::vector<std::string>& sessions);
  Listeners Of(const std::string& session);
  std::vector<std::string> Sessions();

  sql::Database& database_;
  const FeedOptions options_;
  metrics::Registry& metrics_;
  std::mutex mutex_;
  std::map<std::string, Listeners> listeners_;
  std::set<std::string> woken_;
  double sockets_ = 0;
  bus::Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace muara::chat

// What every service is made of around its own parts: settings, store, log of facts, publisher,
// gRPC server, consumers, neighbours and the ops port; and the order of their start and stop.
//
// A main reads its own settings, opens a Host, builds its parts from it and calls Run, which
// returns the exit code after SIGTERM or SIGINT: readiness off, no new calls, what is under way
// finished, facts published.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/time.h"
#include "libs/bus/consumer.h"
#include "libs/bus/publisher.h"
#include "libs/http/ops.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "libs/service/housekeeping.h"
#include "libs/service/remote_log.h"
#include "libs/service/settings.h"
#include "libs/sql/database.h"

namespace muara::service {

// Whether the service owns facts. One that does not (a connector) has no log, and needs no Redis.
enum class Facts { kPublished, kNone };

class Host {
 public:
  // Blocks the signals that end the process: before any thread is made. `name` is "ticket".
  explicit Host(std::string name, Facts facts = Facts::kPublished);
  ~Host();

  Settings& settings() { return settings_; }
  // Before Open: its facts are kept for ever unless MUARA_LOG_DAYS says otherwise; those of others
  // 30 days.
  void KeepHistory() { log_days_ = 0; }
  // Opens the store and the log. A wrong setting, read so far or here, is named in the error.
  Status Open();

  sql::Database& database() { return *database_; }
  bus::EventLog& log() { return *log_; }
  rpc::Server& server() { return *server_; }
  metrics::Registry& metrics() { return metrics_; }
  const Clock& clock() const { return clock_; }
  const rpc::TokenKeys& keys() const { return *keys_; }
  const bus::RedisAddress& redis() const { return redis_; }
  // For signing what leaves the house (links, addresses): one key for each purpose, out of the
  // internal keys; the first signs, all verify.
  std::vector<std::string> SecretsFor(const std::string& purpose) const;
  // What seals copies of facts in Redis.
  std::string BusSecret() const;

  // Names a neighbour before Open, which requires its address in MUARA_<NAME>_GRPC ("ticket" ->
  // MUARA_TICKET_GRPC), so that a start without settings names every one.
  void Need(const std::string& peer);
  // A neighbour that was named; between Open and Run.
  rpc::Client& Peer(const std::string& name);
  // The log of its facts.
  const bus::OwnerLog& LogOf(const std::string& name);
  // A consumer of a named neighbour's facts; started by Run.
  bus::Consumer& Follow(const std::string& topic);
  // The same of our own facts, for one purpose: "rules". Its checkpoints are its own.
  bus::Consumer& FollowOwn(const std::string& purpose);

  // Parts with threads of their own: started in this order after the consumers' handlers are set,
  // stopped in reverse before the server has gone.
  void Manage(std::function<Status()> start, std::function<void()> stop);

  // Small work once in a while, while the service runs. `name` says in the log what failed.
  void Every(std::chrono::milliseconds every, std::string name, Housekeeping::Work work);

  int Run();
  // Prints what is wrong, for people, and logs it; the exit code of a failed start.
  int Fail(const Error& error) const;

 private:
  Status StartAll();
  void StopAll();
  Status Ready();

  struct Part {
    std::function<Status()> start;
    std::function<void()> stop;
  };

  Status OpenFacts();

  const std::string name_;
  const Facts facts_;
  Settings settings_;
  SystemClock clock_;
  metrics::Registry metrics_;
  std::vector<std::string> internal_keys_;
  std::unique_ptr<rpc::TokenKeys> keys_;
  bus::RedisAddress redis_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<bus::EventLog> log_;
  std::unique_ptr<bus::LocalLog> local_log_;
  std::unique_ptr<bus::Publisher> publisher_;
  std::unique_ptr<rpc::Server> server_;
  std::map<std::string, std::string> peer_addresses_;
  std::map<std::string, std::unique_ptr<rpc::Client>> peers_;
  std::map<std::string, std::unique_ptr<RemoteLog>> peer_logs_;
  std::vector<std::unique_ptr<bus::Consumer>> consumers_;
  std::vector<std::unique_ptr<Housekeeping>> housekeeping_;
  std::vector<Part> parts_;
  std::unique_ptr<http::OpsServer> ops_;
  HostPort ops_at_;
  int64_t drain_delay_ms_ = 0;
  int64_t log_days_ = 30;  // 0: for ever
  std::atomic<bool> serving_{false};
};

}  // namespace muara::service

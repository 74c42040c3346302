// A whole chat for tests: a core that writes down what it is told, replicas of the connector on one
// store, and browsers that say exactly the frames they are told to.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "libs/rpc/client.h"
#include "libs/rpc/server.h"
#include "libs/testing/http_client.h"
#include "libs/testing/manual_clock.h"
#include "libs/testing/process.h"
#include "libs/testing/servers.h"
#include "muara/connector/v1/connector.pb.h"
#include "muara/connector/v1/intake.pb.h"
#include "services/channels/chat/app/conversations.h"
#include "services/channels/chat/http/door.h"

namespace muara::chat {

const rpc::TokenKeys& TestKeys();
testing::PostgresServer& SharedPostgres();
std::unique_ptr<sql::Database> NewStore(sql::Engine engine, const testing::TempFolder& folder);

// Takes submissions as the core does: the same key twice is one interaction.
class RecordingCore {
 public:
  // Away until Start.
  void Start();
  void Stop();
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Every call, repeats too.
  std::vector<connector::v1::Submission> submissions();
  // What it answers from now on, instead of taking the message.
  void FailWith(Code code);
  void Refuse();
  void Recover();
  // Calls wait inside from Hold to Release.
  void Hold();
  void Release();
  int inside();

 private:
  Result<connector::v1::SubmitResponse> Submit(const connector::v1::SubmitRequest& request);

  const int port_ = testing::FreePort();
  metrics::Registry metrics_;
  std::unique_ptr<rpc::Server> server_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<connector::v1::Submission> submissions_;
  std::map<std::string, std::string> interactions_;
  std::optional<Code> failure_;
  bool refusing_ = false;
  bool holding_ = false;
  int inside_ = 0;
};

struct ReplicaOptions {
  LimitOptions limits;
  std::vector<std::string> origins;
  int64_t poll_ms = 20;
  int submits_max = 8;
  size_t connections_max = 100;
  size_t sockets_per_session_max = 3;
};

// One process of the connector.
class Replica {
 public:
  Replica(sql::Database& database, const std::string& core_address, ReplicaOptions options);
  ~Replica();

  int port() const { return door_->port(); }
  rpc::Client& client() { return *client_; }
  Door& door() { return *door_; }
  testing::ManualClock& clock() { return clock_; }
  metrics::Registry& metrics() { return metrics_; }
  Conversations& conversations() { return *conversations_; }

 private:
  testing::ManualClock clock_;
  metrics::Registry metrics_;
  rpc::Client core_;
  std::unique_ptr<Feed> feed_;
  std::unique_ptr<Conversations> conversations_;
  std::unique_ptr<Door> door_;
  rpc::Server server_;
  std::unique_ptr<rpc::Client> client_;
};

struct Identity {
  std::string session;
  std::string token;
};

class Browser {
 public:
  explicit Browser(int port, const std::string& extra_headers = "", int receive_buffer_bytes = 0);

  int status() const { return status_; }
  void Send(const std::string& frame) { client_.SendFrame(1, frame); }
  // Answers pings in between; null where the connection ended, and then close_code says how.
  boost::json::value Read();
  // The same as text: "ack c1 1", "message agent 2 Halo", "error BAD_JSON" ...
  std::string ReadBrief();
  std::vector<std::string> ReadBriefs(int count);
  int close_code() const { return close_code_; }
  void Close() { client_.Close(); }

  // Says hello and reads the welcome.
  Identity Begin(const std::string& name = "Sari");
  void Resume(const Identity& identity, int64_t seen);
  void Say(const std::string& cid, const std::string& text);

 private:
  testing::HttpClient client_;
  int status_ = 0;
  int close_code_ = 0;
};

connector::v1::DeliverRequest Reply(const Identity& to, const std::string& delivery_id,
                                    const std::string& text);
Result<connector::v1::DeliverResponse> Deliver(Replica& replica,
                                               const connector::v1::DeliverRequest& request);

}  // namespace muara::chat

// A whole gateway for tests: real stores, real services behind it over gRPC with logs of their own,
// and its real HTTP port. The services' answers are small and remember what they were asked.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "libs/bus/event_log.h"
#include "libs/rpc/server.h"
#include "libs/service/remote_log.h"
#include "libs/testing/http_client.h"
#include "libs/testing/manual_clock.h"
#include "libs/testing/servers.h"
#include "services/gateway/app/people.h"
#include "services/gateway/http/edge.h"
#include "services/gateway/rpc/people_methods.h"

namespace muara::gateway {

inline constexpr const char* kPassword = "correct horse battery";

// One service behind the gateway: its log, and a few methods.
class TestOwner {
 public:
  TestOwner(const std::string& name, const rpc::TokenKeys& keys);

  void Append(const std::string& key, const google::protobuf::Message& fact);
  // Serves the log from another port, as after a restart.
  void Restart();
  void Stop() { server_.reset(); }
  rpc::Client& client() { return *client_; }
  const bus::OwnerLog& remote_log() const { return *remote_log_; }

  // What the last call to it brought.
  rpc::Principal last_principal() const;
  std::string last_request() const;
  // How long it might have taken.
  Duration last_time_left() const;
  // Whose watching it was told of.
  std::vector<std::string> watchers() const;
  void set_score(int score) { score_ = score; }
  int score() const { return score_; }

 private:
  void Start(int port);
  void AddContacts();
  void AddHistory();
  void AddSurveys();
  void AddSimulations();
  void Remember(const rpc::Call& call, const google::protobuf::Message& request);

  const std::string name_;
  const rpc::TokenKeys keys_;
  metrics::Registry metrics_;
  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<bus::EventLog> log_;
  std::unique_ptr<bus::LocalLog> local_log_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<rpc::Client> client_;
  std::unique_ptr<service::RemoteLog> remote_log_;
  int port_ = 0;
  mutable std::mutex mutex_;
  rpc::Principal last_principal_;
  std::string last_request_;
  Duration last_time_left_{0};
  std::vector<std::string> watchers_;
  std::atomic<int> score_{0};
};

class GatewayFixture : public ::testing::Test {
 protected:
  GatewayFixture();
  ~GatewayFixture() override;

  // The gateway itself, anew over the same store.
  void StartGateway();
  void StopGateway();
  // A token for a person or key with that role, made on first use; empty for "".
  std::string TokenFor(const std::string& role);
  testing::HttpAnswer Call(const std::string& verb, const std::string& target,
                           const std::string& token, const std::string& body = "",
                           const std::string& headers = "");

  const rpc::TokenKeys keys_{{std::string(32, 'k')}};
  testing::ManualClock clock_;
  SystemClock system_clock_;
  metrics::Registry metrics_;
  testing::TempFolder folder_;
  std::map<std::string, std::unique_ptr<TestOwner>> owners_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<Logins> logins_;
  std::unique_ptr<People> people_;
  LocalMethods local_;
  std::unique_ptr<Backends> backends_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<LiveEvents> events_;
  std::unique_ptr<SurveyPage> survey_;
  std::unique_ptr<Edge> edge_;
  LiveEventsOptions events_options_{.poll_ms = 10};
  std::map<std::string, std::string> tokens_;
};

}  // namespace muara::gateway

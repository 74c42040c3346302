#include "libs/service/host.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include "libs/base/crypto.h"
#include "libs/bus/schema.h"
#include "libs/log/log.h"
#include "libs/service/serve_event_log.h"

namespace muara::service {
namespace {

constexpr size_t kInternalKeyBytesMin = 32;
constexpr Duration kDrainMax = std::chrono::seconds(25);

sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

std::string UpperCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c == '/' || c == '-' ? '_' : std::toupper(c); });
  return text;
}

log::Level LevelOf(Settings& settings) {
  const std::string level = settings.Text("MUARA_LOG_LEVEL", "info");
  if (level == "debug") return log::Level::kDebug;
  if (level == "warn") return log::Level::kWarn;
  if (level == "error") return log::Level::kError;
  if (level != "info") settings.Refuse("MUARA_LOG_LEVEL", "is not debug, info, warn or error");
  return log::Level::kInfo;
}

// Debian gives a process 1024 files unless it asks for more, and each connection is one.
void AskForAllFiles() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

Host::Host(std::string name, Facts facts) : name_(std::move(name)), facts_(facts) {
  const sigset_t signals = EndingSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  AskForAllFiles();
}

Host::~Host() = default;

Status Host::Open() {
  log::Init(name_, LevelOf(settings_));
  const std::string store = settings_.Required("MUARA_STORE_URL");
  const std::string redis = settings_.Text("MUARA_REDIS_URL", "redis://127.0.0.1:6379");
  const HostPort grpc_at = settings_.Address("MUARA_GRPC_LISTEN", "127.0.0.1:0");
  ops_at_ = settings_.Address("MUARA_OPS_LISTEN", "127.0.0.1:0");
  internal_keys_ = settings_.SecretFileLines("MUARA_INTERNAL_KEY_FILE", kInternalKeyBytesMin);
  drain_delay_ms_ = settings_.Number("MUARA_DRAIN_DELAY_MS", 0, 0, 60000);
  if (facts_ == Facts::kPublished) {
    log_days_ = settings_.Number("MUARA_LOG_DAYS", log_days_, 0, 36500);
  }
  const int64_t connections = settings_.Number("MUARA_STORE_CONNECTIONS_MAX", 8, 1, 200);
  if (auto parsed = bus::ParseRedisUrl(redis); parsed.ok()) {
    redis_ = *parsed;
  } else {
    settings_.Refuse("MUARA_REDIS_URL", parsed.error().message);
  }
  RETURN_IF_ERROR(settings_.Check());

  keys_ = std::make_unique<rpc::TokenKeys>(internal_keys_);
  ASSIGN_OR_RETURN(database_,
                   sql::Database::Open(store, {.connections_max = static_cast<int>(connections)}));
  server_ =
      std::make_unique<rpc::Server>(rpc::ServerOptions{.address = grpc_at.text}, *keys_, metrics_);
  // For the checkpoints of what it follows.
  return facts_ == Facts::kPublished ? OpenFacts() : bus::MigrateBus(*database_);
}

Status Host::OpenFacts() {
  ASSIGN_OR_RETURN(log_, bus::EventLog::Open(*database_, name_));
  local_log_ = std::make_unique<bus::LocalLog>(*database_, *log_);
  ServeEventLog(*server_, *local_log_);
  bus::PublisherOptions options{.redis = redis_, .secret = BusSecret()};
  options.retention.reset();
  if (log_days_ > 0) options.retention = std::chrono::hours(24 * log_days_);
  publisher_ = std::make_unique<bus::Publisher>(*database_, *log_, options, metrics_);
  return Ok();
}

std::vector<std::string> Host::SecretsFor(const std::string& purpose) const {
  std::vector<std::string> secrets;
  for (const std::string& key : internal_keys_) {
    secrets.push_back(HmacSha256(key, "muara/" + purpose));
  }
  return secrets;
}

std::string Host::BusSecret() const { return SecretsFor("bus").front(); }

void Host::Need(const std::string& peer) {
  peer_addresses_[peer] = settings_.Required("MUARA_" + UpperCase(peer) + "_GRPC");
}

rpc::Client& Host::Peer(const std::string& name) {
  const auto address = peer_addresses_.find(name);
  CHECK(address != peer_addresses_.end());
  auto& peer = peers_[name];
  if (peer == nullptr) {
    peer = std::make_unique<rpc::Client>(
        address->second, *keys_, rpc::Principal{"services/" + name_, {rpc::Role::kService}});
  }
  return *peer;
}

const bus::OwnerLog& Host::LogOf(const std::string& name) {
  auto& log = peer_logs_[name];
  if (log == nullptr) log = std::make_unique<RemoteLog>(Peer(name));
  return *log;
}

bus::Consumer& Host::Follow(const std::string& topic) {
  consumers_.push_back(std::make_unique<bus::Consumer>(
      *database_, LogOf(topic),
      bus::ConsumerOptions{.topic = topic,
                           .consumer = name_,
                           .redis = redis_,
                           .secret = BusSecret(),
                           .accept_epoch = settings_.Text("MUARA_BUS_ACCEPT_EPOCH", "")},
      metrics_));
  return *consumers_.back();
}

bus::Consumer& Host::FollowOwn(const std::string& purpose) {
  CHECK(local_log_ != nullptr);
  const std::string own = name_ + "/" + purpose;
  consumers_.push_back(std::make_unique<bus::Consumer>(*database_, *local_log_,
                                                       bus::ConsumerOptions{.topic = name_,
                                                                            .consumer = own,
                                                                            .redis = redis_,
                                                                            .secret = BusSecret(),
                                                                            .checkpoint = own},
                                                       metrics_));
  return *consumers_.back();
}

void Host::Manage(std::function<Status()> start, std::function<void()> stop) {
  parts_.push_back({std::move(start), std::move(stop)});
}

void Host::Every(std::chrono::milliseconds every, std::string name, Housekeeping::Work work) {
  housekeeping_.push_back(std::make_unique<Housekeeping>(std::move(name), every, std::move(work)));
  Housekeeping& one = *housekeeping_.back();
  Manage([&one] { return one.Start(), Ok(); }, [&one] { one.Stop(); });
}

Status Host::Ready() {
  if (!serving_) return MakeError(Code::kUnavailable, "NOT_SERVING", "starting or draining");
  return database_->Read([](sql::Tx& tx) -> Status {
    RETURN_IF_ERROR(tx.Query("SELECT 1"));
    return Ok();
  });
}

Status Host::StartAll() {
  RETURN_IF_ERROR(settings_.Check());
  if (publisher_ != nullptr) RETURN_IF_ERROR(publisher_->Start());
  for (const Part& part : parts_) RETURN_IF_ERROR(part.start());
  ops_ = std::make_unique<http::OpsServer>(
      http::OpsOptions{.address = ops_at_.host, .port = ops_at_.port}, [this] { return Ready(); },
      [this] { return metrics_.Text(); });
  RETURN_IF_ERROR(ops_->Start());
  // What can fail comes first: nothing may call a main's parts while a failed start undoes them.
  RETURN_IF_ERROR(server_->Start());
  for (const auto& consumer : consumers_) consumer->Start();
  serving_ = true;
  metrics_.Set("muara_serving", {}, 1);
  log::Info("ready", {{"grpc_port", server_->port()}, {"ops_port", ops_->port()}});
  return Ok();
}

void Host::StopAll() {
  serving_ = false;
  metrics_.Set("muara_serving", {}, 0);
  server_->SetServing(false);
  // Load balancers see that we leave before we refuse.
  bus::Wake().WaitFor(std::chrono::milliseconds(drain_delay_ms_));
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) part->stop();
  server_->Drain(kDrainMax);
  for (const auto& consumer : consumers_) consumer->Stop();
  if (publisher_ != nullptr) publisher_->Stop();
  ops_->Stop();
  log::Info("ended");
}

int Host::Run() {
  if (const Status started = StartAll(); !started.ok()) return Fail(started.error());
  const sigset_t signals = EndingSignals();
  int received = 0;
  sigwait(&signals, &received);
  log::Info("draining", {{"signal", received}});
  StopAll();
  return 0;
}

int Host::Fail(const Error& error) const {
  log::Failed("cannot start", error);
  std::fprintf(stderr, "muara-%s cannot start: %s\n", name_.c_str(), error.message.c_str());
  return 1;
}

}  // namespace muara::service

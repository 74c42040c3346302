#include "libs/testing/servers.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "libs/base/check.h"
#include "libs/base/id.h"
#include "libs/testing/eventually.h"

namespace muara::testing {
namespace {

bool Answers(int port) {
  const int client = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  const bool up = connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(client);
  return up;
}

std::string PostgresProgram(const std::string& name) {
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
    return version.path().string() + "/bin/" + name;
  }
  return name;
}

}  // namespace

TempFolder::TempFolder() {
  char pattern[] = "/tmp/muara-test-XXXXXX";
  CHECK(mkdtemp(pattern) != nullptr);
  path_ = pattern;
  CHECK(chmod(pattern, 0777) == 0);
}

TempFolder::~TempFolder() {
  std::error_code ignored;  // a server that is just ending may still write
  std::filesystem::remove_all(path_, ignored);
}

RedisServer::RedisServer(std::vector<std::string> arguments)
    : arguments_(std::move(arguments)), port_(FreePort()) {
  Start();
}

void RedisServer::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
}

void RedisServer::Start() {
  Command command{{"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1", "--save",
                   "", "--appendonly", "no", "--dir", folder_.path()}};
  command.arguments.insert(command.arguments.end(), arguments_.begin(), arguments_.end());
  command.output_path = folder_.path() + "/redis.log";
  process_ = std::make_unique<Process>(command);
  CHECK(Eventually([this] { return Answers(port_); }));
}

PostgresServer::PostgresServer(std::vector<std::string> settings)
    : settings_(std::move(settings)), port_(FreePort()) {
  const int made = RunToEnd({{PostgresProgram("initdb"), "-D", folder_.path() + "/data", "-U",
                              "muara", "--no-sync", "--auth=trust", "-E", "UTF8", "--locale=C"},
                             {},
                             folder_.path() + "/initdb.log",
                             "postgres"});
  CHECK(made == 0);
  Start();
}

PostgresServer::~PostgresServer() {
  process_->Signal(SIGINT);  // fast shutdown: its children end with it
  process_->Wait();
}

void PostgresServer::Start() {
  Command command{{PostgresProgram("postgres"), "-D", folder_.path() + "/data", "-p",
                   std::to_string(port_), "-c", "listen_addresses=127.0.0.1", "-c",
                   "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"},
                  {},
                  folder_.path() + "/postgres.log",
                  "postgres"};
  for (const std::string& setting : settings_) {
    command.arguments.insert(command.arguments.end(), {"-c", setting});
  }
  process_ = std::make_unique<Process>(command);
  const std::string url = "postgresql://muara@127.0.0.1:" + std::to_string(port_) + "/postgres";
  CHECK(Eventually([&] { return RunToEnd({{"psql", url, "-c", "SELECT 1"}}) == 0; }));
}

void PostgresServer::Kill() {
  process_->Signal(SIGQUIT);  // immediate: as a crash, and recovery at the next start
  process_->Wait();
}

std::string PostgresServer::Create(const std::string& options) {
  const std::string base = "postgresql://muara@127.0.0.1:" + std::to_string(port_) + "/";
  const std::string name = "test" + std::to_string(++databases_);
  CHECK(RunToEnd({{"psql", base + "postgres", "-c", "CREATE DATABASE " + name + options}}) == 0);
  return base + name;
}

std::string PostgresServer::NewDatabase(const std::string& options) { return Create(options); }

std::string PostgresServer::CopyOf(const std::string& url) {
  return Create(" TEMPLATE " + url.substr(url.rfind('/') + 1));
}

std::string SqliteUrl(const TempFolder& folder) {
  return "sqlite://" + folder.path() + "/" + NewUuid() + ".db";
}

std::string SqliteCopyOf(const std::string& url, const TempFolder& folder) {
  const auto path_of = [](const std::string& of) { return of.substr(of.find("//") + 2); };
  const std::string copy = SqliteUrl(folder);
  std::filesystem::copy_file(path_of(url), path_of(copy));
  return copy;
}

}  // namespace muara::testing

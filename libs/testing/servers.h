// Real neighbours for tests, private to them: a folder, a Redis and a PostgreSQL on free ports.
#pragma once

#include <memory>
#include <string>

#include "libs/testing/process.h"

namespace muara::testing {

// A new folder under /tmp, gone with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class RedisServer {
 public:
  // `arguments` are added to the command line: {"--maxmemory-policy", "allkeys-lru"}.
  explicit RedisServer(std::vector<std::string> arguments = {});
  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void Kill();   // as kill -9 does
  void Start();  // on the same port, with what the disk kept (nothing, unless asked for)
  Process& process() { return *process_; }

 private:
  TempFolder folder_;
  std::vector<std::string> arguments_;
  int port_ = 0;
  std::unique_ptr<Process> process_;
};

class PostgresServer {
 public:
  // `settings` win over ours, which ask for speed and not for what outlives the machine:
  // {"fsync=on"}.
  explicit PostgresServer(std::vector<std::string> settings = {});
  ~PostgresServer();
  // The URL of a new, empty database, made with these options of CREATE DATABASE.
  std::string NewDatabase(const std::string& options = "");
  // The URL of a copy of one that nobody is connected to.
  std::string CopyOf(const std::string& url);
  void Kill();
  void Start();

 private:
  std::string Create(const std::string& options);

  TempFolder folder_;
  const std::vector<std::string> settings_;
  int port_ = 0;
  int databases_ = 0;
  std::unique_ptr<Process> process_;
};

// The URL of a new SQLite store in a folder.
std::string SqliteUrl(const TempFolder& folder);
// The same, of a copy of a store that nobody has open.
std::string SqliteCopyOf(const std::string& url, const TempFolder& folder);

}  // namespace muara::testing

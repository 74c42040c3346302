// A whole bus for tests: an owner with its log and publisher, a private Redis, and consumers that
// write down in their own store what reached them. Free of gRPC, so that ThreadSanitizer can judge
// all of it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libs/bus/consumer.h"
#include "libs/bus/publisher.h"
#include "libs/testing/eventually.h"
#include "libs/testing/servers.h"

namespace muara::bus {

testing::PostgresServer& SharedPostgres();
std::unique_ptr<sql::Database> NewDatabase(sql::Engine engine, const testing::TempFolder& folder);
std::unique_ptr<sql::Database> OpenDatabase(const std::string& url);

// Appends facts and tells them.
class Owner {
 public:
  Owner(sql::Engine engine, const testing::TempFolder& folder, RedisAddress redis);

  // One transaction, one fact; its data is `key` and a number.
  Status Append(const std::string& key);
  void StartPublisher();
  void StopPublisher() { publisher_.reset(); }
  const OwnerLog& remote() const { return *remote_; }
  EventLog& log() { return *log_; }
  sql::Database& database() { return *database_; }
  int64_t appended() const { return appended_; }

 private:
  RedisAddress redis_;
  metrics::Registry metrics_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<EventLog> log_;
  std::unique_ptr<LocalLog> remote_;
  std::unique_ptr<Publisher> publisher_;
  std::atomic<int64_t> appended_{0};
};

// The consumer's store: one row for each effect.
Status MakeEffects(sql::Database& database);
Status WriteEffect(sql::Tx& tx, const Envelope& envelope);
int64_t CountEffects(sql::Database& database);
// Every fact once, every key's versions 1, 2, 3 ... in the order of their effects.
::testing::AssertionResult EffectsAreExact(sql::Database& database);

constexpr const char* kType = "test.v1.Happened";
constexpr const char* kSecret = "the seal of the tests";

}  // namespace muara::bus

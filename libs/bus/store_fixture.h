// What the tests of every service's app need: a store of its own on either engine, the log of its
// facts, a clock that stands still, and several threads that begin at once.
#pragma once

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libs/base/operation_key.h"
#include "libs/bus/bus_fixture.h"
#include "libs/bus/envelope.h"
#include "libs/bus/event_log.h"
#include "libs/testing/manual_clock.h"

namespace muara::bus {

class StoreTest : public ::testing::TestWithParam<sql::Engine> {
 public:
  using Migration = std::function<Status(sql::Database&)>;

 protected:
  // Makes the store, with the tables of the bus and those of the service. They are made once by
  // each program, and copied for each of its tests.
  void Open(
      const std::string& topic, const Migration& migrate = [](sql::Database&) { return Ok(); });

  // All facts of one key in their order; of all keys where it is empty.
  std::vector<Envelope> Facts(const std::string& key = "");
  // Their types without the package, joined: "TicketOpened TicketAssigned".
  std::string FactTypes(const std::string& key = "");
  // "table.column" of all that holds these bytes, whatever their case in PostgreSQL.
  std::vector<std::string> Holding(const std::string& bytes);
  template <class Message>
  Message LastFact(const std::string& key) {
    Message message;
    const auto facts = Facts(key);
    EXPECT_FALSE(facts.empty()) << key;
    if (facts.empty()) return message;
    EXPECT_EQ(facts.back().type, Message::descriptor()->full_name());
    EXPECT_TRUE(message.ParseFromString(facts.back().data));
    return message;
  }

  testing::TempFolder folder_;
  testing::ManualClock clock_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<EventLog> log_;
};

// Hands another service's facts to our handlers, one by one, as its topic would.
class Feed {
 public:
  Feed(sql::Database& database, const std::string& topic);
  // Where handlers are set.
  Consumer& consumer() { return consumer_; }
  // The fact as the next of its part; the error of the handler where it did not take it.
  Status Tell(const std::string& key, const google::protobuf::Message& fact);

 private:
  sql::Database& database_;
  const std::string topic_;
  metrics::Registry metrics_;
  std::unique_ptr<OwnerLog> nobody_;
  Consumer consumer_;
  std::map<int, int64_t> positions_;
  std::map<std::string, int64_t> versions_;
};

// An operation key as a request would give; `request` stands for what it asks.
OperationKey KeyFor(const std::string& id, const std::string& request = "the same");

// Runs `work(0)`, `work(1)` ... on as many threads, begun together.
void AtOnce(int threads, const std::function<void(int)>& work);

std::string EngineName(const ::testing::TestParamInfo<sql::Engine>& info);

}  // namespace muara::bus

#define MUARA_ON_BOTH_ENGINES(Suite)                                                 \
  INSTANTIATE_TEST_SUITE_P(                                                          \
      Engines, Suite,                                                                \
      ::testing::Values(muara::sql::Engine::kSqlite, muara::sql::Engine::kPostgres), \
      muara::bus::EngineName)

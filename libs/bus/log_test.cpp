// What a log keeps, what it drops, and how it is published where its beginning is gone.
#include "libs/bus/bus_fixture.h"
#include "libs/bus/publisher.h"
#include "libs/bus/store_fixture.h"

namespace muara::bus {
namespace {

using testing::Eventually;

class LogTest : public StoreTest {
 protected:
  void SetUp() override { Open("test"); }

  void Append(int count, const std::string& data = "happened") {
    const Time now = SystemClock().Now();
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(
          database_
              ->Transact([&](sql::Tx& tx) { return log_->Append(tx, {"key", kType, data}, now); })
              .ok());
    }
  }
  std::unique_ptr<Publisher> Publish(Duration retention) {
    auto publisher = std::make_unique<Publisher>(*database_, *log_,
                                                 PublisherOptions{.redis = {.port = redis_.port()},
                                                                  .secret = kSecret,
                                                                  .poll_ms = 20,
                                                                  .retention = retention},
                                                 metrics_);
    EXPECT_TRUE(publisher->Start().ok());
    return publisher;
  }
  RedisReply InRedis(const std::vector<std::string>& command) {
    return *(*Redis::Connect({.port = redis_.port()}, 2000))->Run(command);
  }
  int64_t InStream() { return InRedis({"XLEN", StreamOf("test", log_->epoch(), part_)}).integer; }

  const int part_ = PartOf("key");
  testing::RedisServer redis_;
  metrics::Registry metrics_;
};

TEST_P(LogTest, WhatWasPrunedIsMissedByNobody) {
  Append(40);
  {
    const auto pruning = Publish(Duration(0));
    ASSERT_TRUE(Eventually([&] { return *log_->Oldest(part_) == 41; }));
  }
  const auto gone = log_->Read(part_, 1, 10);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().reason, "LOG_TRIMMED");
  EXPECT_EQ(log_->Read(part_, 41, 10)->size(), 0u) << "the head is no hole";
  // Redis comes back empty, and near the head there is nothing left to publish.
  InRedis({"FLUSHALL"});
  const auto publisher = Publish(std::chrono::hours(1));
  Append(5);
  EXPECT_TRUE(Eventually([&] { return InStream() == 5; }));
}

TEST_P(LogTest, WhatAReaderHasNotAppliedIsNotPruned) {
  Append(5);
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) {
                    return tx.Execute(
                        "INSERT INTO log_reader (consumer, part, pos, seen_us) "
                        "VALUES ('slow', $1, 3, 0)",
                        part_);
                  })
                  .ok());
  const auto pruning = Publish(Duration(0));
  EXPECT_TRUE(Eventually([&] { return *log_->Oldest(part_) == 4; }));
  EXPECT_EQ(log_->Read(part_, 4, 10)->size(), 2u);
}

TEST_P(LogTest, APageIsNeverTooLongForAnAnswer) {
  const auto publisher = Publish(std::chrono::hours(1));
  Append(3, std::string(10 * 1024 * 1024, 'x'));
  ASSERT_TRUE(Eventually([&] { return log_->Heads()->at(part_) == 3; }));
  EXPECT_EQ(log_->Read(part_, 1, 500)->size(), 1u);
  EXPECT_EQ(log_->Read(part_, 3, 500)->size(), 1u);
  EXPECT_TRUE(Eventually([&] { return InStream() == 3; }));
}

TEST_P(LogTest, RewrittenFactsKeepAllButTheirBytes) {
  Append(3, "the canary sings");
  const auto before = Facts("key");
  RewrittenFacts done;
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    ASSIGN_OR_RETURN(
                        done,
                        log_->RewriteOfKey(tx, "key", 2, 1,
                                           [](const std::string& type, const std::string& data) {
                                             EXPECT_EQ(type, kType);
                                             EXPECT_EQ(data, "the canary sings");
                                             return std::optional<std::string>("");
                                           }));
                    return Ok();
                  })
                  .ok());
  EXPECT_EQ(done.rewritten, 1);
  EXPECT_EQ(done.next, 3);
  const auto after = Facts("key");
  ASSERT_EQ(after.size(), 3u);
  EXPECT_EQ(after[0].data, "the canary sings");
  EXPECT_EQ(after[1].data, "");
  EXPECT_EQ(after[2].data, "the canary sings");
  EXPECT_EQ(after[1].id, before[1].id);
  EXPECT_EQ(after[1].type, before[1].type);
  EXPECT_EQ(after[1].key_version, before[1].key_version);
  EXPECT_EQ(after[1].time, before[1].time);
}

TEST_P(LogTest, CopiesOfRewrittenFactsGoEvenIfThePublisherWasAway) {
  {
    const auto publisher = Publish(std::chrono::hours(1));
    Append(5, "the canary sings");
    ASSERT_TRUE(Eventually([&] { return InStream() == 5; }));
  }
  const auto empty = [](const std::string&, const std::string&) {
    return std::optional<std::string>("nothing");
  };
  // The transaction that fails takes nothing back.
  const Status undone = database_->Transact([&](sql::Tx& tx) -> Status {
    RETURN_IF_ERROR(log_->RewriteOfKey(tx, "key", 1, 10, empty));
    return MakeError(Code::kFailedPrecondition, "UNDONE", "");
  });
  EXPECT_EQ(undone.error().reason, "UNDONE");
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    RETURN_IF_ERROR(log_->RewriteOfKey(tx, "key", 2, 3, empty));
                    return Ok();
                  })
                  .ok());
  EXPECT_EQ(InStream(), 5);
  const auto publisher = Publish(std::chrono::hours(1));
  EXPECT_TRUE(Eventually([&] { return InStream() == 2; }));
  Append(1);
  EXPECT_TRUE(Eventually([&] { return InStream() == 3; })) << "the stream goes on behind the holes";
}

TEST_P(LogTest, ReadersTakeRewrittenFactsFromTheLogAndMissNone) {
  const auto publisher = Publish(std::chrono::hours(1));
  Append(40);
  ASSERT_TRUE(Eventually([&] { return InStream() == 40; }));
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    const auto other = [](const std::string&, const std::string&) {
                      return std::optional<std::string>("emptied");
                    };
                    RETURN_IF_ERROR(log_->RewriteOfKey(tx, "key", 11, 10, other));
                    RETURN_IF_ERROR(log_->RewriteOfKey(tx, "key", 39, 10, other));
                    return Ok();
                  })
                  .ok());
  ASSERT_TRUE(Eventually([&] { return InStream() == 28; }));
  const testing::TempFolder folder;
  const auto effects = NewDatabase(GetParam(), folder);
  ASSERT_TRUE(MakeEffects(*effects).ok());
  const LocalLog owner(*database_, *log_);
  Consumer consumer(*effects, owner,
                    {.topic = "test",
                     .consumer = "effects",
                     .redis = {.port = redis_.port()},
                     .secret = kSecret,
                     .block_ms = 50,
                     .compare_ms = 100},
                    metrics_);
  std::atomic<int> emptied{0};
  consumer.On(kType, [&](sql::Tx& tx, const Envelope& envelope) -> Status {
    if (envelope.data == "emptied") ++emptied;
    return WriteEffect(tx, envelope);
  });
  consumer.Start();
  EXPECT_TRUE(Eventually([&] { return CountEffects(*effects) == 40; }));
  EXPECT_GE(emptied, 12);
  Append(5);
  EXPECT_TRUE(Eventually([&] { return CountEffects(*effects) == 45; }));
  EXPECT_TRUE(EffectsAreExact(*effects));
}

MUARA_ON_BOTH_ENGINES(LogTest);

TEST(Redis, ReadsItsUrlAndNamesABadOne) {
  const RedisAddress address = *ParseRedisUrl("redis://muara:s3:cret@redis.test:6380");
  EXPECT_EQ(address.host, "redis.test");
  EXPECT_EQ(address.port, 6380);
  EXPECT_EQ(address.user, "muara");
  EXPECT_EQ(address.password, "s3:cret");
  for (const char* bad : {"", "redis.test:1", "redis://x", "redis://x:0", "redis://x:70000",
                          "redis://x:1x", "redis://:1"}) {
    EXPECT_FALSE(ParseRedisUrl(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace muara::bus

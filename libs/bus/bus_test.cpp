// One suite over both engines: whatever happens to Redis, to consumers and to facts, every fact is
// applied once and in the order of its key.
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "libs/bus/bus_fixture.h"
#include "libs/bus/claim.h"
#include "libs/bus/sequencer.h"

namespace muara::bus {
namespace {

using testing::Eventually;

class BusTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    owner_ = std::make_unique<Owner>(GetParam(), folder_, RedisAt());
    database_ = NewDatabase(GetParam(), folder_);
    ASSERT_TRUE(MakeEffects(*database_).ok());
    owner_->StartPublisher();
  }

  RedisAddress RedisAt() const { return {.host = "127.0.0.1", .port = redis_.port()}; }

  std::unique_ptr<Consumer> NewConsumer(Handler handler = WriteEffect,
                                        const std::string& accept_epoch = "") {
    auto consumer = std::make_unique<Consumer>(*database_, owner_->remote(),
                                               ConsumerOptions{.topic = "test",
                                                               .consumer = "effects",
                                                               .redis = RedisAt(),
                                                               .secret = kSecret,
                                                               .block_ms = 50,
                                                               .compare_ms = 100,
                                                               .report_ms = 100,
                                                               .refresh_ms = 100,
                                                               .accept_epoch = accept_epoch},
                                               metrics_);
    consumer->On(kType, std::move(handler));
    consumer->Start();
    return consumer;
  }

  void Append(int count, int keys = 10) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(owner_->Append("key" + std::to_string(i % keys)).ok());
    }
  }

  // From several writers at once.
  void AppendConcurrently(int writers, int each) {
    std::vector<std::thread> threads;
    for (int i = 0; i < writers; ++i) threads.emplace_back([=, this] { Append(each); });
    for (std::thread& thread : threads) thread.join();
  }

  void ExpectAllApplied() {
    EXPECT_TRUE(Eventually([&] { return CountEffects(*database_) >= owner_->appended(); },
                           std::chrono::seconds(20)))
        << CountEffects(*database_) << " of " << owner_->appended();
    EXPECT_EQ(CountEffects(*database_), owner_->appended());
    EXPECT_TRUE(EffectsAreExact(*database_));
  }

  RedisReply InRedis(const std::vector<std::string>& command) {
    return *(*Redis::Connect(RedisAt(), 2000))->Run(command);
  }

  std::string Stream(const std::string& key) {
    return StreamOf("test", owner_->log().epoch(), PartOf(key));
  }

  testing::TempFolder folder_;
  testing::RedisServer redis_;
  metrics::Registry metrics_;
  std::unique_ptr<Owner> owner_;
  std::unique_ptr<sql::Database> database_;
};

TEST_P(BusTest, AppliesEveryFactOnceAndInOrder) {
  const auto consumer = NewConsumer();
  AppendConcurrently(4, 50);
  ExpectAllApplied();
}

TEST_P(BusTest, GivesDensePositionsAndGaplessKeyVersions) {
  AppendConcurrently(8, 25);
  std::map<std::string, int64_t> versions;
  int64_t seen = 0;
  ASSERT_TRUE(Eventually([&] {
    int64_t total = 0;
    for (const int64_t head : *owner_->log().Heads()) total += head;
    return total == 200;
  }));
  for (int part = 0; part < kParts; ++part) {
    int64_t position = 0;
    for (const LogEntry& entry : *owner_->log().Read(part, 1, 1000)) {
      EXPECT_EQ(entry.position, ++position);
      const auto envelope = ParseEnvelope(entry.envelope);
      EXPECT_EQ(envelope->key_version, ++versions[envelope->subject]);
      ++seen;
    }
  }
  EXPECT_EQ(seen, 200);
}

TEST_P(BusTest, AFailedChangeTellsNothingAndTakesNoPosition) {
  Append(1);
  ASSERT_FALSE(owner_->database()
                   .Transact([&](sql::Tx& tx) -> Status {
                     RETURN_IF_ERROR(owner_->log().Append(tx, {"key0", kType, "x"}, Time()));
                     return MakeError(Code::kAborted, "CHANGED_MIND", "");
                   })
                   .ok());
  Append(1, 1);
  const auto consumer = NewConsumer();
  ExpectAllApplied();
}

TEST_P(BusTest, ServesAConsumerThatComesLateFromTheLog) {
  Append(300);
  InRedis({"FLUSHALL"});
  const auto consumer = NewConsumer();
  ExpectAllApplied();
}

TEST_P(BusTest, SurvivesAWipeUnderLoad) {
  const auto consumer = NewConsumer();
  for (int round = 0; round < 5; ++round) {
    Append(40);
    InRedis({"FLUSHALL"});
  }
  Append(20);
  ExpectAllApplied();
}

TEST_P(BusTest, SurvivesATrimThatOvertakesIt) {
  auto consumer = NewConsumer();
  Append(50);
  ExpectAllApplied();
  consumer.reset();
  Append(100);
  owner_->StopPublisher();
  for (int i = 0; i < 10; ++i) InRedis({"XTRIM", Stream("key" + std::to_string(i)), "MAXLEN", "1"});
  owner_->StartPublisher();
  consumer = NewConsumer();
  ExpectAllApplied();
}

TEST_P(BusTest, SurvivesRedisKilledAndAbsent) {
  const auto consumer = NewConsumer();
  Append(50);
  redis_.Kill();
  Append(50);
  ExpectAllApplied();  // from the log alone
  redis_.Start();
  Append(50);
  ExpectAllApplied();
  EXPECT_TRUE(Eventually([&] { return InRedis({"EXISTS", Stream("key0")}).integer == 1; }));
}

TEST_P(BusTest, PassesOverForgedAndDuplicatedEntries) {
  const auto consumer = NewConsumer();
  Append(20, 1);
  ExpectAllApplied();
  const std::string next = std::to_string(owner_->log().Heads()->at(PartOf("key0")) + 1) + "-0";
  const Envelope forged{.id = "forged", .source = "test", .type = kType, .subject = "key0"};
  InRedis({"XADD", Stream("key0"), next, "e", Serialize(forged), "c", "0000000000000000"});
  InRedis({"XADD", Stream("key0"), "999999999-0", "e", Serialize(forged), "c", "0"});
  InRedis({"XADD", Stream("key0"), "*", "rubbish", "x"});
  Append(20, 1);
  ExpectAllApplied();
  // The stream is mended, not only read around.
  EXPECT_TRUE(Eventually([&] {
    Append(1, 1);
    // Empty for a moment, while it is made anew.
    const auto last = InRedis({"XREVRANGE", Stream("key0"), "+", "-", "COUNT", "1"}).list;
    return !last.empty() && last[0].list.at(0).text ==
                                std::to_string(owner_->log().Heads()->at(PartOf("key0"))) + "-0";
  }));
}

TEST_P(BusTest, ATrueEntryMovedElsewhereIsNotBelieved) {
  const Seal seal(kSecret);
  const std::string sealed = seal.Of("test", 3, 7, "bytes");
  EXPECT_NE(sealed, seal.Of("test", 3, 8, "bytes"));
  EXPECT_NE(sealed, seal.Of("test", 4, 7, "bytes"));
  EXPECT_NE(sealed, seal.Of("other", 3, 7, "bytes"));
  EXPECT_NE(sealed, Seal("another secret").Of("test", 3, 7, "bytes"));
}

TEST_P(BusTest, TwoReplicasShareTheWork) {
  const auto first = NewConsumer();
  const auto second = NewConsumer();
  AppendConcurrently(4, 50);
  ExpectAllApplied();
}

TEST_P(BusTest, ARestartedConsumerGoesOnWhereItWas) {
  auto consumer = NewConsumer();
  for (int round = 0; round < 4; ++round) {
    Append(30);
    consumer.reset();
    Append(10);
    consumer = NewConsumer();
  }
  ExpectAllApplied();
}

TEST_P(BusTest, APassingErrorIsTriedAgainUntilItWorks) {
  std::atomic<int> failures{0};
  const auto consumer = NewConsumer([&](sql::Tx& tx, const Envelope& envelope) -> Status {
    if (envelope.key_version == 2 && ++failures < 5) {
      return MakeError(Code::kUnavailable, "NEIGHBOUR_AWAY", "");
    }
    return WriteEffect(tx, envelope);
  });
  Append(10, 2);
  ExpectAllApplied();
}

TEST_P(BusTest, APoisonFactParksItsKeyAloneAndIsReplayed) {
  std::atomic<bool> mended{false};
  const auto handler = [&](sql::Tx& tx, const Envelope& envelope) -> Status {
    if (!mended && envelope.subject == "key1" && envelope.key_version == 2) {
      return MakeError(Code::kInvalidArgument, "CANNOT_READ", "");
    }
    return WriteEffect(tx, envelope);
  };
  const auto consumer = NewConsumer(handler);
  Append(50, 5);
  // Of key1's ten facts only the first counts.
  EXPECT_TRUE(Eventually([&] { return CountEffects(*database_) == 41; }));
  EXPECT_TRUE(Eventually([&] {
    const auto parked =
        database_->Read([](sql::Tx& tx) { return tx.Query("SELECT COUNT(*) FROM parked"); });
    return parked.ok() && (*parked)[0].Int(0) == 8;
  }));
  EXPECT_EQ(consumer->applier().Replay("key1").error().reason, "CANNOT_READ");
  mended = true;
  EXPECT_EQ(*consumer->applier().Replay("key1"), 9);
  ExpectAllApplied();
  Append(5, 5);
  ExpectAllApplied();
}

TEST_P(BusTest, AFactThatCrashesItsReaderIsParkedAfterThreeTriesOfItsOwn) {
  Append(3, 1);
  ASSERT_TRUE(Eventually([&] { return owner_->log().Heads()->at(PartOf("key0")) == 3; }));
  const auto entries = *owner_->log().Read(PartOf("key0"), 1, 10);
  const std::string url = GetParam() == sql::Engine::kSqlite ? testing::SqliteUrl(folder_)
                                                             : SharedPostgres().NewDatabase();
  const auto apply = [&] {
    const auto database = OpenDatabase(url);
    CHECK(MakeEffects(*database).ok());
    Applier applier(*database, "test", metrics_);
    applier.On(kType, [](sql::Tx& tx, const Envelope& envelope) -> Status {
      if (envelope.key_version == 2) _exit(7);
      return WriteEffect(tx, envelope);
    });
    CHECK(applier.Begin("e").ok());
    CHECK(applier.Apply(PartOf("key0"), "e", entries).ok());
  };
  // No thread of ours may hold a lock of the store while a child is made.
  owner_.reset();
  database_.reset();
  int crashes = 0;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      apply();
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    crashes += WEXITSTATUS(status) == 7 ? 1 : 0;
  }
  EXPECT_EQ(crashes, 4) << "once in a batch with others, three times alone";
  const auto database = OpenDatabase(url);
  EXPECT_EQ(CountEffects(*database), 1) << "the third waits behind the second";
}

TEST_P(BusTest, StandsStillWhereTheOwnerWasRestoredAndSaysWhy) {
  auto consumer = NewConsumer();
  Append(20);
  ExpectAllApplied();
  consumer.reset();
  ASSERT_TRUE(owner_->database()
                  .Transact([](sql::Tx& tx) -> Status {
                    RETURN_IF_ERROR(tx.Execute("UPDATE part_head SET pos = 0"));
                    RETURN_IF_ERROR(tx.Execute("DELETE FROM event_log"));
                    return Ok();
                  })
                  .ok());
  consumer = NewConsumer();
  EXPECT_TRUE(Eventually([&] { return consumer->stopped_reason() == "OWNER_RESTORED"; }));
}

TEST_P(BusTest, ALogBegunAnewIsAcceptedOnlyWhenToldSo) {
  auto consumer = NewConsumer();
  Append(20);
  ExpectAllApplied();
  consumer.reset();
  owner_ = std::make_unique<Owner>(GetParam(), folder_, RedisAt());
  owner_->StartPublisher();
  Append(5);
  consumer = NewConsumer();
  EXPECT_TRUE(Eventually([&] { return consumer->stopped_reason() == "OTHER_EPOCH"; }));
  EXPECT_EQ(CountEffects(*database_), 20);
  consumer.reset();
  consumer = NewConsumer(WriteEffect, owner_->log().epoch());
  EXPECT_TRUE(Eventually([&] { return CountEffects(*database_) == 25; }));
}

TEST_P(BusTest, TrimsBehindTheSlowestReader) {
  const auto consumer = NewConsumer();
  Append(500, 1);
  ExpectAllApplied();
  EXPECT_TRUE(Eventually([&] { return InRedis({"XLEN", Stream("key0")}).integer < 200; },
                         std::chrono::seconds(15)));
}

TEST_P(BusTest, AReaderInstalledLateBeginsWithWhatTheLogStillKeeps) {
  Append(20, 1);
  // Published as well: what the publisher still holds would come after all is wiped.
  ASSERT_TRUE(Eventually([&] { return InRedis({"XLEN", Stream("key0")}).integer == 20; }));
  ASSERT_TRUE(owner_->database()
                  .Transact([](sql::Tx& tx) { return tx.Execute("DELETE FROM event_log"); })
                  .ok());
  InRedis({"FLUSHALL"});
  const auto consumer = NewConsumer();
  Append(5, 1);
  EXPECT_TRUE(Eventually([&] { return CountEffects(*database_) == 5; }));
}

TEST_P(BusTest, AMendedBuildAppliesWhatWasParked) {
  auto consumer = NewConsumer([](sql::Tx& tx, const Envelope& envelope) -> Status {
    if (envelope.subject == "key1") return MakeError(Code::kInvalidArgument, "CANNOT_READ", "");
    return WriteEffect(tx, envelope);
  });
  Append(20, 2);
  EXPECT_TRUE(Eventually([&] { return CountEffects(*database_) == 10; }));
  consumer.reset();
  consumer = NewConsumer();
  ExpectAllApplied();
}

TEST_P(BusTest, ShowsItsCheckpointAsAConsumerGroup) {
  const auto consumer = NewConsumer();
  Append(10, 1);
  ExpectAllApplied();
  EXPECT_TRUE(Eventually([&] {
    const RedisReply groups = InRedis({"XINFO", "GROUPS", Stream("key0")});
    return groups.list.size() == 1 && groups.list[0].list.at(7).text == "10-0";
  }));
}

TEST_P(BusTest, ClaimsAKeyOnceAndRefusesAnotherRequestUnderIt) {
  const auto claim = [&](const OperationKey& key, Code code) {
    return database_->Transact([&](sql::Tx& tx) -> Result<bool> {
      ASSIGN_OR_RETURN(const bool first, Claim(tx, key, Time()));
      if (code != Code::kInternal) return MakeError(code, "REFUSED", "");
      return first;
    });
  };
  EXPECT_FALSE(claim({"k", "f"}, Code::kAborted).ok());
  EXPECT_TRUE(*claim({"k", "f"}, Code::kInternal)) << "a failed try frees the key";
  EXPECT_FALSE(*claim({"k", "f"}, Code::kInternal));
  EXPECT_EQ(claim({"k", "g"}, Code::kInternal).error().reason, "IDEMPOTENCY_CONFLICT");
}

INSTANTIATE_TEST_SUITE_P(Engines, BusTest,
                         ::testing::Values(sql::Engine::kSqlite, sql::Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == sql::Engine::kSqlite ? "sqlite" : "postgres";
                         });

TEST(Publisher, RefusesARedisThatEvicts) {
  const testing::RedisServer redis({"--maxmemory-policy", "allkeys-lru"});
  const testing::TempFolder folder;
  const auto database = NewDatabase(sql::Engine::kSqlite, folder);
  const auto log = *EventLog::Open(*database, "test");
  metrics::Registry metrics;
  Publisher publisher(*database, *log, {.redis = {.port = redis.port()}, .secret = kSecret},
                      metrics);
  const Status status = publisher.Start();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().reason, "EVICTING_REDIS");
  EXPECT_NE(status.error().message.find("allkeys-lru"), std::string::npos);
}

}  // namespace
}  // namespace muara::bus

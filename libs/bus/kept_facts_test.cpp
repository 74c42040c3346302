// Facts that could not be applied are kept for a person to look at, and no longer or fuller than
// their owner keeps them.
#include "libs/bus/kept_facts.h"

#include "libs/bus/bus_fixture.h"
#include "libs/bus/sequencer.h"

namespace muara::bus {
namespace {

using testing::Eventually;

class KeptFactsTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    owner_ = std::make_unique<Owner>(GetParam(), folder_, RedisAt());
    database_ = NewDatabase(GetParam(), folder_);
    ASSERT_TRUE(MakeEffects(*database_).ok());
    owner_->StartPublisher();
  }

  RedisAddress RedisAt() const { return {.host = "127.0.0.1", .port = redis_.port()}; }

  // Applies nothing until `mended_`.
  std::unique_ptr<Consumer> NewConsumer() {
    auto consumer = std::make_unique<Consumer>(*database_, owner_->remote(),
                                               ConsumerOptions{.topic = "test",
                                                               .consumer = "effects",
                                                               .redis = RedisAt(),
                                                               .secret = kSecret,
                                                               .block_ms = 50,
                                                               .compare_ms = 100,
                                                               .report_ms = 100,
                                                               .refresh_ms = 100},
                                               metrics_);
    consumer->On(kType, [this](sql::Tx& tx, const Envelope& envelope) -> Status {
      if (!mended_) return MakeError(Code::kInvalidArgument, "CANNOT_READ", "");
      applied_.push_back(envelope.data);
      return WriteEffect(tx, envelope);
    });
    consumer->Start();
    return consumer;
  }

  void Append(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(owner_->Append("key0").ok());
  }

  // How many facts that could not be applied are kept with these bytes in them.
  int Kept(const std::string& bytes) {
    int kept = 0;
    const Status read = database_->Read([&](sql::Tx& tx) -> Status {
      ASSIGN_OR_RETURN(const sql::Rows rows,
                       tx.Query("SELECT envelope FROM dead_letter UNION ALL SELECT envelope FROM "
                                "parked"));
      for (const sql::Row& row : rows) kept += row.Bytes(0).find(bytes) != std::string::npos;
      return Ok();
    });
    EXPECT_TRUE(read.ok());
    return kept;
  }

  // The owner takes the words out of all facts of a key.
  void Erase(const std::string& key) {
    ASSERT_TRUE(owner_->database()
                    .Transact([&](sql::Tx& tx) {
                      return owner_->log().RewriteAllOfKey(
                          tx, key, [](const std::string&, const std::string&) {
                            return std::optional<std::string>("gone");
                          });
                    })
                    .ok());
  }

  testing::TempFolder folder_;
  testing::RedisServer redis_;
  metrics::Registry metrics_;
  std::atomic<bool> mended_{false};
  std::vector<std::string> applied_;  // read once nobody applies any more
  std::unique_ptr<Owner> owner_;
  std::unique_ptr<sql::Database> database_;
};

TEST_P(KeptFactsTest, FollowWhatTheOwnerErases) {
  const auto consumer = NewConsumer();
  Append(250);
  ASSERT_TRUE(Eventually([&] { return Kept("key0 happened") == 250; }));
  Erase("key0");
  EXPECT_TRUE(Eventually([&] { return Kept("key0 happened") == 0; })) << Kept("key0 happened");
  EXPECT_EQ(Kept("gone"), 250) << "each is still there, in its place";
  mended_ = true;
  EXPECT_EQ(*consumer->applier().Replay("key0"), 250);
  EXPECT_EQ(applied_, std::vector<std::string>(250, "gone"));
  EXPECT_EQ(CountEffects(*database_), 250);
  EXPECT_TRUE(EffectsAreExact(*database_));
}

TEST_P(KeptFactsTest, ReplayedAtAStartTheyBringBackNothingThatWasErasedMeanwhile) {
  auto consumer = NewConsumer();
  Append(3);
  ASSERT_TRUE(Eventually([&] { return Kept("key0 happened") == 3; }));
  consumer.reset();
  Erase("key0");
  mended_ = true;
  consumer = NewConsumer();
  EXPECT_TRUE(Eventually([&] { return CountEffects(*database_) == 3; }));
  consumer.reset();
  EXPECT_EQ(applied_, std::vector<std::string>(3, "gone"));
}

TEST_P(KeptFactsTest, AreEmptiedOnceTheOwnersLogDropsThem) {
  const auto consumer = NewConsumer();
  Append(4);
  ASSERT_TRUE(Eventually([&] { return Kept("key0 happened") == 4; }));
  ASSERT_TRUE(owner_->database()
                  .Transact([](sql::Tx& tx) { return tx.Execute("DELETE FROM event_log"); })
                  .ok());
  EXPECT_TRUE(Eventually([&] { return Kept("key0 happened") == 0; }));
  EXPECT_EQ(consumer->applier().Replay("key0").error().reason, "BAD_ENVELOPE");
  // The key waits for a person as before.
  Append(1);
  EXPECT_TRUE(Eventually([&] { return Kept("key0 happened") == 1; }));
  EXPECT_EQ(CountEffects(*database_), 0);
}

TEST_P(KeptFactsTest, OfAnotherLogsPlaceAreNotMixedUp) {
  auto consumer = NewConsumer();
  Append(2);
  ASSERT_TRUE(Eventually([&] { return Kept("key0 happened") == 2; }));
  consumer.reset();
  owner_ = std::make_unique<Owner>(GetParam(), folder_, RedisAt());
  Append(2);
  KeptFacts kept(*database_, "test");
  EXPECT_TRUE(kept.RefreshSome(owner_->remote(), "another").error().reason == "OTHER_EPOCH");
  EXPECT_EQ(Kept("key0 happened"), 2);
  ASSERT_TRUE(Eventually([&] {
    return Sequence(owner_->database()).ok() && owner_->log().Heads()->at(PartOf("key0")) == 2;
  }));
  EXPECT_FALSE(*kept.RefreshSome(owner_->remote(), owner_->log().epoch()));
  EXPECT_EQ(Kept("key0 happened"), 0) << "others' facts do not stand for those";
}

INSTANTIATE_TEST_SUITE_P(Engines, KeptFactsTest,
                         ::testing::Values(sql::Engine::kSqlite, sql::Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == sql::Engine::kSqlite ? "sqlite" : "postgres";
                         });

}  // namespace
}  // namespace muara::bus

// The same log read near and through gRPC gives the same answers.
#include "libs/service/remote_log.h"

#include "libs/bus/store_fixture.h"
#include "libs/rpc/rpc_fixture.h"
#include "libs/service/serve_event_log.h"

namespace muara::service {
namespace {

using bus::OwnerLog;

class RemoteLogTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    owner_ = std::make_unique<bus::Owner>(
        GetParam(), folder_, bus::RedisAddress{.host = "127.0.0.1", .port = redis_.port()});
    ServeEventLog(service_.server(), owner_->remote());
    service_.Start();
    client_ = service_.As("services/reader", rpc::Role::kService);
    remote_ = std::make_unique<RemoteLog>(*client_);
    owner_->StartPublisher();
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(owner_->Append("key" + std::to_string(i % 3)).ok());
    ASSERT_TRUE(testing::Eventually([&] {
      int64_t total = 0;
      for (const int64_t head : *owner_->log().Heads()) total += head;
      return total == 30;
    }));
  }

  testing::RedisServer redis_;
  rpc::Wire service_;
  std::unique_ptr<bus::Owner> owner_;
  std::unique_ptr<rpc::Client> client_;
  std::unique_ptr<RemoteLog> remote_;
};

TEST_P(RemoteLogTest, AnswersWhatTheOwnerItselfAnswers) {
  const OwnerLog::Heads heads = *remote_->Head();
  EXPECT_EQ(heads.epoch, owner_->log().epoch());
  EXPECT_EQ(heads.positions, *owner_->log().Heads());
  const int part = bus::PartOf("key0");
  for (const auto& [from, limit] : std::map<int, int>{{1, 0}, {3, 4}, {1000, 5}}) {
    const OwnerLog::Page near = *owner_->remote().Read(part, from, limit);
    const OwnerLog::Page far = *remote_->Read(part, from, limit);
    EXPECT_EQ(far.epoch, near.epoch);
    EXPECT_EQ(far.head, near.head);
    ASSERT_EQ(far.entries.size(), near.entries.size());
    for (size_t i = 0; i < far.entries.size(); ++i) {
      EXPECT_EQ(far.entries[i].position, near.entries[i].position);
      EXPECT_EQ(far.entries[i].envelope, near.entries[i].envelope);
    }
  }
  EXPECT_EQ(remote_->Read(part, 3, 4)->entries.size(), 4);
}

TEST_P(RemoteLogTest, NamesWhatCannotBeRead) {
  EXPECT_EQ(rpc::Refusal(remote_->Read(bus::kParts, 1, 1)), "INVALID_FIELDS part");
  EXPECT_EQ(rpc::Refusal(remote_->Read(-1, 1, 1)), "INVALID_FIELDS part");
  EXPECT_EQ(rpc::Refusal(remote_->Read(0, 0, 1)), "INVALID_FIELDS from");
  EXPECT_EQ(rpc::Refusal(remote_->Read(0, 1, -1)), "INVALID_FIELDS limit");
}

TEST_P(RemoteLogTest, KeepsACheckpointAndRefusesOneOfAnotherLog) {
  const std::string epoch = owner_->log().epoch();
  const std::vector<int64_t> positions(bus::kParts, 4);
  EXPECT_TRUE(remote_->ReportCheckpoints("reader", epoch, positions).ok());
  const auto kept = owner_->database().Read([](sql::Tx& tx) {
    return tx.Query("SELECT COUNT(*) FROM log_reader WHERE consumer = 'reader' AND pos = 4");
  });
  EXPECT_EQ((*kept)[0].Int(0), bus::kParts);
  EXPECT_EQ(remote_->ReportCheckpoints("reader", "another", positions).error().reason,
            "OTHER_EPOCH");
  EXPECT_EQ(remote_->ReportCheckpoints("reader", epoch, {1}).error().reason, "OTHER_EPOCH");
  EXPECT_EQ(remote_->ReportCheckpoints("", epoch, positions).error().reason, "INVALID_FIELDS");
}

TEST_P(RemoteLogTest, IsForServicesAndNotForAgents) {
  const auto agent = service_.As("agents/7", rpc::Role::kAgent);
  EXPECT_EQ(RemoteLog(*agent).Head().error().code, Code::kPermissionDenied);
  EXPECT_EQ(RemoteLog(*agent).Read(0, 1, 1).error().code, Code::kPermissionDenied);
}

TEST_P(RemoteLogTest, FeedsAConsumerWhileRedisIsAway) {
  redis_.Kill();
  const auto database = bus::NewDatabase(GetParam(), folder_);
  ASSERT_TRUE(bus::MakeEffects(*database).ok());
  metrics::Registry metrics;
  bus::Consumer consumer(*database, *remote_,
                         {.topic = "test",
                          .consumer = "effects",
                          .redis = {.host = "127.0.0.1", .port = redis_.port()},
                          .secret = bus::kSecret,
                          .compare_ms = 100},
                         metrics);
  consumer.On(bus::kType, bus::WriteEffect);
  consumer.Start();
  EXPECT_TRUE(testing::Eventually([&] { return bus::CountEffects(*database) == 30; }));
  EXPECT_TRUE(bus::EffectsAreExact(*database));
}

MUARA_ON_BOTH_ENGINES(RemoteLogTest);

}  // namespace
}  // namespace muara::service

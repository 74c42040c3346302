#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "libs/testing/servers.h"
#include "services/channels/email/store/deliveries.h"
#include "services/channels/email/store/schema.h"

namespace muara::email::store {
namespace {

namespace fs = std::filesystem;

class DeliveryStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto database = sql::Database::Open(testing::SqliteUrl(folder_), {});
    ASSERT_TRUE(database.ok());
    database_ = std::move(*database);
    ASSERT_TRUE(Migrate(*database_).ok());
  }

  std::optional<DeliveryOutcome> BeginAt(int attempt, Time now = FromMicros(1)) {
    Delivery delivery;
    delivery.id = "d1";
    delivery.attempt = attempt;
    const auto known = database_->Transact([&](sql::Tx& tx) { return Begin(tx, delivery, now); });
    EXPECT_TRUE(known.ok());
    return *known;
  }

  void FinishWith(DeliveryState state, Time now = FromMicros(1)) {
    const Status finished = database_->Transact(
        [&](sql::Tx& tx) { return Finish(tx, "d1", {state, "id@x", "REASON", "detail"}, now); });
    EXPECT_TRUE(finished.ok());
  }

  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_;
};

TEST_F(DeliveryStoreTest, NeverSendsAgainWhatWasAccepted) {
  EXPECT_FALSE(BeginAt(1));
  FinishWith(DeliveryState::kAccepted);
  for (const int attempt : {1, 2, 9}) {
    const auto known = BeginAt(attempt);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->state, DeliveryState::kAccepted);
    EXPECT_EQ(known->provider_message_id, "id@x");
  }
}

TEST_F(DeliveryStoreTest, CallsAnAttemptThatNeverEndedUnknown) {
  EXPECT_FALSE(BeginAt(1));
  const auto known = BeginAt(2);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->state, DeliveryState::kUnknown);
  EXPECT_EQ(known->reason, "ATTEMPT_CUT_OFF");
  EXPECT_EQ(BeginAt(2)->state, DeliveryState::kUnknown);
  EXPECT_FALSE(BeginAt(3));  // decided by someone who was told
}

TEST_F(DeliveryStoreTest, TriesAgainWhatWasCertainlyNotSent) {
  for (const DeliveryState state :
       {DeliveryState::kRetry, DeliveryState::kEndpointFault, DeliveryState::kCallerFault}) {
    EXPECT_FALSE(BeginAt(1));
    FinishWith(state);
  }
}

TEST_F(DeliveryStoreTest, RepeatsARejectionUntilANewAttempt) {
  EXPECT_FALSE(BeginAt(1));
  FinishWith(DeliveryState::kRejected);
  EXPECT_EQ(BeginAt(1)->reason, "REASON");
  EXPECT_FALSE(BeginAt(2));
}

TEST_F(DeliveryStoreTest, ForgetsAfterSixtyDays) {
  EXPECT_FALSE(BeginAt(1));
  FinishWith(DeliveryState::kAccepted);
  EXPECT_TRUE(BeginAt(1, FromMicros(1) + std::chrono::hours(24 * 60)));
  EXPECT_FALSE(BeginAt(1, FromMicros(2) + std::chrono::hours(24 * 60)));
}

}  // namespace
}  // namespace muara::email::store

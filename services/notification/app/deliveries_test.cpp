// What becomes of a delivery: order in its conversation, tries, ends, and workers that are gone.
#include "services/notification/app/deliveries.h"

#include "muara/notification/v1/facts.pb.h"
#include "services/notification/app/notification_fixture.h"

namespace muara::notification {
namespace {

using Ids = std::vector<std::string>;

class DeliveriesTest : public NotificationTest {};

TEST_P(DeliveriesTest, AConversationKeepsItsOrderWithOneInFlight) {
  Queue("a1", "a");
  Queue("a2", "a");
  Queue("b1", "b");
  EXPECT_EQ(Due(), (Ids{"a1", "b1"}));
  EXPECT_FALSE(Begin("a2").has_value());
  const auto first = Begin("a1");
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(Begin("a1").has_value()) << "another worker was first";
  EXPECT_EQ(Due(), Ids{"b1"});
  Finish(*first, Accept);
  EXPECT_EQ(Due().size(), 2u);
  EXPECT_TRUE(Begin("a2").has_value());
}

TEST_P(DeliveriesTest, AnAcceptedDeliveryIsToldOnceAndNeverSentAgain) {
  Queue("a1");
  const auto begun = Begin("a1");
  Finish(*begun, Accept);
  Finish(*begun, Fail);  // a late answer to the same try
  EXPECT_EQ(Get("a1").state, DeliveryState::kAccepted);
  EXPECT_EQ(Get("a1").provider_message_id, "<id>");
  EXPECT_FALSE(Begin("a1").has_value());
  EXPECT_EQ(FactTypes("a1"), "DeliveryUpdated");
  const auto fact = LastFact<v1::DeliveryUpdated>("a1");
  EXPECT_EQ(fact.delivery().status(), ticket::v1::DELIVERY_STATUS_ACCEPTED);
  EXPECT_EQ(fact.delivery().attempts(), 1);
  EXPECT_EQ(deliveries_->Retry("a1", bus::KeyFor("r")).error().reason, "WRONG_STATE");
}

TEST_P(DeliveriesTest, WhatFailsForNowIsTriedAgainAfterAWaitAndHoldsItsPlace) {
  Queue("a1");
  Queue("a2");
  Finish(*Begin("a1"), [](Delivery& delivery, Time now) {
    delivery.TryAgain("GREYLISTED", std::chrono::minutes(1), 0, now);
  });
  EXPECT_EQ(Get("a1").state, DeliveryState::kQueued);
  EXPECT_EQ(Get("a1").reason, "GREYLISTED");
  EXPECT_EQ(Due(), Ids{}) << "the second waits for the first";
  EXPECT_EQ(FactTypes(), "");
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(Due(), Ids{"a1"});
  EXPECT_EQ(Begin("a1")->attempts, 2);
}

TEST_P(DeliveriesTest, AFinalFailureIsVisibleFreesTheNextAndCanBeSentAgainOnce) {
  Queue("a1");
  Queue("a2");
  Finish(*Begin("a1"), Fail);
  EXPECT_EQ(LastFact<v1::DeliveryUpdated>("a1").delivery().reason(), "MAILBOX_GONE");
  EXPECT_EQ(Due(), Ids{"a2"});
  const size_t told = Facts("a1").size();
  ASSERT_TRUE(deliveries_->Retry("a1", bus::KeyFor("r")).ok());
  EXPECT_EQ(Facts("a1").size(), told + 1) << "that it is sent again is told";
  EXPECT_EQ(deliveries_->Retry("a1", bus::KeyFor("r"))->version, Get("a1").version);
  EXPECT_EQ(deliveries_->Retry("a1", bus::KeyFor("r", "other")).error().reason,
            "IDEMPOTENCY_CONFLICT");
  EXPECT_EQ(deliveries_->Retry("none", bus::KeyFor("r2")).error().reason, "DELIVERY_NOT_FOUND");
  EXPECT_EQ(Due(), Ids{"a1"});
  EXPECT_EQ(deliveries_->List("t-c", 4, 10, "")->size(), 0u);
}

TEST_P(DeliveriesTest, OneThatIsSentAgainWaitsForTheOneUnderWay) {
  Queue("a1");
  Queue("a2");
  Finish(*Begin("a1"), Fail);
  const auto second = Begin("a2");
  ASSERT_TRUE(deliveries_->Retry("a1", bus::KeyFor("r")).ok());
  EXPECT_EQ(Due(), Ids{});
  EXPECT_FALSE(Begin("a1").has_value());
  Finish(*second, Accept);
  EXPECT_TRUE(Begin("a1").has_value());
}

TEST_P(DeliveriesTest, ATryWhoseWorkerIsGoneIsTakenUpAndItsLateAnswerPassedOver) {
  Queue("a1");
  const auto lost = Begin("a1");
  clock_.Advance(std::chrono::seconds(45));
  EXPECT_EQ(*deliveries_->TakeUpAbandoned(), 0);
  clock_.Advance(Duration(1));
  EXPECT_EQ(*deliveries_->TakeUpAbandoned(), 1);
  EXPECT_EQ(*deliveries_->TakeUpAbandoned(), 0);
  EXPECT_EQ(Get("a1").reason, "WORKER_GONE");
  EXPECT_EQ(Due(), Ids{"a1"});
  const auto again = Begin("a1");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->attempts, 2);
  Finish(*lost, Fail);
  EXPECT_EQ(Get("a1").state, DeliveryState::kAttempting) << "the second try will say";
  Finish(*again, Accept);
  EXPECT_EQ(Get("a1").state, DeliveryState::kAccepted);
}

TEST_P(DeliveriesTest, WhatIsGivenUpByTimeIsToldToo) {
  Queue("a1");
  ASSERT_TRUE(Begin("a1").has_value());
  clock_.Advance(kGiveUpAfter + std::chrono::hours(1));
  EXPECT_EQ(*deliveries_->TakeUpAbandoned(), 1);
  EXPECT_EQ(Get("a1").state, DeliveryState::kFailed);
  EXPECT_EQ(FactTypes("a1"), "DeliveryUpdated");
  // A person may start it over.
  ASSERT_TRUE(deliveries_->Retry("a1", bus::KeyFor("r")).ok());
  Finish(*Begin("a1"), [](Delivery& delivery, Time now) {
    delivery.TryAgain("GREYLISTED", Duration(0), 0, now);
  });
  EXPECT_EQ(Get("a1").state, DeliveryState::kQueued);
}

TEST_P(DeliveriesTest, OfManyWorkersOneBegins) {
  Queue("a1");
  Queue("a2");
  std::atomic<int> begun{0};
  bus::AtOnce(8, [&](int i) { begun += Begin(i % 2 == 0 ? "a1" : "a2").has_value() ? 1 : 0; });
  EXPECT_EQ(begun, 1);
}

TEST_P(DeliveriesTest, AnAutomaticMessageGoesToAnAddressOnceADay) {
  const auto claim = [&](const char* address) {
    return *database_->Transact(
        [&](sql::Tx& tx) { return deliveries_->ClaimAutomaticIn(tx, address); });
  };
  EXPECT_TRUE(claim("sari@x.test"));
  EXPECT_FALSE(claim("sari@x.test"));
  EXPECT_TRUE(claim("budi@x.test"));
  clock_.Advance(std::chrono::hours(24) - Duration(1));
  EXPECT_FALSE(claim("sari@x.test"));
  clock_.Advance(Duration(1));
  std::atomic<int> claimed{0};
  bus::AtOnce(8, [&](int) { claimed += claim("sari@x.test") ? 1 : 0; });
  EXPECT_EQ(claimed, 1);
}

TEST_P(DeliveriesTest, ListsAreNewestFirstAndGoOn) {
  for (const char* id : {"1", "2", "3"}) Queue(id, "a");
  Queue("4", "b");
  const auto page = *deliveries_->List("t-a", 0, 2, "");
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[0].id, "3");
  EXPECT_EQ(deliveries_->List("t-a", 0, 2, "2")->at(0).id, "1");
  EXPECT_EQ(deliveries_->List("", 1, 10, "")->size(), 4u);
}

MUARA_ON_BOTH_ENGINES(DeliveriesTest);

}  // namespace
}  // namespace muara::notification

#include "services/notification/domain/delivery.h"

#include <gtest/gtest.h>

#include "services/notification/domain/texts.h"

namespace muara::notification {
namespace {

const Time kNow = FromMicros(1772348400000000);

Delivery In(DeliveryState state) {
  Delivery delivery;
  delivery.state = state;
  delivery.create_time = kNow;
  delivery.next_attempt_time = kNow;
  return delivery;
}

TEST(Delivery, IsTriedOnlyWhenQueuedAndDue) {
  for (int number = 1; number <= 5; ++number) {
    Delivery delivery = In(static_cast<DeliveryState>(number));
    EXPECT_EQ(delivery.Begin(kNow).ok(), number == 1);
  }
  Delivery later = In(DeliveryState::kQueued);
  later.next_attempt_time = kNow + Duration(1);
  EXPECT_FALSE(later.Begin(kNow).ok());
}

TEST(Delivery, WaitsLongerWithEveryTryUpToALimit) {
  EXPECT_EQ(Backoff(1, 1), kWaitFirst);
  EXPECT_EQ(Backoff(2, 1), kWaitFirst * 2);
  EXPECT_EQ(Backoff(1, 0), kWaitFirst / 2);
  EXPECT_EQ(Backoff(100, 1), kWaitMax);
  Delivery delivery = In(DeliveryState::kAttempting);
  delivery.attempts = 3;
  delivery.TryAgain("AWAY", Duration(0), 1, kNow);
  EXPECT_EQ(delivery.state, DeliveryState::kQueued);
  EXPECT_EQ(delivery.next_attempt_time, kNow + kWaitFirst * 4);
  delivery.TryAgain("AWAY", std::chrono::hours(1), 1, kNow);
  EXPECT_EQ(delivery.next_attempt_time, kNow + std::chrono::hours(1));
}

TEST(Delivery, IsGivenUpAfterThreeDaysAndSaysWhy) {
  Delivery delivery = In(DeliveryState::kAttempting);
  delivery.TryAgain("MAILBOX_FULL", Duration(0), 0, kNow + kGiveUpAfter + Duration(1));
  EXPECT_EQ(delivery.state, DeliveryState::kFailed);
  EXPECT_EQ(delivery.reason, "MAILBOX_FULL");
}

TEST(Delivery, APersonMaySendAgainWhatFailedOrIsUnknown) {
  for (int number = 1; number <= 5; ++number) {
    Delivery delivery = In(static_cast<DeliveryState>(number));
    const Status again = delivery.Retry(kNow);
    EXPECT_EQ(again.ok(), number >= 4) << number;
    EXPECT_EQ(delivery.state == DeliveryState::kQueued, number == 1 || again.ok());
  }
}

TEST(Texts, NameTheTicketAndSpeakTheCustomersLanguage) {
  const Text id = Acknowledgement(Language::kIndonesian, "Sari", "ABC", "Paket");
  EXPECT_NE(id.body.find("Halo Sari"), std::string::npos);
  EXPECT_NE(id.body.find("ABC"), std::string::npos);
  const Text en =
      SurveyInvitation(Language::kEnglish, "ABC", 1, 5, "http://x/s/t", AnswerBy::kLinkOrNumber);
  EXPECT_NE(en.body.find("http://x/s/t"), std::string::npos);
  EXPECT_NE(en.body.find("one number"), std::string::npos);
  const Text chat =
      SurveyInvitation(Language::kEnglish, "ABC", 1, 5, "http://x/s/t", AnswerBy::kNumber);
  EXPECT_EQ(chat.body.find("http"), std::string::npos);
  EXPECT_NE(chat.body.find("one number"), std::string::npos);
}

}  // namespace
}  // namespace muara::notification

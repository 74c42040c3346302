// Signatures against the specification, and every answer a receiver may give.
#include "services/notification/domain/webhook.h"

#include <gtest/gtest.h>

#include "libs/base/utf8.h"
#include "services/notification/domain/webhook_delivery.h"

namespace muara::notification {
namespace {

using State = WebhookDeliveryState;

const Time kNow = FromMicros(1772348400000000);
constexpr Duration kMinute = std::chrono::minutes(1);

WebhookDelivery In(State state) {
  WebhookDelivery delivery;
  delivery.state = state;
  delivery.type = "ticket.rule";
  delivery.payload = "{}";
  delivery.next_attempt_time = kNow;
  return delivery;
}

WebhookDelivery After(const Response& response, int tries = 1, double jitter = 0.5) {
  WebhookDelivery delivery = In(State::kAttempting);
  delivery.tries = tries;
  delivery.Take(response, StandardWaits(), jitter, kNow);
  return delivery;
}

Response Answered(int status, int64_t retry_after_s = 0) {
  return ResponseOf(status, "", retry_after_s);
}

TEST(WebhookSignature, IsThatOfTheSpecification) {
  EXPECT_EQ(Signatures({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                       1614265330, R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, ThereIsOneForEachSecret) {
  const std::string first = NewSecret(), second = NewSecret();
  EXPECT_NE(first, second);
  EXPECT_EQ(first.size(), 6u + 44u);
  const auto of = [](const std::vector<std::string>& secrets) {
    return Signatures(secrets, "d1", 1, "body");
  };
  EXPECT_EQ(of({first, second}), *of({first}) + " " + *of({second}));
  EXPECT_NE(Signatures({first}, "d1", 1, "body"), Signatures({first}, "d1", 2, "body"));
  EXPECT_NE(Signatures({first}, "d1", 1, "body"), Signatures({first}, "d2", 1, "body"));
  EXPECT_FALSE(of({}));
  EXPECT_FALSE(of({"secret"}));
  EXPECT_FALSE(of({"whsec_"}));
  EXPECT_FALSE(of({"whsec_!"}));
}

TEST(WebhookDelivery, EndsOrWaitsByWhatTheReceiverSays) {
  struct Case {
    int status;
    State state;
    const char* reason;
  };
  for (const Case& one :
       {Case{200, State::kSucceeded, ""}, Case{204, State::kSucceeded, ""},
        Case{299, State::kSucceeded, ""}, Case{302, State::kQueued, "REDIRECTED"},
        Case{400, State::kQueued, "HTTP_400"}, Case{404, State::kQueued, "HTTP_404"},
        Case{410, State::kFailed, "GONE"}, Case{429, State::kQueued, "HTTP_429"},
        Case{500, State::kQueued, "HTTP_500"}, Case{100, State::kQueued, "HTTP_100"}}) {
    const WebhookDelivery after = After(Answered(one.status));
    EXPECT_EQ(after.state, one.state) << one.status;
    EXPECT_EQ(after.reason, one.reason) << one.status;
  }
  EXPECT_EQ(Answered(410).outcome, Response::Outcome::kDisable);
}

TEST(WebhookDelivery, WaitsByTheTableAndIsThenGivenUp) {
  Duration all(0);
  for (int tries = 1; tries <= 9; ++tries) {
    const WebhookDelivery after = After(Answered(500), tries);
    EXPECT_EQ(after.state, State::kQueued);
    EXPECT_EQ(after.next_attempt_time - kNow, StandardWaits()[static_cast<size_t>(tries) - 1]);
    all += after.next_attempt_time - kNow;
  }
  EXPECT_EQ(After(Answered(500), 10).state, State::kFailed);
  EXPECT_EQ(After(Answered(500), 10).reason, "HTTP_500");
  EXPECT_GT(all, std::chrono::hours(72));
  EXPECT_EQ(After(Answered(500), 2, 0).next_attempt_time - kNow, kMinute * 9 / 2);
  EXPECT_EQ(After(Answered(500), 2, 1).next_attempt_time - kNow, kMinute * 11 / 2);
}

TEST(WebhookDelivery, WaitsAsLongAsABusyReceiverAsksUpToADay) {
  const auto wait = [](int status, int64_t asked_s) {
    return After(Answered(status, asked_s)).next_attempt_time - kNow;
  };
  EXPECT_EQ(wait(429, 600), kMinute * 10);
  EXPECT_EQ(wait(503, 600), kMinute * 10);
  EXPECT_EQ(wait(500, 600), std::chrono::seconds(5)) << "not a matter of being busy";
  EXPECT_EQ(wait(429, 1), std::chrono::seconds(5)) << "never sooner than without";
  EXPECT_EQ(wait(503, INT64_MAX), kRetryAfterMax);
  EXPECT_EQ(wait(503, -5), std::chrono::seconds(5));
}

TEST(WebhookDelivery, IsBegunOnlyWhenQueuedAndDue) {
  for (int number = 1; number <= 4; ++number) {
    WebhookDelivery delivery = In(static_cast<State>(number));
    EXPECT_EQ(delivery.Begin(kNow).ok(), number == 1);
  }
  EXPECT_FALSE(In(State::kQueued).Begin(kNow - Duration(1)).ok());
}

TEST(WebhookDelivery, StoppingCostsNoTryAndALostWorkerOne) {
  Response stopping;
  stopping.outcome = Response::Outcome::kStopping;
  stopping.reason = "STOPPING";
  const WebhookDelivery after = After(stopping, 3);
  EXPECT_EQ(after.state, State::kQueued);
  EXPECT_EQ(after.tries, 2);
  EXPECT_EQ(after.next_attempt_time, kNow);
  WebhookDelivery lost = In(State::kAttempting);
  lost.tries = 9;
  lost.Abandon(StandardWaits(), kNow);
  EXPECT_EQ(lost.state, State::kQueued);
  EXPECT_EQ(lost.reason, "WORKER_GONE");
  lost.tries = 10;
  lost.Abandon(StandardWaits(), kNow);
  EXPECT_EQ(lost.state, State::kFailed);
}

TEST(WebhookDelivery, ATestIsTriedOnce) {
  WebhookDelivery test = In(State::kAttempting);
  test.type = kTestType;
  test.tries = 1;
  test.Take(Answered(500), StandardWaits(), 0, kNow);
  EXPECT_EQ(test.state, State::kFailed);
  test.state = State::kAttempting;
  test.Abandon(StandardWaits(), kNow);
  EXPECT_EQ(test.state, State::kFailed);
  EXPECT_EQ(test.Redeliver(kNow).error().reason, "WRONG_STATE");
}

TEST(WebhookDelivery, IsRedeliveredWhereItEndedAndIsStillThere) {
  for (int number = 1; number <= 4; ++number) {
    WebhookDelivery delivery = In(static_cast<State>(number));
    delivery.tries = 10;
    EXPECT_EQ(delivery.Redeliver(kNow).ok(), number >= 3);
    if (number >= 3) {
      EXPECT_EQ(delivery.tries, 0);
      EXPECT_TRUE(delivery.Begin(kNow).ok());
    }
  }
  WebhookDelivery erased = In(State::kFailed);
  erased.payload.clear();
  EXPECT_EQ(erased.Redeliver(kNow).error().reason, "CONTACT_ERASED");
}

TEST(Webhook, IsDisabledAfterNothingButFailuresForFiveDaysAndTenTries) {
  Webhook webhook;
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(webhook.CountFailure(kNow));
  Webhook seldom = webhook;
  EXPECT_FALSE(webhook.CountFailure(kNow + kFailingMax - Duration(1)));
  EXPECT_TRUE(webhook.CountFailure(kNow + kFailingMax));
  EXPECT_FALSE(webhook.enabled());
  EXPECT_EQ(webhook.disabled_reason, "FAILING");
  EXPECT_FALSE(webhook.CountFailure(kNow + kFailingMax)) << "told once";
  webhook.Enable(kNow + kFailingMax);
  EXPECT_TRUE(webhook.enabled());
  EXPECT_FALSE(webhook.CountFailure(kNow + kFailingMax * 2)) << "counted anew";
  seldom.CountSuccess();
  EXPECT_FALSE(seldom.CountFailure(kNow + kFailingMax));
}

TEST(Webhook, TheSecretBeforeIsGoodForADayMore) {
  Webhook webhook;
  webhook.secret = "a";
  EXPECT_FALSE(webhook.HasOldSecret(kNow));
  webhook.Rotate("b", kNow);
  EXPECT_EQ(webhook.old_secret, "a");
  EXPECT_TRUE(webhook.HasOldSecret(kNow + kOldSecretKept - Duration(1)));
  EXPECT_FALSE(webhook.HasOldSecret(kNow + kOldSecretKept));
}

TEST(Webhook, WhatAReceiverSaysIsKeptAsTextOfAKibibyte) {
  EXPECT_EQ(ShownAnswer("ok\tno\nthing"), "ok\tno\nthing");
  EXPECT_EQ(ShownAnswer(std::string("a\0b\x01", 4)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(ShownAnswer("\xff"), "\xEF\xBF\xBD");
  EXPECT_EQ(ShownAnswer(std::string(5000, 'x')).size(), 1024u);
  for (size_t shift = 0; shift < 3; ++shift) {
    std::string long_text(shift, 'x');
    for (int i = 0; i < 1000; ++i) long_text += "\xE2\x82\xAC";
    EXPECT_LE(ShownAnswer(long_text).size(), 1024u);
    EXPECT_TRUE(IsUtf8(ShownAnswer(long_text)));
    EXPECT_EQ(ShownAnswer(long_text).find("\xEF\xBF\xBD"), std::string::npos);
    EXPECT_LE(ShownAnswer(std::string(5000, '\xff')).size(), 1024u);
  }
}

}  // namespace
}  // namespace muara::notification

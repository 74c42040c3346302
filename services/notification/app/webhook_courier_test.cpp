// Couriers at work: several at once, slow and broken receivers, tests, and a real call.
#include "services/notification/app/webhook_courier.h"

#include <future>

#include "services/notification/app/notification_fixture.h"
#include "services/notification/events/webhook_post.h"

namespace muara::notification {
namespace {

using State = WebhookDeliveryState;

class WebhookCourierTest : public NotificationTest {
 protected:
  bool EventuallyIn(const std::string& id, State state) {
    return testing::Eventually([&] { return Call(id).state == state; });
  }
  metrics::Registry metrics_;
};

TEST_P(WebhookCourierTest, OfSeveralCouriersOneCallsEach) {
  constexpr int kCalls = 40;
  std::vector<std::string> webhooks;
  for (int i = 0; i < 4; ++i) webhooks.push_back(Make().webhook.id);
  for (int i = 0; i < kCalls; ++i) Ask(webhooks[static_cast<size_t>(i) % 4], std::to_string(i));
  std::mutex mutex;
  std::map<std::string, int> called, under_way;
  int most = 0;
  const auto post = [&](const BegunWebhook& begun, Duration) {
    {
      const std::lock_guard lock(mutex);
      ++called[begun.delivery.id];
      most = std::max(most, ++under_way[begun.webhook.id]);
    }
    std::this_thread::yield();
    const std::lock_guard lock(mutex);
    --under_way[begun.webhook.id];
    return ResponseOf(200, "", 0);
  };
  WebhookDeliveries second(*database_, *log_, clock_, {});
  WebhookCourier one(*webhook_deliveries_, post, clock_, metrics_);
  WebhookCourier two(second, post, clock_, metrics_);
  one.Start();
  two.Start();
  for (int i = 0; i < kCalls; ++i) EXPECT_TRUE(EventuallyIn(std::to_string(i), State::kSucceeded));
  one.Stop();
  two.Stop();
  EXPECT_EQ(called.size(), static_cast<size_t>(kCalls));
  for (const auto& [id, times] : called) EXPECT_EQ(times, 1) << id;
  EXPECT_LE(most, kUnderWayOfWebhookMax);
}

TEST_P(WebhookCourierTest, AReceiverThatHangsHoldsUpNoOther) {
  const std::string slow = Make().webhook.id, quick = Make().webhook.id;
  for (int i = 0; i < 100; ++i) Ask(slow, "slow" + std::to_string(i));
  Ask(quick, "quick");
  std::promise<void> answered;
  const auto hangs = answered.get_future().share();
  WebhookCourier courier(
      *webhook_deliveries_,
      [&](const BegunWebhook& begun, Duration) {
        if (begun.webhook.id == slow) hangs.wait();
        return ResponseOf(200, "", 0);
      },
      clock_, metrics_);
  courier.Start();
  EXPECT_TRUE(EventuallyIn("quick", State::kSucceeded));
  answered.set_value();
}

TEST_P(WebhookCourierTest, StoppingLeavesWhatWasBegunForTheNextAndCountsNothing) {
  const std::string webhook = Make().webhook.id;
  Ask(webhook, "c1");
  Response stopping;
  stopping.outcome = Response::Outcome::kStopping;
  stopping.reason = "STOPPING";
  std::promise<void> began;
  WebhookCourier courier(
      *webhook_deliveries_,
      [&](const BegunWebhook&, Duration) {
        began.set_value();
        return stopping;
      },
      clock_, metrics_);
  courier.Start();
  began.get_future().wait();
  courier.Stop();
  EXPECT_EQ(Call("c1").state, State::kQueued);
  EXPECT_EQ(Call("c1").tries, 0);
  EXPECT_EQ(webhooks_->Get(webhook)->failures, 0);
}

TEST_P(WebhookCourierTest, ATestIsSentAtOnceAndOnceAndAnswersWithWhatWasSaid) {
  Webhook disabled = To();
  disabled.state = WebhookState::kDisabled;
  const std::string webhook = Make(disabled).webhook.id;
  int calls = 0;
  WebhookCourier courier(
      *webhook_deliveries_,
      [&](const BegunWebhook& begun, Duration limit) {
        ++calls;
        EXPECT_GT(limit, Duration(0));
        EXPECT_TRUE(begun.delivery.payload.starts_with(R"({"type":"webhook.test","timestamp":")"));
        return ResponseOf(418, "a teapot", 0);
      },
      clock_, metrics_);
  const auto test = courier.Test(webhook, bus::KeyFor("t"));
  ASSERT_TRUE(test.ok()) << test.error().message;
  EXPECT_EQ(test->delivery.state, State::kFailed);
  EXPECT_EQ(test->delivery.type, "webhook.test");
  ASSERT_EQ(test->attempts.size(), 1u);
  EXPECT_EQ(test->attempts[0].status, 418);
  EXPECT_EQ(test->attempts[0].answer, "a teapot");
  EXPECT_EQ(courier.Test(webhook, bus::KeyFor("t"))->delivery.id, test->delivery.id);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(courier.Test("none", bus::KeyFor("u")).error().reason, "WEBHOOK_NOT_FOUND");
  EXPECT_EQ(webhooks_->Get(webhook)->failures, 0) << "tests are not counted";
}

TEST_P(WebhookCourierTest, ATestIsRefusedWhileTooManyAreUnderWay) {
  const std::string webhook = Make().webhook.id;
  for (int i = 0; i < kUnderWayOfWebhookMax; ++i) {
    Ask(webhook, std::to_string(i));
    ASSERT_TRUE(webhook_deliveries_->Begin(std::to_string(i))->has_value());
  }
  WebhookCourier courier(
      *webhook_deliveries_, [](const BegunWebhook&, Duration) { return Response(); }, clock_,
      metrics_);
  EXPECT_EQ(courier.Test(webhook, bus::KeyFor("t")).error().reason, "WEBHOOK_BUSY");
  EXPECT_EQ(webhook_deliveries_->List("", 0, 10, nullptr)->size(), 4u) << "nothing is left of it";
}

TEST_P(WebhookCourierTest, WhatWillNeverWorkIsNotTriedAgain) {
  web::Client client({});
  const WebhookPost post(client, *webhooks_, clock_);
  BegunWebhook begun;
  begun.webhook = Make().webhook;
  begun.delivery.payload = "{}";
  const auto outcome = [&](const std::string& url) {
    begun.webhook.url = url;
    return post(begun, Duration(0));
  };
  for (const char* url : {"https://127.0.0.1:1/", "https://localhost:1/", "https://[::1]/"}) {
    EXPECT_EQ(outcome(url).outcome, Response::Outcome::kNever) << url;
    EXPECT_EQ(outcome(url).reason, "TARGET_REFUSED") << url;
  }
  EXPECT_EQ(outcome("http://example.com/").reason, "BAD_URL");
  EXPECT_EQ(outcome("https://nobody.invalid/").outcome, Response::Outcome::kTryAgain);
  client.Stop();
  EXPECT_EQ(outcome("https://nobody.invalid/").outcome, Response::Outcome::kStopping);
  begun.webhook.secret = "spoiled";
  EXPECT_EQ(outcome("https://nobody.invalid/").reason, "SECRET_UNREADABLE");
  begun.delivery.payload.clear();
  EXPECT_EQ(outcome("https://nobody.invalid/").reason, "CONTACT_ERASED");
}

MUARA_ON_BOTH_ENGINES(WebhookCourierTest);

}  // namespace
}  // namespace muara::notification

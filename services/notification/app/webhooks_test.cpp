// Which webhooks there are, what becomes of their calls, and whom nobody sees the secret of.
#include "services/notification/app/webhooks.h"

#include "libs/base/crypto.h"
#include "muara/notification/v1/facts.pb.h"
#include "services/notification/app/notification_fixture.h"

namespace muara::notification {
namespace {

using Ids = std::vector<std::string>;
using State = WebhookDeliveryState;

const Response kOk = ResponseOf(200, "ok", 0);
const Response kBroken = ResponseOf(500, "broken", 0);

class WebhooksTest : public NotificationTest {
 protected:
  Ids DueCalls() { return *webhook_deliveries_->ListDue(100); }
  std::optional<BegunWebhook> BeginCall(const std::string& id) {
    const auto begun = webhook_deliveries_->Begin(id);
    EXPECT_TRUE(begun.ok()) << begun.error().message;
    return begun.ok() ? *begun : std::nullopt;
  }
  void FinishCall(const WebhookDelivery& begun, const Response& response) {
    ASSERT_TRUE(webhook_deliveries_->Finish(begun, response, 0.5).ok());
  }
  // Begun and ended.
  void Hear(const std::string& id, const Response& response) {
    const auto begun = BeginCall(id);
    ASSERT_TRUE(begun.has_value()) << id;
    FinishCall(begun->delivery, response);
  }
  std::string Reasons(const std::string& webhook_id) {
    std::string reasons;
    for (const auto& fact : Facts("webhooks/" + webhook_id)) {
      v1::WebhookChanged changed;
      EXPECT_TRUE(changed.ParseFromString(fact.data));
      reasons += changed.reason() + " ";
    }
    return reasons;
  }
};

TEST_P(WebhooksTest, ASecretIsToldOnceAndKeptSealed) {
  const WebhookChange change = By();
  const auto made = webhooks_->Create(change, To());
  ASSERT_TRUE(made.ok());
  EXPECT_TRUE(made->secret.starts_with("whsec_"));
  const auto again = webhooks_->Create(change, To());
  EXPECT_EQ(again->webhook.id, made->webhook.id);
  EXPECT_EQ(again->secret, "") << "told before";
  EXPECT_EQ(webhooks_->SecretsOf(made->webhook).value(), Ids{made->secret});
  EXPECT_TRUE(Holding(made->secret).empty()) << "not in clear, nowhere";
  EXPECT_TRUE(Holding(made->secret.substr(6)).empty());
  EXPECT_EQ(Facts("webhooks/" + made->webhook.id).back().data.find("hooks.example"),
            std::string::npos)
      << "its URL may hold a token";
}

TEST_P(WebhooksTest, AnotherKeyOpensASecretOnlyWhereTheOldOneIsStillThere) {
  const auto made = Make();
  const std::string old_key(32, 's'), new_key(32, 'n');
  const Webhooks both(*database_, *log_, clock_, {new_key, old_key}, allowances_);
  EXPECT_EQ(both.SecretsOf(made.webhook).value(), Ids{made.secret});
  const Webhooks neither(*database_, *log_, clock_, {new_key}, allowances_);
  EXPECT_EQ(neither.SecretsOf(made.webhook).error().reason, "SECRET_UNREADABLE");
}

TEST_P(WebhooksTest, ForADayAfterRotatingCallsAreSignedWithBoth) {
  const auto made = Make();
  const std::string id = made.webhook.id;
  const WebhookChange change = By(id, 1);
  const auto rotated = webhooks_->RotateSecret(change);
  ASSERT_TRUE(rotated.ok());
  EXPECT_NE(rotated->secret, made.secret);
  EXPECT_EQ(webhooks_->RotateSecret(change)->secret, "");
  EXPECT_EQ(webhooks_->RotateSecret(By(id, 1)).error().reason, "STALE_VERSION");
  EXPECT_EQ(*webhooks_->SecretsOf(*webhooks_->Get(id)), (Ids{rotated->secret, made.secret}));
  clock_.Advance(kOldSecretKept);
  EXPECT_EQ(*webhooks_->SecretsOf(*webhooks_->Get(id)), Ids{rotated->secret});
  EXPECT_EQ(Reasons(id), "CREATED SECRET_ROTATED ");
}

TEST_P(WebhooksTest, WhatMakesNoSenseIsRefused) {
  const auto problem = [&](const Webhook& webhook) {
    const auto made = webhooks_->Create(By(), webhook);
    return made.ok() ? "OK" : made.error().violations.at(0).field;
  };
  Webhook unnamed = To();
  unnamed.display_name = "";
  EXPECT_EQ(problem(unnamed), "display_name");
  for (const char* url :
       {"", "http://example.com/", "https://127.0.0.1/", "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://2130706433/",
        "https://a:b@example.com/", "file:///etc/passwd"}) {
    EXPECT_EQ(problem(To(url)), "url") << url;
  }
  const std::string id = Make().webhook.id;
  EXPECT_EQ(webhooks_->Update(By(id), To("https://127.0.0.1/")).error().reason, "INVALID_FIELDS");
  EXPECT_EQ(webhooks_->Update(By("none"), To()).error().reason, "WEBHOOK_NOT_FOUND");
  EXPECT_EQ(webhooks_->Update(By(id, 7), To()).error().reason, "STALE_VERSION");
}

TEST_P(WebhooksTest, ThereAreNotTooManyHoweverManyAreMadeAtOnce) {
  for (int i = 0; i < kWebhooksMax - 1; ++i) Make();
  std::atomic<int> made{0}, keys{0};
  bus::AtOnce(4, [&](int) {
    const WebhookChange change{bus::KeyFor("at-once-" + std::to_string(++keys)), "", 0, "a"};
    made += webhooks_->Create(change, To()).ok() ? 1 : 0;
  });
  EXPECT_EQ(made, 1);
  EXPECT_EQ(webhooks_->List()->size(), static_cast<size_t>(kWebhooksMax));
  EXPECT_EQ(webhooks_->Create(By(), To()).error().reason, "TOO_MANY_WEBHOOKS");
  ASSERT_TRUE(webhooks_->Delete(By(webhooks_->List()->front().id)).ok());
  EXPECT_TRUE(webhooks_->Create(By(), To()).ok());
}

TEST_P(WebhooksTest, ATryIsWrittenDownBeforeAndAfterAndTheAnswerIsKept) {
  Ask(Make().webhook.id, "c1");
  const auto begun = BeginCall("c1");
  ASSERT_TRUE(begun.has_value());
  EXPECT_EQ(begun->delivery.payload, "{}");
  EXPECT_EQ(Attempts("c1").size(), 1u);
  EXPECT_EQ(Attempts("c1")[0].took, Duration(0)) << "under way";
  EXPECT_FALSE(BeginCall("c1").has_value()) << "another worker was first";
  FinishCall(begun->delivery, kBroken);
  FinishCall(begun->delivery, kOk);  // a late answer to the same try
  EXPECT_EQ(Call("c1").state, State::kQueued);
  EXPECT_EQ(DueCalls(), Ids{});
  clock_.Advance(std::chrono::seconds(5));
  EXPECT_EQ(DueCalls(), Ids{"c1"});
  Hear("c1", kOk);
  EXPECT_EQ(Call("c1").state, State::kSucceeded);
  const auto attempts = Attempts("c1");
  ASSERT_EQ(attempts.size(), 2u);
  EXPECT_EQ(attempts[0].status, 500);
  EXPECT_EQ(attempts[0].reason, "HTTP_500");
  EXPECT_EQ(attempts[0].answer, "broken");
  EXPECT_GT(attempts[0].took, Duration(0));
  EXPECT_EQ(attempts[1].status, 200);
  EXPECT_EQ(attempts[1].number, 2);
}

TEST_P(WebhooksTest, OfOneWebhookFourAreUnderWayAndOthersGoOn) {
  const std::string slow = Make().webhook.id, quick = Make().webhook.id;
  for (int i = 0; i < 20; ++i) Ask(slow, "slow" + std::to_string(i));
  Ask(quick, "quick");
  const Ids due = DueCalls();
  EXPECT_EQ(due.size(), 5u) << "of each what it may have";
  EXPECT_EQ(std::count(due.begin(), due.end(), "quick"), 1);
  std::atomic<int> begun{0};
  bus::AtOnce(8, [&](int i) { begun += BeginCall("slow" + std::to_string(i)) ? 1 : 0; });
  EXPECT_EQ(begun, kUnderWayOfWebhookMax);
  EXPECT_EQ(DueCalls(), Ids{"quick"});
}

TEST_P(WebhooksTest, OneThatIsGoneIsDisabledAndWhatWaitedForItFails) {
  const std::string id = Make().webhook.id;
  Ask(id, "c1");
  Ask(id, "c2");
  Hear("c1", ResponseOf(410, "", 0));
  EXPECT_EQ(Call("c1").state, State::kFailed);
  EXPECT_EQ(Call("c1").reason, "GONE");
  const Webhook disabled = *webhooks_->Get(id);
  EXPECT_FALSE(disabled.enabled());
  EXPECT_EQ(disabled.disabled_reason, "GONE");
  EXPECT_EQ(LastFact<v1::WebhookChanged>("webhooks/" + id).reason(), "GONE");
  EXPECT_EQ(DueCalls(), Ids{});
  EXPECT_FALSE(BeginCall("c2").has_value());
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  EXPECT_EQ(Call("c2").reason, "WEBHOOK_DISABLED");
  EXPECT_EQ(webhook_deliveries_->Redeliver("c2", bus::KeyFor("r")).error().reason,
            "WEBHOOK_DISABLED");
  ASSERT_TRUE(webhooks_->Update(By(id), To()).ok());
  ASSERT_TRUE(webhook_deliveries_->Redeliver("c2", bus::KeyFor("r2")).ok());
  ASSERT_TRUE(webhook_deliveries_->Redeliver("c2", bus::KeyFor("r2")).ok());
  EXPECT_EQ(webhook_deliveries_->Redeliver("c2", bus::KeyFor("r3")).error().reason, "WRONG_STATE");
  EXPECT_EQ(webhook_deliveries_->Redeliver("none", bus::KeyFor("r4")).error().reason,
            "WEBHOOK_DELIVERY_NOT_FOUND");
  Hear("c2", kOk);
  EXPECT_EQ(Call("c2").state, State::kSucceeded);
}

TEST_P(WebhooksTest, OneThatOnlyFailsForFiveDaysIsDisabledAndOneThatSometimesWorksIsNot) {
  const std::string dead = Make().webhook.id, shaky = Make().webhook.id;
  const int version = webhooks_->Get(dead)->version;
  for (int i = 0; i < 12; ++i) {
    const std::string n = std::to_string(i);
    Ask(dead, "dead" + n);
    Ask(shaky, "shaky" + n);
    Hear("dead" + n, kBroken);
    Hear("shaky" + n, i == 6 ? kOk : kBroken);
    clock_.Advance(std::chrono::hours(11));
    EXPECT_EQ(webhooks_->Get(dead)->enabled(), i < 11) << i;
  }
  EXPECT_EQ(webhooks_->Get(dead)->disabled_reason, "FAILING");
  EXPECT_EQ(webhooks_->Get(dead)->version, version + 1) << "failures are no changes of it";
  EXPECT_EQ(Reasons(dead), "CREATED FAILING ");
  EXPECT_TRUE(webhooks_->Get(shaky)->enabled());
}

TEST_P(WebhooksTest, ATryWhoseWorkerIsGoneIsTakenUpAndItsLateAnswerPassedOver) {
  Ask(Make().webhook.id, "c1");
  const auto lost = BeginCall("c1");
  clock_.Advance(WebhookTiming().abandoned_after);
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  EXPECT_EQ(Call("c1").state, State::kAttempting);
  clock_.Advance(Duration(1));
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  EXPECT_EQ(Attempts("c1")[0].reason, "WORKER_GONE");
  EXPECT_EQ(DueCalls(), Ids{"c1"});
  const auto again = BeginCall("c1");
  FinishCall(lost->delivery, ResponseOf(410, "", 0));
  EXPECT_EQ(Call("c1").state, State::kAttempting) << "the second try will say";
  FinishCall(again->delivery, kOk);
  EXPECT_EQ(Call("c1").state, State::kSucceeded);
}

TEST_P(WebhooksTest, ADeletedOneIsNotCalledAndItsCallsCanBeLookedAt) {
  const auto made = Make(To("https://hooks.example.com/token"));
  Ask(made.webhook.id, "c1");
  Ask(made.webhook.id, "c2");
  const auto under_way = BeginCall("c1");
  ASSERT_TRUE(webhooks_->Delete(By(made.webhook.id)).ok());
  EXPECT_TRUE(Holding("hooks.example.com").empty());
  FinishCall(under_way->delivery, kBroken);
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  for (const char* id : {"c1", "c2"}) EXPECT_EQ(Call(id).reason, "UNKNOWN_WEBHOOK");
  EXPECT_EQ(Attempts("c1")[0].reason, "HTTP_500");
  EXPECT_EQ(webhook_deliveries_->Redeliver("c1", bus::KeyFor("r")).error().reason,
            "WEBHOOK_NOT_FOUND");
  EXPECT_TRUE(webhooks_->List()->empty());
  EXPECT_EQ(webhooks_->Get(made.webhook.id).error().reason, "WEBHOOK_NOT_FOUND");
  EXPECT_EQ(Facts("webhooks/" + made.webhook.id).back().type,
            "muara.notification.v1.WebhookDeleted");
}

TEST_P(WebhooksTest, WhatEndedIsForgottenAfterThirtyDays) {
  const std::string id = Make().webhook.id;
  Ask(id, "done");
  Ask(id, "waits");
  Hear("done", kOk);
  clock_.Advance(kWebhookDeliveriesKept);
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  EXPECT_TRUE(webhook_deliveries_->Get("done").ok());
  clock_.Advance(Duration(1));
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  EXPECT_EQ(webhook_deliveries_->Get("done").error().reason, "WEBHOOK_DELIVERY_NOT_FOUND");
  EXPECT_EQ(DueCalls(), Ids{"waits"});
  ASSERT_TRUE(webhooks_->Delete(By(id)).ok());
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  clock_.Advance(kWebhookDeliveriesKept + Duration(1));
  ASSERT_TRUE(webhook_deliveries_->TidyUp().ok());
  const auto left = database_->Read([](sql::Tx& tx) {
    return tx.Query(
        "SELECT (SELECT COUNT(*) FROM webhook) + (SELECT COUNT(*) FROM webhook_delivery) + "
        "(SELECT COUNT(*) FROM webhook_attempt)");
  });
  EXPECT_EQ(left->rows[0].Int(0), 0);
}

TEST_P(WebhooksTest, ListsAreNewestFirstFilteredAndGoOn) {
  const std::string one = Make().webhook.id, two = Make().webhook.id;
  for (const char* id : {"a", "b", "c"}) {
    Ask(one, id);
    if (*id == 'b') clock_.Advance(Duration(1));
  }
  Ask(two, "d");
  Hear("d", kOk);
  const auto ids = [&](const std::string& webhook, int state, int limit,
                       const WebhookDeliveryPlace* before) {
    std::string text;
    for (const auto& each : *webhook_deliveries_->List(webhook, state, limit, before)) {
      EXPECT_EQ(each.payload, "");
      text += each.id;
    }
    return text;
  };
  EXPECT_EQ(ids("", 0, 10, nullptr), "dcba");
  EXPECT_EQ(ids(one, 0, 2, nullptr), "cb");
  const WebhookDeliveryPlace place{Call("b").create_time, "b"};
  EXPECT_EQ(ids(one, 0, 2, &place), "a");
  EXPECT_EQ(ids("", static_cast<int>(State::kSucceeded), 10, nullptr), "d");
  EXPECT_EQ(ids(two, static_cast<int>(State::kQueued), 10, nullptr), "");
}

MUARA_ON_BOTH_ENGINES(WebhooksTest);

}  // namespace
}  // namespace muara::notification

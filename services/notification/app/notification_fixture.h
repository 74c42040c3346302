// The app of the notification service over a store of its own, fed with facts, for tests.
#pragma once

#include "libs/bus/store_fixture.h"
#include "services/notification/app/courier.h"
#include "services/notification/app/deliveries.h"
#include "services/notification/app/webhook_deliveries.h"
#include "services/notification/app/webhooks.h"
#include "services/notification/events/react.h"
#include "services/notification/store/deliveries.h"

namespace muara::notification {

class NotificationTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    Open("notification", store::Migrate);
    deliveries_ = std::make_unique<Deliveries>(*database_, *log_, clock_);
    webhook_deliveries_ =
        std::make_unique<WebhookDeliveries>(*database_, *log_, clock_, WebhookTiming());
    webhooks_ = std::make_unique<Webhooks>(
        *database_, *log_, clock_, std::vector<std::string>{std::string(32, 's')}, allowances_);
  }

  static Webhook To(const std::string& url = "https://hooks.example.com/in") {
    Webhook webhook;
    webhook.display_name = "CRM";
    webhook.url = url;
    return webhook;
  }
  WebhookChange By(const std::string& id = "", int expected_version = 0) {
    return {bus::KeyFor("change-" + std::to_string(++keys_)), id, expected_version, "accounts/1"};
  }
  WebhookWithSecret Make(const Webhook& webhook = To()) {
    const auto made = webhooks_->Create(By(), webhook);
    EXPECT_TRUE(made.ok()) << made.error().message;
    return made.ok() ? *made : WebhookWithSecret();
  }
  // Queues a call; its id is its name.
  void Ask(const std::string& webhook_id, const std::string& id,
           const std::string& ticket_id = "t1") {
    const Status queued = database_->Transact([&](sql::Tx& tx) {
      WebhookDelivery delivery;
      delivery.id = id;
      delivery.webhook_id = webhook_id;
      delivery.type = "ticket.rule";
      delivery.ticket_id = ticket_id;
      delivery.payload = "{}";
      return webhook_deliveries_->QueueIn(tx, delivery);
    });
    ASSERT_TRUE(queued.ok()) << queued.error().message;
  }
  WebhookDelivery Call(const std::string& id) { return webhook_deliveries_->Get(id)->delivery; }
  std::vector<WebhookAttempt> Attempts(const std::string& id) {
    return webhook_deliveries_->Get(id)->attempts;
  }

  // Queues one; its id is its name.
  void Queue(const std::string& id, const std::string& conversation = "c") {
    const Status queued = database_->Transact([&](sql::Tx& tx) {
      Delivery delivery;
      delivery.id = id;
      delivery.ticket_id = "t-" + conversation;
      delivery.conversation = conversation;
      return deliveries_->QueueIn(tx, delivery);
    });
    ASSERT_TRUE(queued.ok()) << queued.error().message;
  }
  std::vector<std::string> Due() { return *deliveries_->ListDue(Channel::kEmail, 100); }
  // Nothing, where it may not be begun now.
  std::optional<Delivery> Begin(const std::string& id) {
    const auto begun = deliveries_->Begin(id);
    EXPECT_TRUE(begun.ok()) << begun.error().message;
    return begun.ok() ? *begun : std::nullopt;
  }
  void Finish(const Delivery& begun, const std::function<void(Delivery&, Time)>& outcome) {
    ASSERT_TRUE(deliveries_->Finish(begun, outcome).ok());
  }
  static void Accept(Delivery& delivery, Time now) { delivery.Accepted("<id>", now); }
  static void Fail(Delivery& delivery, Time now) { delivery.Failed("MAILBOX_GONE", now); }
  Delivery Get(const std::string& id) { return *deliveries_->Get(id); }

  std::unique_ptr<Deliveries> deliveries_;
  web::Allowances allowances_;
  std::unique_ptr<WebhookDeliveries> webhook_deliveries_;
  std::unique_ptr<Webhooks> webhooks_;
  int keys_ = 0;
};

}  // namespace muara::notification

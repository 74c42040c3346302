// The app of the notification service over a store of its own, fed with facts, for tests.
#pragma once

#include "libs/bus/store_fixture.h"
#include "services/notification/app/courier.h"
#include "services/notification/app/deliveries.h"
#include "services/notification/events/react.h"
#include "services/notification/store/deliveries.h"

namespace muara::notification {

class NotificationTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    Open("notification");
    CHECK(store::Migrate(*database_).ok());
    deliveries_ = std::make_unique<Deliveries>(*database_, *log_, clock_);
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
};

}  // namespace muara::notification

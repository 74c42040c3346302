// Couriers at work: several at once, over flaky connectors, keep every conversation's order.
#include "services/notification/app/courier.h"

#include <future>
#include <random>

#include "services/notification/app/notification_fixture.h"

namespace muara::notification {
namespace {

using Outcome = Sent::Outcome;

// Stands where the connectors would: writes down what it is asked, and answers as told.
class Outside {
 public:
  Sent Take(const Delivery& delivery, Outcome outcome) {
    const std::lock_guard lock(mutex_);
    if (!in_flight_.insert(delivery.conversation).second) ++overlaps_;
    if (outcome == Outcome::kAccepted) sent_[delivery.conversation].push_back(delivery.id);
    return {outcome, "<" + delivery.id + ">", outcome == Outcome::kAccepted ? "" : "SAID_SO"};
  }
  void Leave(const Delivery& delivery) {
    const std::lock_guard lock(mutex_);
    in_flight_.erase(delivery.conversation);
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    size_t all = 0;
    for (const auto& [conversation, ids] : sent_) all += ids.size();
    return all;
  }
  int overlaps() const { return overlaps_; }
  std::map<std::string, std::vector<std::string>> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> in_flight_;
  std::atomic<int> overlaps_{0};
  std::map<std::string, std::vector<std::string>> sent_;
};

class CourierTest : public NotificationTest {
 protected:
  bool EventuallyIn(const std::string& id, DeliveryState state) {
    return testing::Eventually([&] { return Get(id).state == state; });
  }
  metrics::Registry metrics_;
  Outside outside_;
};

TEST_P(CourierTest, EveryOutcomeEndsWhereItShould) {
  const std::map<std::string, Outcome> script = {{"accepted", Outcome::kAccepted},
                                                 {"final", Outcome::kFinal},
                                                 {"unknown", Outcome::kUnknown},
                                                 {"again", Outcome::kTryAgain},
                                                 {"endpoint", Outcome::kEndpoint}};
  for (const auto& [id, outcome] : script) Queue(id, id);
  Courier courier(
      *deliveries_, {Channel::kEmail},
      [&](const Delivery& delivery) { return outside_.Take(delivery, script.at(delivery.id)); },
      metrics_);
  ASSERT_TRUE(courier.Start().ok());
  EXPECT_TRUE(EventuallyIn("accepted", DeliveryState::kAccepted));
  EXPECT_TRUE(EventuallyIn("final", DeliveryState::kFailed));
  EXPECT_TRUE(EventuallyIn("unknown", DeliveryState::kUnknown));
  for (const char* id : {"again", "endpoint"}) {
    EXPECT_TRUE(testing::Eventually([&] { return Get(id).reason == "SAID_SO"; }));
    EXPECT_EQ(Get(id).state, DeliveryState::kQueued);
  }
  courier.Stop();
  EXPECT_GE(Get("endpoint").next_attempt_time, clock_.Now() + std::chrono::minutes(1));
  EXPECT_LE(Get("again").next_attempt_time, clock_.Now() + kWaitFirst);
  EXPECT_EQ(Get("unknown").reason, "SAID_SO");
  EXPECT_EQ(FactTypes("unknown"), "DeliveryUpdated");
  EXPECT_EQ(FactTypes("again"), "");
}

TEST_P(CourierTest, SeveralCouriersSendEachOnceAndInOrder) {
  constexpr int kConversations = 8, kEach = 6;
  for (int i = 0; i < kEach; ++i) {
    for (int c = 0; c < kConversations; ++c) {
      const std::string conversation = std::to_string(c);
      Queue(conversation + "-" + std::to_string(i), conversation);
    }
  }
  std::atomic<uint32_t> asked{0};
  const auto send = [&](const Delivery& delivery) {
    // Every third try is refused for now.
    const Outcome outcome = ++asked % 3 == 0 ? Outcome::kTryAgain : Outcome::kAccepted;
    Sent sent = outside_.Take(delivery, outcome);
    outside_.Leave(delivery);
    return sent;
  };
  Deliveries second(*database_, *log_, clock_);
  Courier one(*deliveries_, {Channel::kEmail}, send, metrics_);
  Courier two(second, {Channel::kEmail}, send, metrics_);
  ASSERT_TRUE(one.Start().ok());
  ASSERT_TRUE(two.Start().ok());
  EXPECT_TRUE(testing::Eventually(
      [&] {
        clock_.Advance(std::chrono::seconds(1));  // what waits becomes due
        deliveries_->wake().Notify();
        return outside_.count() >= kConversations * kEach;
      },
      std::chrono::seconds(60)));
  one.Stop();
  two.Stop();
  EXPECT_EQ(outside_.overlaps(), 0);
  for (const auto& [conversation, ids] : outside_.sent()) {
    ASSERT_EQ(ids.size(), static_cast<size_t>(kEach)) << conversation;
    for (int i = 0; i < kEach; ++i) EXPECT_EQ(ids[i], conversation + "-" + std::to_string(i));
  }
  EXPECT_EQ(Facts().size(), static_cast<size_t>(kConversations * kEach));
}

TEST_P(CourierTest, AChannelThatHangsHoldsUpNoOther) {
  for (int i = 0; i < 100; ++i) Queue("mail" + std::to_string(i), "m" + std::to_string(i));
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) {
                    Delivery chat;
                    chat.id = "chat";
                    chat.conversation = "session-1";
                    chat.channel = Channel::kChat;
                    return deliveries_->QueueIn(tx, chat);
                  })
                  .ok());
  std::promise<void> answered;
  const auto hangs = answered.get_future().share();
  Courier courier(
      *deliveries_, {Channel::kEmail, Channel::kChat},
      [&](const Delivery& delivery) {
        if (delivery.channel == Channel::kEmail) hangs.wait();
        return outside_.Take(delivery, Outcome::kAccepted);
      },
      metrics_);
  ASSERT_TRUE(courier.Start().ok());
  EXPECT_TRUE(EventuallyIn("chat", DeliveryState::kAccepted));
  answered.set_value();
}

MUARA_ON_BOTH_ENGINES(CourierTest);

}  // namespace
}  // namespace muara::notification

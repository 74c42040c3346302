#include "services/gateway/app/live_events.h"

#include <gtest/gtest.h>

#include "libs/testing/eventually.h"
#include "libs/testing/servers.h"
#include "muara/ticket/v1/facts.pb.h"
#include "muara/ticket/v1/viewers.pb.h"

namespace muara::gateway {
namespace {

constexpr const char* kSecret = "the seal of the tests";

// What was sent to one who watches.
struct Sent {
  std::mutex mutex;
  std::string text;
  size_t pending_bytes = 0;

  bool Has(const std::string& part) {
    const std::lock_guard lock(mutex);
    return text.find(part) != std::string::npos;
  }
};

class LiveWhispersTest : public ::testing::Test {
 protected:
  LiveWhispersTest() { events_.Start(); }
  std::shared_ptr<Sent> Watch(std::set<std::string> types, size_t pending_bytes = 0) {
    auto sent = std::make_shared<Sent>();
    sent->pending_bytes = pending_bytes;
    Watcher watcher;
    watcher.types = std::move(types);
    watcher.send = [sent](const std::string& text) {
      const std::lock_guard lock(sent->mutex);
      sent->text += text;
      return true;
    };
    watcher.is_gone = [] { return false; };
    watcher.pending_bytes = [sent] { return sent->pending_bytes; };
    watcher.close = [] {};
    EXPECT_TRUE(events_.Watch(std::move(watcher), std::nullopt).ok());
    return sent;
  }
  template <class Message>
  void Whisper(const Message& message, const std::string& subject) {
    bus::Envelope envelope;
    envelope.id = "whisper of " + subject;
    envelope.type = Message::descriptor()->full_name();
    envelope.subject = subject;
    envelope.data = message.SerializeAsString();
    auto redis = bus::Redis::Connect(address_, 2000);
    ASSERT_TRUE(redis.ok());
    ASSERT_TRUE(
        (*redis)->RunAll(bus::WhisperCommands("ticket", envelope, bus::Seal(kSecret))).ok());
  }
  void View(const std::string& ticket) {
    ticket::v1::TicketViewed viewed;
    viewed.set_ticket_id(ticket);
    viewed.mutable_viewer()->set_agent_id("ani");
    viewed.mutable_viewer()->set_state(ticket::v1::VIEWER_STATE_TYPING);
    Whisper(viewed, ticket);
  }
  // Tells until it is heard: what is told before anybody listens is lost.
  void ViewUntil(const std::string& ticket, Sent& sent) {
    ASSERT_TRUE(testing::Eventually([&] {
      View(ticket);
      return sent.Has(ticket);
    }));
  }

  testing::RedisServer server_;
  const bus::RedisAddress address_{"127.0.0.1", server_.port()};
  LiveEvents events_{{}, {.redis = address_, .bus_secret = kSecret}};
};

TEST_F(LiveWhispersTest, WhoWatchesIsToldAndNoCursorMoves) {
  const auto all = Watch({}), named = Watch({"TicketViewed"}), others = Watch({"TicketOpened"});
  ViewUntil("t1", *all);
  ViewUntil("t2", *named);
  EXPECT_FALSE(others->Has("t1"));
  const std::lock_guard lock(named->mutex);
  const size_t event = named->text.find("event: muara.ticket.v1.TicketViewed\ndata: {");
  ASSERT_NE(event, std::string::npos);
  const std::string told = named->text.substr(event);
  EXPECT_NE(told.find(R"("agentId":"ani","state":"VIEWER_STATE_TYPING")"), std::string::npos);
  EXPECT_EQ(told.substr(0, told.find("\n\n")).find("\nid:"), std::string::npos);
}

TEST_F(LiveWhispersTest, WhoDoesNotKeepUpIsNotWaitedFor) {
  const auto slow = Watch({}, LiveEventsOptions().pending_bytes_max + 1);
  const auto quick = Watch({});
  ViewUntil("t1", *quick);
  EXPECT_FALSE(slow->Has("t1"));
}

TEST_F(LiveWhispersTest, AFactIsNotTakenFromAWhisper) {
  const auto watching = Watch({});
  ViewUntil("t1", *watching);
  ticket::v1::TicketOpened forged;
  forged.mutable_ticket()->set_id("forged");
  Whisper(forged, "forged");
  ViewUntil("t2", *watching);
  EXPECT_FALSE(watching->Has("forged"));
}

TEST_F(LiveWhispersTest, GoesOnWhenRedisIsBack) {
  const auto watching = Watch({});
  ViewUntil("t1", *watching);
  server_.Kill();
  server_.Start();
  ViewUntil("t2", *watching);
}

}  // namespace
}  // namespace muara::gateway

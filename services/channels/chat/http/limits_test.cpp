#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "libs/testing/eventually.h"
#include "services/channels/chat/chat_fixture.h"

namespace muara::chat {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using ::testing::Not;

class LimitsTest : public ::testing::Test {
 protected:
  Replica& Start(ReplicaOptions options) {
    core_.Start();
    replica_ = std::make_unique<Replica>(*database_, core_.address(), options);
    return *replica_;
  }

  testing::HttpAnswer Get(const std::string& path) {
    return testing::HttpClient(replica_->port()).Call("GET", path);
  }

  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_ = NewStore(sql::Engine::kSqlite, folder_);
  RecordingCore core_;
  std::unique_ptr<Replica> replica_;
};

TEST(AddressKey, CountsAnIpv6NetworkAsOneCustomer) {
  EXPECT_EQ(AddressKey("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(AddressKey("2001:db8:0:1::1"), AddressKey("2001:db8:0:1:ffff::2"));
  EXPECT_NE(AddressKey("2001:db8:0:1::1"), AddressKey("2001:db8:0:2::1"));
  EXPECT_NE(AddressKey("::ffff:192.0.2.1"), AddressKey("::ffff:192.0.2.2"));
}

TEST_F(LimitsTest, SlowDownASessionAndLetItGoOnLater) {
  Replica& replica = Start({.limits = {.messages_per_session = 2}});
  Browser browser(replica.port());
  browser.Begin();
  for (const char* cid : {"c1", "c2", "c3"}) browser.Say(cid, "x");
  EXPECT_EQ(browser.ReadBrief(), "ack c1 1");
  EXPECT_EQ(browser.ReadBrief(), "ack c2 2");
  const auto nack = browser.Read();
  EXPECT_EQ(nack.at("reason"), "TOO_MANY_MESSAGES");
  EXPECT_EQ(nack.at("retry_after_ms"), 30'000);
  replica.clock().Advance(std::chrono::milliseconds(30'000));
  browser.Say("c3", "x");
  EXPECT_EQ(browser.ReadBrief(), "ack c3 3");
}

TEST_F(LimitsTest, HoldForAnAddressOverAllItsSessions) {
  Replica& replica = Start({.limits = {.messages_per_address = 1, .sessions_per_address = 2}});
  Browser one(replica.port());
  one.Begin();
  one.Say("c1", "x");
  EXPECT_EQ(one.ReadBrief(), "ack c1 1");
  Browser two(replica.port());
  two.Begin();
  two.Say("c1", "x");
  EXPECT_EQ(two.ReadBrief(), "nack c1 TOO_MANY_MESSAGES");
  Browser three(replica.port());
  three.Send(R"({"type":"hello"})");
  EXPECT_EQ(three.ReadBrief(), "error TOO_MANY_SESSIONS");
}

TEST_F(LimitsTest, CountConnectionsOfAnAddressAndGiveThemBack) {
  Replica& replica = Start({.limits = {.connections_per_address = 2}});
  auto one = std::make_unique<Browser>(replica.port());
  Browser two(replica.port());
  EXPECT_EQ(two.status(), 101);
  EXPECT_EQ(Browser(replica.port()).status(), 429);
  one.reset();
  EXPECT_TRUE(Eventually([&] { return Browser(replica.port()).status() == 101; }));
}

TEST_F(LimitsTest, EndATabTooMany) {
  Replica& replica = Start({.sockets_per_session_max = 1});
  Browser one(replica.port());
  const Identity sari = one.Begin();
  Browser two(replica.port());
  two.Resume(sari, 0);
  EXPECT_EQ(two.ReadBrief(), "error TOO_MANY_TABS");
  EXPECT_EQ(two.ReadBrief(), "closed 1008");
}

TEST_F(LimitsTest, EndASocketThatFloods) {
  Replica& replica = Start({});
  Browser browser(replica.port());
  browser.Begin();
  for (int i = 0; i < 600; ++i) browser.Send(R"({"type":"typing"})");
  EXPECT_EQ(browser.ReadBrief(), "error TOO_MANY_FRAMES");
  EXPECT_EQ(browser.ReadBrief(), "closed 1008");
}

TEST_F(LimitsTest, EndASocketThatSaysNoHello) {
  Replica& replica = Start({});
  Browser silent(replica.port());
  Browser polite(replica.port());
  polite.Begin();
  silent.Send(R"({"type":"ping"})");
  ASSERT_EQ(silent.ReadBrief(), "pong");
  replica.clock().Advance(std::chrono::seconds(11));
  ASSERT_TRUE(replica.door().EndSilentOnes().ok());
  EXPECT_EQ(silent.ReadBrief(), "error HELLO_TIMEOUT");
  EXPECT_EQ(silent.ReadBrief(), "closed 1008");
  polite.Send(R"({"type":"ping"})");
  EXPECT_EQ(polite.ReadBrief(), "pong");
}

TEST_F(LimitsTest, LeaveRoomWhileTheCoreHangs) {
  Replica& replica = Start({.submits_max = 1});
  core_.Hold();
  Browser one(replica.port());
  one.Begin();
  one.Say("c1", "x");
  ASSERT_TRUE(Eventually([&] { return core_.inside() == 1; }));
  Browser two(replica.port());
  two.Begin();
  two.Say("c1", "x");
  EXPECT_EQ(two.ReadBrief(), "nack c1 TRY_AGAIN");
  core_.Release();
  EXPECT_EQ(one.ReadBrief(), "ack c1 1");
}

TEST_F(LimitsTest, LetOnlyKnownPagesConnect) {
  Replica& replica = Start({.origins = {"https://shop.example"}});
  EXPECT_EQ(Browser(replica.port(), "Origin: http://test\r\n").status(), 101);
  EXPECT_EQ(Browser(replica.port(), "Origin: https://shop.example\r\n").status(), 101);
  for (const char* origin : {"https://evil.example", "https://shop.example.evil.example", "null"}) {
    EXPECT_EQ(Browser(replica.port(), std::string("Origin: ") + origin + "\r\n").status(), 403);
  }
}

TEST_F(LimitsTest, KeepThePageToItself) {
  Start({.origins = {"https://shop.example"}});
  const auto page = Get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.headers.at("content-security-policy"),
              HasSubstr("frame-ancestors 'self' https://shop.example"));
  EXPECT_THAT(page.headers.at("content-security-policy"), Not(HasSubstr("unsafe")));
  EXPECT_THAT(page.body, Not(::testing::ContainsRegex("<script>|style=| on[a-z]+=")));
  EXPECT_THAT(page.body, HasSubstr("<html lang=\"en\">"));
  EXPECT_EQ(Get("/static/chat.js").headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(Get("/static/chat.css").status, 200);
  EXPECT_EQ(Get("/static/other").status, 404);
  EXPECT_EQ(Get("/v1/chat").status, 426);
}

}  // namespace
}  // namespace muara::chat

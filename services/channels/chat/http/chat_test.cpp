// Browsers on one side, a recording core on the other, over both engines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "libs/base/crypto.h"
#include "libs/testing/eventually.h"
#include "services/channels/chat/chat_fixture.h"

namespace muara::chat {
namespace {

using ::testing::ElementsAre;
using testing::Eventually;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ChatTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  void SetUp() override {
    core_.Start();
    StartReplica({});
  }

  void StartReplica(ReplicaOptions options) {
    replica_.reset();
    replica_ = std::make_unique<Replica>(*database_, core_.address(), options);
  }

  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_ = NewStore(GetParam(), folder_);
  RecordingCore core_;
  std::unique_ptr<Replica> replica_;
};

TEST_P(ChatTest, TellsTheAddressThatAVisitorGaveAsAClaim) {
  Browser browser(replica_->port());
  browser.Send(R"({"type":"hello","name":"Sari","email":"sari@example.org"})");
  EXPECT_EQ(browser.Read().at("type"), "welcome");
  browser.Say("c1", "Halo");
  EXPECT_EQ(browser.Read().at("type"), "ack");
  const auto submission = core_.submissions().at(0);
  ASSERT_EQ(submission.claimed_points_size(), 1);
  EXPECT_EQ(submission.claimed_points(0).value(), "sari@example.org");
  EXPECT_EQ(submission.claimed_points(0).assurance(), connector::v1::ASSURANCE_CLAIMED);
  EXPECT_EQ(submission.sender().kind(), connector::v1::CONTACT_POINT_KIND_CHAT);
}

TEST_P(ChatTest, HandsAMessageToTheCoreAndAcknowledgesIt) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  browser.Say("c1", "Halo");
  const auto ack = browser.Read();
  EXPECT_EQ(ack.at("type"), "ack");
  EXPECT_EQ(ack.at("cid"), "c1");
  EXPECT_EQ(ack.at("id"), "interaction-1");
  EXPECT_EQ(ack.at("seq"), 1);

  ASSERT_THAT(core_.submissions(), SizeIs(1));
  const auto submission = core_.submissions()[0];
  EXPECT_EQ(submission.channel(), connector::v1::CHANNEL_CHAT);
  EXPECT_EQ(submission.endpoint(), "chat");
  EXPECT_EQ(submission.conversation(), sari.session);
  EXPECT_EQ(submission.idempotency_key(), sari.session + "/c1");
  EXPECT_EQ(submission.payload_digest(), ToHex(Sha256("Halo")));
  EXPECT_EQ(submission.sender().kind(), connector::v1::CONTACT_POINT_KIND_CHAT);
  EXPECT_EQ(submission.sender().value(), sari.session);
  EXPECT_EQ(submission.sender().display_name(), "Sari");
  EXPECT_EQ(submission.sender().assurance(), connector::v1::ASSURANCE_CHANNEL_VERIFIED);
  ASSERT_EQ(submission.hints_size(), 1);
  EXPECT_EQ(submission.hints(0).kind(), connector::v1::HINT_KIND_PROVIDER_THREAD);
  EXPECT_EQ(submission.hints(0).value(), sari.session);
  EXPECT_EQ(submission.origin(), connector::v1::ORIGIN_HUMAN);
  EXPECT_EQ(submission.content().text(), "Halo");
}

TEST_P(ChatTest, AcknowledgesNothingBeforeTheCoreHasIt) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  core_.Hold();
  browser.Say("c1", "Halo");
  ASSERT_TRUE(Eventually([&] { return core_.inside() == 1; }));
  // Another tab sees that there is nothing yet, and hears of it afterwards.
  Browser tab(replica_->port());
  tab.Resume(sari, 0);
  EXPECT_EQ(tab.Read().at("seq"), 0);
  core_.Release();
  EXPECT_EQ(browser.ReadBrief(), "ack c1 1");
  EXPECT_EQ(tab.ReadBrief(), "message you c1 1 Halo");
}

TEST_P(ChatTest, TakesAMessageThatIsSentAgainOnce) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  browser.Say("c1", "Halo");
  browser.Say("c1", "Halo");
  EXPECT_THAT(browser.ReadBriefs(2), ElementsAre("ack c1 1", "ack c1 1"));
  Browser later(replica_->port());
  later.Resume(sari, 0);
  later.Say("c1", "Halo");
  later.Say("c2", "Lagi");
  EXPECT_THAT(later.ReadBriefs(4),
              ElementsAre("welcome 1", "message you c1 1 Halo", "ack c1 1", "ack c2 2"));
  EXPECT_THAT(core_.submissions(), SizeIs(2));
}

TEST_P(ChatTest, RefusesAnotherTextUnderTheSameCid) {
  Browser browser(replica_->port());
  browser.Begin();
  browser.Say("c1", "Halo");
  browser.Say("c1", "Lain");
  EXPECT_THAT(browser.ReadBriefs(2), ElementsAre("ack c1 1", "error c1 CID_REUSED"));
}

TEST_P(ChatTest, StoresNothingWhileTheCoreIsAway) {
  core_.Stop();
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  browser.Say("c1", "Halo");
  const auto nack = browser.Read();
  EXPECT_EQ(nack.at("type"), "nack");
  EXPECT_EQ(nack.at("cid"), "c1");
  EXPECT_EQ(nack.at("reason"), "TRY_AGAIN");
  EXPECT_GT(nack.at("retry_after_ms").as_int64(), 0);
  Browser tab(replica_->port());
  tab.Resume(sari, 0);
  EXPECT_EQ(tab.ReadBrief(), "welcome 0");

  core_.Start();
  ASSERT_TRUE(Eventually([&] {
    replica_->clock().Advance(std::chrono::minutes(1));  // no limit of messages in the way
    browser.Say("c1", "Halo");
    return browser.ReadBrief() == "ack c1 1";
  }));
  EXPECT_EQ(tab.ReadBrief(), "message you c1 1 Halo");
  EXPECT_THAT(core_.submissions(), SizeIs(1));
}

TEST_P(ChatTest, TellsATabThatGaveUpWhatAnotherSaidForIt) {
  Browser one(replica_->port());
  const Identity sari = one.Begin();
  core_.FailWith(Code::kUnavailable);
  one.Say("c1", "Halo");
  ASSERT_EQ(one.ReadBrief(), "nack c1 TRY_AGAIN");
  core_.Recover();
  Browser two(replica_->port());
  two.Resume(sari, 0);
  two.Say("c1", "Halo");
  EXPECT_THAT(two.ReadBriefs(2), ElementsAre("welcome 0", "ack c1 1"));
  EXPECT_EQ(one.ReadBrief(), "message you c1 1 Halo");
}

TEST_P(ChatTest, AsksForPatienceWhereTheCoreFailsAndGivesUpWhereItRefuses) {
  Browser browser(replica_->port());
  browser.Begin();
  for (const Code code : {Code::kUnavailable, Code::kResourceExhausted, Code::kInternal,
                          Code::kPermissionDenied, Code::kDeadlineExceeded}) {
    core_.FailWith(code);
    browser.Say("c1", "Halo");
    EXPECT_EQ(browser.ReadBrief(), "nack c1 TRY_AGAIN") << CodeName(code);
  }
  core_.Recover();
  core_.Refuse();
  browser.Say("c2", "Halo");
  EXPECT_EQ(browser.ReadBrief(), "error c2 REFUSED");
}

TEST_P(ChatTest, AcknowledgesWhatTheCoreTookBeforeTheAnswerWasLost) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  core_.Hold();
  browser.Say("c1", "Halo");
  ASSERT_TRUE(Eventually([&] { return core_.inside() == 1; }));
  browser.Close();
  core_.Release();
  ASSERT_TRUE(Eventually([&] { return !core_.submissions().empty(); }));
  Browser later(replica_->port());
  later.Resume(sari, 0);
  later.Say("c1", "Halo");
  std::string brief = later.ReadBrief();
  while (brief.starts_with("welcome") || brief.starts_with("message")) brief = later.ReadBrief();
  EXPECT_EQ(brief, "ack c1 1");
}

TEST_P(ChatTest, SubmitsInOrderOneAtATimeOverAllTabs) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  Browser tab(replica_->port());
  tab.Resume(sari, 0);
  ASSERT_EQ(tab.ReadBrief(), "welcome 0");
  core_.Hold();
  for (int i = 1; i <= 5; ++i) browser.Say("a" + std::to_string(i), "satu");
  ASSERT_TRUE(Eventually([&] { return core_.inside() == 1; }));
  tab.Say("b1", "dua");
  EXPECT_FALSE(Eventually([&] { return core_.inside() > 1; }, std::chrono::milliseconds(200)));
  core_.Release();
  std::vector<std::string> acks;
  while (acks.size() < 5) {
    const std::string brief = browser.ReadBrief();
    if (brief.starts_with("ack")) acks.push_back(brief.substr(0, 6));
  }
  EXPECT_THAT(acks, ElementsAre("ack a1", "ack a2", "ack a3", "ack a4", "ack a5"));
  // What each tab hears is dense, whoever said it.
  for (int64_t seq = 1; seq <= 6; ++seq) EXPECT_EQ(tab.Read().at("seq").as_int64(), seq);
}

TEST_P(ChatTest, TellsBothTabsEverythingAndTheSenderItsAck) {
  Browser one(replica_->port());
  const Identity sari = one.Begin();
  Browser two(replica_->port());
  two.Resume(sari, 0);
  ASSERT_EQ(two.ReadBrief(), "welcome 0");
  one.Say("c1", "Halo");
  ASSERT_EQ(one.ReadBrief(), "ack c1 1");
  two.Say("c2", "dari tab lain");
  EXPECT_THAT(two.ReadBriefs(2), ElementsAre("message you c1 1 Halo", "ack c2 2"));
  ASSERT_TRUE(Deliver(*replica_, Reply(sari, "d1", "Selamat pagi")).ok());
  EXPECT_THAT(one.ReadBriefs(2),
              ElementsAre("message you c2 2 dari tab lain", "message agent 3 Selamat pagi"));
  EXPECT_EQ(two.ReadBrief(), "message agent 3 Selamat pagi");
}

TEST_P(ChatTest, ReplaysExactlyWhatWasMissed) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  for (int i = 1; i <= 3; ++i) browser.Say("c" + std::to_string(i), "x");
  ASSERT_THAT(browser.ReadBriefs(3), ElementsAre("ack c1 1", "ack c2 2", "ack c3 3"));
  browser.Close();
  ASSERT_TRUE(Deliver(*replica_, Reply(sari, "d1", "jawaban")).ok());
  Browser later(replica_->port());
  later.Resume(sari, 2);
  EXPECT_THAT(later.ReadBriefs(3),
              ElementsAre("welcome 4", "message you c3 3 x", "message agent 4 jawaban"));
  Browser complete(replica_->port());
  complete.Resume(sari, 4);
  complete.Send(R"({"type":"ping"})");
  EXPECT_THAT(complete.ReadBriefs(2), ElementsAre("welcome 4", "pong"));
}

TEST_P(ChatTest, StartsOverWhereABrowserHasSeenMoreThanThereIs) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  browser.Say("c1", "Halo");
  ASSERT_EQ(browser.ReadBrief(), "ack c1 1");
  Browser later(replica_->port());
  later.Resume(sari, 7);
  EXPECT_EQ(later.ReadBrief(), "welcome 1");
  const auto resync = later.Read();
  EXPECT_EQ(resync.at("type"), "resync");
  EXPECT_EQ(resync.at("from"), 1);
  EXPECT_EQ(later.ReadBrief(), "message you c1 1 Halo");
}

TEST_P(ChatTest, ReplaysTheLastThousandToASlowReaderWithoutLosingIt) {
  Browser first(replica_->port());
  const Identity sari = first.Begin();
  first.Close();
  const std::string text(16'000, 'x');  // 16 MB in all: more than a socket may keep waiting
  for (int i = 1; i <= 1005; ++i) {
    Message message;
    message.session = sari.session;
    message.author = Author::kAgent;
    message.text = text;
    message.delivery_id = "d" + std::to_string(i);
    ASSERT_TRUE(replica_->conversations().Deliver(message).ok());
  }
  Browser later(replica_->port(), "", 4096);
  later.Resume(sari, 0);
  later.Say("c1", "Halo");
  // Not a byte is read until the server has gone on to what came next.
  ASSERT_TRUE(Eventually([&] { return core_.submissions().size() == 1; }));
  EXPECT_EQ(later.ReadBrief(), "welcome 1005");
  EXPECT_EQ(later.Read().at("from"), 6);
  for (int64_t seq = 6; seq <= 1005; ++seq) ASSERT_EQ(later.Read().at("seq").as_int64(), seq);
  EXPECT_EQ(later.ReadBrief(), "ack c1 1006") << "an ack overtakes nothing";
}

TEST_P(ChatTest, RefusesAWrongTokenWithoutSayingWhy) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  for (const Identity& wrong :
       {Identity{sari.session, "guessed"}, Identity{sari.session, ""}, Identity{"x", sari.token},
        Identity{"01890a5d-ac96-774b-bcce-b302099a8057", sari.token}}) {
    Browser thief(replica_->port());
    thief.Resume(wrong, 0);
    EXPECT_EQ(thief.ReadBrief(), "error BAD_SESSION");
    thief.Say("c1", "Halo");
    EXPECT_EQ(thief.ReadBrief(), "error c1 HELLO_FIRST");
    thief.Begin();  // an honest browser may go on
  }
  EXPECT_THAT(core_.submissions(), IsEmpty());
}

TEST_P(ChatTest, AnswersNonsenseWithItsReasonAndStaysOpen) {
  Browser browser(replica_->port());
  browser.Begin();
  const std::string oversize =
      R"({"type":"message","cid":"c1","text":")" + std::string(kTextBytesMax + 1, 'x') + "\"}";
  const std::pair<std::string, std::string> cases[] = {
      {"{", "error BAD_JSON"},
      {R"({"type":"message","cid":"c","text":"\ud800"})", "error BAD_JSON"},
      {"[]", "error BAD_FRAME"},
      {R"({"type":7})", "error BAD_FRAME"},
      {R"({"type":"dance"})", "error UNKNOWN_TYPE"},
      {R"({"type":"message","text":"x"})", "error BAD_CID"},
      {R"({"type":"message","cid":7,"text":"x"})", "error BAD_FRAME"},
      {R"({"type":"message","cid":"c1","text":" "})", "error c1 EMPTY_TEXT"},
      {R"({"type":"message","cid":"c1","text":"a\u0000b"})", "error c1 BAD_TEXT"},
      {oversize, "error c1 TEXT_TOO_LONG"},
      {R"({"type":"hello"})", "error ALREADY_WELCOME"},
      {R"({"type":"ping"})", "pong"},
  };
  for (const auto& [sent, brief] : cases) {
    browser.Send(sent);
    EXPECT_EQ(browser.ReadBrief(), brief) << sent.substr(0, 60);
  }
  browser.Send(R"({"type":"typing"})");
  browser.Say("c1", std::string(kTextBytesMax, 'x'));
  EXPECT_THAT(browser.ReadBrief(), HasSubstr("ack c1 1"));
  ASSERT_THAT(core_.submissions(), SizeIs(1));
}

TEST_P(ChatTest, BringsWhatAnotherReplicaStored) {
  Replica other(*database_, core_.address(), {});
  Browser here(replica_->port());
  const Identity sari = here.Begin();
  Browser there(other.port());
  there.Resume(sari, 0);
  ASSERT_EQ(there.ReadBrief(), "welcome 0");
  ASSERT_TRUE(Deliver(other, Reply(sari, "d1", "jawaban")).ok());
  there.Say("c1", "Halo");
  EXPECT_EQ(here.ReadBrief(), "message agent 1 jawaban");
  EXPECT_EQ(here.ReadBrief(), "message you c1 2 Halo");
}

TEST_P(ChatTest, BringsWhatThisProcessStoredWithoutWaitingForAPoll) {
  StartReplica({.poll_ms = 60'000});
  Browser one(replica_->port());
  const Identity sari = one.Begin();
  Browser two(replica_->port());
  two.Resume(sari, 0);
  ASSERT_EQ(two.ReadBrief(), "welcome 0");
  one.Say("c1", "Halo");
  EXPECT_EQ(two.ReadBrief(), "message you c1 1 Halo");
  ASSERT_TRUE(Deliver(*replica_, Reply(sari, "d1", "jawaban")).ok());
  EXPECT_EQ(two.ReadBrief(), "message agent 2 jawaban");
}

TEST_P(ChatTest, SendsSocketsElsewhereWhenItStops) {
  Browser browser(replica_->port());
  const Identity sari = browser.Begin();
  Replica other(*database_, core_.address(), {});
  std::thread stop([&] { replica_->door().Stop(); });
  EXPECT_EQ(browser.ReadBrief(), "closed 1001");
  browser.Close();
  stop.join();
  Browser later(other.port());
  later.Resume(sari, 0);
  EXPECT_EQ(later.ReadBrief(), "welcome 0");
}

INSTANTIATE_TEST_SUITE_P(Engines, ChatTest,
                         ::testing::Values(sql::Engine::kSqlite, sql::Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == sql::Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace muara::chat

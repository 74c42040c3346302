#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "services/channels/chat/chat_fixture.h"

namespace muara::chat {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;

class ConnectorTest : public ::testing::TestWithParam<sql::Engine> {
 protected:
  testing::TempFolder folder_;
  std::unique_ptr<sql::Database> database_ = NewStore(GetParam(), folder_);
  RecordingCore core_;
  Replica replica_{*database_, core_.address(), {}};
};

TEST_P(ConnectorTest, DescribesTheChannel) {
  const auto described = replica_.client().Ask<connector::v1::DescribeResponse>(
      "muara.connector.v1.Connector/Describe", connector::v1::DescribeRequest());
  ASSERT_TRUE(described.ok());
  EXPECT_EQ(described->channel(), connector::v1::CHANNEL_CHAT);
  EXPECT_THAT(described->endpoints(), ::testing::ElementsAre("chat"));
  EXPECT_TRUE(described->provider_deduplicates());
  EXPECT_FALSE(described->receipts());
  EXPECT_FALSE(described->attachments());
  EXPECT_FALSE(described->html());
}

TEST_P(ConnectorTest, DeliversTwiceAsOnce) {
  Browser browser(replica_.port());
  const Identity sari = browser.Begin();
  for (int i = 0; i < 2; ++i) {
    const auto response = Deliver(replica_, Reply(sari, "d1", "jawaban"));
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->outcome(), DeliverResponse::OUTCOME_ACCEPTED);
    EXPECT_EQ(response->provider_message_id(), sari.session + "/1");
  }
  EXPECT_EQ(Deliver(replica_, Reply(sari, "d2", "lagi"))->provider_message_id(),
            sari.session + "/2");
  const auto message = browser.Read();
  EXPECT_EQ(message.at("type"), "message");
  EXPECT_EQ(message.at("from"), "agent");
  EXPECT_EQ(message.at("name"), "Dewi");
  EXPECT_EQ(message.at("text"), "jawaban");
  EXPECT_EQ(message.at("id"), "reply-d1");
  EXPECT_EQ(message.at("seq"), 1);
  EXPECT_FALSE(message.as_object().contains("choices"));
  EXPECT_EQ(browser.ReadBrief(), "message agent 2 lagi");
}

TEST_P(ConnectorTest, DeliversToWhoeverComesBackLater) {
  Identity sari;
  {
    Browser browser(replica_.port());
    sari = browser.Begin();
  }
  ASSERT_TRUE(Deliver(replica_, Reply(sari, "d1", "jawaban")).ok());
  Browser later(replica_.port());
  later.Resume(sari, 0);
  EXPECT_EQ(later.ReadBrief(), "welcome 1");
  EXPECT_EQ(later.ReadBrief(), "message agent 1 jawaban");
}

TEST_P(ConnectorTest, ShowsChoicesWithoutTheirSecret) {
  Browser browser(replica_.port());
  const Identity sari = browser.Begin();
  DeliverRequest request = Reply(sari, "d1", "Bagaimana kami? 1 sampai 5");
  request.set_purpose(connector::v1::PURPOSE_SURVEY);
  request.mutable_choices()->set_token("survey-secret");
  request.mutable_choices()->set_minimum(1);
  request.mutable_choices()->set_maximum(5);
  request.mutable_choices()->set_url("https://desk.example/s/x");
  ASSERT_TRUE(Deliver(replica_, request).ok());
  const auto message = browser.Read();
  EXPECT_EQ(message.at("from"), "system");
  EXPECT_EQ(message.at("choices").at("minimum"), 1);
  EXPECT_EQ(message.at("choices").at("maximum"), 5);
  EXPECT_EQ(message.at("choices").at("url"), "https://desk.example/s/x");
  EXPECT_EQ(boost::json::serialize(message).find("survey-secret"), std::string::npos);
}

TEST_P(ConnectorTest, FindsTheSessionByItsContactPointToo) {
  Browser browser(replica_.port());
  const Identity sari = browser.Begin();
  DeliverRequest request = Reply({}, "d1", "jawaban");
  auto& point = *request.add_recipients();
  point.set_kind(connector::v1::CONTACT_POINT_KIND_CHAT);
  point.set_value(sari.session);
  ASSERT_TRUE(Deliver(replica_, request).ok());
  EXPECT_EQ(browser.ReadBrief(), "message agent 1 jawaban");
}

TEST_P(ConnectorTest, RejectsForGoodWhatItCanNeverShow) {
  Browser browser(replica_.port());
  const Identity sari = browser.Begin();
  DeliverRequest attached = Reply(sari, "d2", "lihat lampiran");
  attached.mutable_content()->add_attachments()->set_reference("sha256:00");
  const std::pair<DeliverRequest, std::string> cases[] = {
      {Reply({"01890a5d-ac96-774b-bcce-b302099a8057", ""}, "d1", "x"), "UNKNOWN_SESSION"},
      {attached, "ATTACHMENTS_NOT_SUPPORTED"},
      {Reply(sari, "d3", ""), "EMPTY_TEXT"},
      {Reply(sari, "d4", std::string("a\0b", 3)), "BAD_TEXT"},
      {Reply(sari, "d5", std::string(kReplyBytesMax + 1, 'x')), "TEXT_TOO_LONG"},
  };
  for (const auto& [request, reason] : cases) {
    const auto response = Deliver(replica_, request);
    ASSERT_TRUE(response.ok()) << reason;
    EXPECT_EQ(response->outcome(), DeliverResponse::OUTCOME_REJECTED);
    EXPECT_EQ(response->group(), DeliverResponse::ERROR_GROUP_FINAL);
    EXPECT_EQ(response->reason(), reason);
  }
  ASSERT_TRUE(Deliver(replica_, Reply(sari, "d6", std::string(kReplyBytesMax, '\x01'))).ok());
  EXPECT_EQ(browser.Read().at("text").as_string().size(), kReplyBytesMax)
      << "the longest text arrives, even where each byte is written as six";
}

TEST_P(ConnectorTest, NamesWhatARequestLacks) {
  DeliverRequest request;
  request.mutable_choices()->set_minimum(5);
  const auto response = Deliver(replica_, request);
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code, Code::kInvalidArgument);
  EXPECT_EQ(response.error().violations.size(), 3u);
}

INSTANTIATE_TEST_SUITE_P(Engines, ConnectorTest,
                         ::testing::Values(sql::Engine::kSqlite, sql::Engine::kPostgres),
                         [](const auto& info) {
                           return info.param == sql::Engine::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace muara::chat

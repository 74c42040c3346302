// The built binaries together: muara-chat between a browser on one side and muara-ticket behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/json.hpp>
#include <fstream>
#include <iostream>
#include <sstream>

#include "libs/rpc/client.h"
#include "libs/testing/eventually.h"
#include "libs/testing/http_client.h"
#include "libs/testing/servers.h"
#include "muara/connector/v1/connector.pb.h"
#include "muara/ticket/v1/tickets.pb.h"

namespace muara::chat {
namespace {

namespace json = boost::json;
using testing::Eventually;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kSecret(32, 's');

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class WholeChatTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_.path() + "/key") << kSecret << "\n";
    StartTicket();
    StartChat();
  }

  void TearDown() override {
    if (HasFailure()) std::cout << ReadFile(ChatLog()) << ReadFile(folder_.path() + "/ticket.log");
  }

  std::string ChatLog() const { return folder_.path() + "/chat.log"; }

  std::unique_ptr<testing::Process> Start(const std::string& name,
                                          std::map<std::string, std::string> environment) {
    environment["MUARA_STORE_URL"] = "sqlite://" + folder_.path() + "/" + name + ".db";
    environment["MUARA_INTERNAL_KEY_FILE"] = folder_.path() + "/key";
    environment["MUARA_REDIS_URL"] = "redis://127.0.0.1:1";
    return std::make_unique<testing::Process>(
        testing::Command{.arguments = {std::string(MUARA_BINARIES) + "/muara-" + name},
                         .environment = std::move(environment),
                         .output_path = folder_.path() + "/" + name + ".log"});
  }

  void StartTicket() {
    ticket_ = Start("ticket", {{"MUARA_GRPC_LISTEN", "127.0.0.1:" + std::to_string(ticket_port_)},
                               {"MUARA_BLOB_FOLDER", folder_.path() + "/attachments"},
                               {"MUARA_FEEDBACK_GRPC", "127.0.0.1:1"},
                               {"MUARA_NOTIFICATION_GRPC", "127.0.0.1:1"}});
  }

  void StartChat() {
    std::ofstream(ChatLog(), std::ios::trunc);
    chat_ = Start("chat", {{"MUARA_GRPC_LISTEN", "127.0.0.1:" + std::to_string(chat_port_)},
                           {"MUARA_OPS_LISTEN", "127.0.0.1:" + std::to_string(ops_port_)},
                           {"MUARA_CHAT_LISTEN", "127.0.0.1:" + std::to_string(http_port_)},
                           {"MUARA_TICKET_GRPC", "127.0.0.1:" + std::to_string(ticket_port_)}});
    ASSERT_TRUE(Eventually(
        [&] { return ReadFile(ChatLog()).find("\"message\":\"ready\"") != std::string::npos; }));
  }

  json::object Say(testing::HttpClient& browser, const json::object& frame) {
    browser.SendFrame(1, json::serialize(frame));
    return Read(browser);
  }

  static json::object Read(testing::HttpClient& browser) {
    const auto frame = browser.ReadFrame();
    if (frame.opcode != 1) return {{"type", "closed"}, {"code", frame.close_code()}};
    return json::parse(frame.payload).as_object();
  }

  // As a browser does: again until it is acknowledged.
  json::object SayUntilAcknowledged(testing::HttpClient& browser, const std::string& cid) {
    json::object answer;
    EXPECT_TRUE(Eventually([&] {
      answer = Say(browser, {{"type", "message"}, {"cid", cid}, {"text", "rahasia pesan"}});
      return answer["type"] != "nack";
    }));
    return answer;
  }

  template <class Response>
  Response Ask(int port, const std::string& method, const google::protobuf::Message& request) {
    rpc::Client client("127.0.0.1:" + std::to_string(port), rpc::TokenKeys({kSecret}),
                       {"services/probe", {rpc::Role::kService, rpc::Role::kSupervisor}});
    Response response;
    EXPECT_TRUE(Eventually([&] {
      auto answer = client.Ask<Response>(method, request);
      if (answer.ok()) response = *answer;
      return answer.ok();
    }));
    return response;
  }

  testing::TempFolder folder_;
  int ticket_port_ = testing::FreePort();
  int chat_port_ = testing::FreePort();
  int ops_port_ = testing::FreePort();
  int http_port_ = testing::FreePort();
  std::unique_ptr<testing::Process> ticket_;
  std::unique_ptr<testing::Process> chat_;
};

TEST_F(WholeChatTest, CarriesAConversationOverAKillAndADrain) {
  auto browser = std::make_unique<testing::HttpClient>(http_port_);
  ASSERT_EQ(browser->Upgrade("/v1/chat").status, 101);
  json::object hello{{"type", "hello"}, {"session", ""}, {"token", ""}, {"name", "Sari Rahasia"}};
  const json::object welcome = Say(*browser, hello);
  ASSERT_EQ(welcome.at("type"), "welcome");
  const json::object first = SayUntilAcknowledged(*browser, "c1");
  EXPECT_EQ(first.at("seq"), 1);

  chat_->Signal(SIGKILL);
  chat_->Wait();
  StartChat();
  browser = std::make_unique<testing::HttpClient>(http_port_);
  ASSERT_EQ(browser->Upgrade("/v1/chat").status, 101);
  hello["session"] = welcome.at("session");
  hello["token"] = welcome.at("token");
  hello["resume"] = json::object{{"seq", 1}};
  EXPECT_EQ(Say(*browser, hello).at("seq"), 1);
  const json::object again = SayUntilAcknowledged(*browser, "c1");
  EXPECT_EQ(again.at("id"), first.at("id"));
  EXPECT_EQ(again.at("seq"), 1);

  const auto tickets = Ask<ticket::v1::ListTicketsResponse>(
      ticket_port_, "muara.ticket.v1.Tickets/ListTickets", ticket::v1::ListTicketsRequest());
  ASSERT_EQ(tickets.tickets_size(), 1);
  EXPECT_EQ(tickets.tickets(0).subject(), "rahasia pesan");

  connector::v1::DeliverRequest reply;
  reply.set_delivery_id("d1");
  reply.set_conversation(std::string(welcome.at("session").as_string()));
  reply.set_purpose(connector::v1::PURPOSE_REPLY);
  reply.mutable_content()->set_text("rahasia jawaban");
  const auto delivered = Ask<connector::v1::DeliverResponse>(
      chat_port_, "muara.connector.v1.Connector/Deliver", reply);
  EXPECT_EQ(delivered.outcome(), connector::v1::DeliverResponse::OUTCOME_ACCEPTED);
  EXPECT_EQ(Read(*browser).at("text"), "rahasia jawaban");

  const std::string metrics = testing::HttpClient(ops_port_).Call("GET", "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("muara_chat_messages_total{outcome=\"accepted\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("muara_chat_deliveries_total{outcome=\"accepted\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("muara_chat_sockets 1"));
  chat_->Signal(SIGTERM);
  EXPECT_EQ(Read(*browser).at("code"), 1001);
  browser->Close();
  EXPECT_EQ(chat_->Wait(), 0);
  const std::string log = ReadFile(ChatLog());
  EXPECT_THAT(log, HasSubstr("\"message\":\"delivered\""));
  for (const std::string& secret :
       {std::string("ahasia"), std::string(welcome.at("token").as_string()), std::string("Sari")}) {
    EXPECT_THAT(log, Not(HasSubstr(secret)));
  }
}

TEST_F(WholeChatTest, NamesEverySettingThatIsWrong) {
  const auto process = Start("chat", {{"MUARA_CHAT_LISTEN", "nowhere"},
                                      {"MUARA_CHAT_ORIGINS", "https://a.example; script-src *"},
                                      {"MUARA_CHAT_POLL_MS", "0"}});
  EXPECT_EQ(process->Wait(), 1);
  const std::string log = ReadFile(ChatLog());
  for (const char* name :
       {"MUARA_CHAT_LISTEN", "MUARA_CHAT_ORIGINS", "MUARA_CHAT_POLL_MS", "MUARA_TICKET_GRPC"}) {
    EXPECT_THAT(log, HasSubstr(name));
  }
}

}  // namespace
}  // namespace muara::chat

// The built binaries together: muara-email between swaks on one side, a recording smarthost on the
// other, and muara-ticket behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "libs/rpc/client.h"
#include "libs/testing/eventually.h"
#include "libs/testing/http_client.h"
#include "libs/testing/servers.h"
#include "muara/connector/v1/connector.pb.h"
#include "muara/ticket/v1/tickets.pb.h"
#include "services/channels/email/domain/reply_token.h"
#include "services/channels/email/mime/mail_parser.h"
#include "services/channels/email/smtp/server.h"

namespace muara::email {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using testing::Eventually;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kSecret(32, 's');

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class WholeEmailTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(folder_.path() + "/key") << kSecret << "\n";
    auto server = SmtpServer::Start({}, outside_, [this](const ReceivedMail& mail) -> Verdict {
      const std::lock_guard lock(mutex_);
      sent_.push_back(mail);
      return {VerdictKind::kAccepted, ""};
    });
    ASSERT_TRUE(server.ok());
    smarthost_ = std::move(*server);
    StartTicket();
    StartEmail();
  }

  void TearDown() override {
    if (HasFailure()) std::cout << ReadFile(EmailLog()) << ReadFile(folder_.path() + "/ticket.log");
  }

  std::string EmailLog() const { return folder_.path() + "/email.log"; }

  std::map<std::string, std::string> CommonSettings(const std::string& name) const {
    return {{"MUARA_STORE_URL", "sqlite://" + folder_.path() + "/" + name + ".db"},
            {"MUARA_INTERNAL_KEY_FILE", folder_.path() + "/key"},
            {"MUARA_REDIS_URL", "redis://127.0.0.1:1"}};
  }

  void StartTicket() {
    auto environment = CommonSettings("ticket");
    environment["MUARA_GRPC_LISTEN"] = "127.0.0.1:" + std::to_string(ticket_port_);
    environment["MUARA_BLOB_FOLDER"] = folder_.path() + "/attachments";
    environment["MUARA_FEEDBACK_GRPC"] = "127.0.0.1:1";
    environment["MUARA_NOTIFICATION_GRPC"] = "127.0.0.1:1";
    const std::string log = folder_.path() + "/ticket.log";
    std::ofstream(log, std::ios::trunc);
    ticket_ = Start("muara-ticket", environment, "/ticket.log");
    ASSERT_TRUE(WaitUntilReady(log));
  }

  static bool WaitUntilReady(const std::string& log) {
    return Eventually(
        [&] { return ReadFile(log).find("\"message\":\"ready\"") != std::string::npos; });
  }

  std::map<std::string, std::string> EmailSettings() const {
    auto environment = CommonSettings("email");
    environment["MUARA_GRPC_LISTEN"] = "127.0.0.1:" + std::to_string(email_port_);
    environment["MUARA_OPS_LISTEN"] = "127.0.0.1:" + std::to_string(ops_port_);
    environment["MUARA_SMTP_LISTEN"] = "127.0.0.1:" + std::to_string(smtp_port_);
    environment["MUARA_EMAIL_ENDPOINTS"] = "support@example.org=Toko Kita";
    environment["MUARA_BLOB_FOLDER"] = folder_.path() + "/blobs";
    environment["MUARA_TICKET_GRPC"] = "127.0.0.1:" + std::to_string(ticket_port_);
    environment["MUARA_SMARTHOST"] = "127.0.0.1:" + std::to_string(smarthost_->port());
    return environment;
  }

  void StartEmail() { StartEmailWith(EmailSettings()); }

  void StartEmailWith(std::map<std::string, std::string> environment) {
    email_.reset();
    std::ofstream(EmailLog(), std::ios::trunc);
    email_ = Start("muara-email", std::move(environment), "/email.log");
    ASSERT_TRUE(WaitUntilReady(EmailLog()));
  }

  std::unique_ptr<testing::Process> Start(const std::string& program,
                                          std::map<std::string, std::string> environment,
                                          const std::string& log) {
    return std::make_unique<testing::Process>(
        testing::Command{.arguments = {std::string(MUARA_BINARIES) + "/" + program},
                         .environment = std::move(environment),
                         .output_path = folder_.path() + log});
  }

  testing::HttpAnswer Ops(const std::string& path) {
    return testing::HttpClient(ops_port_).Call("GET", path);
  }

  // What swaks saw; its words are in the lines that begin with "<".
  std::string Swaks(const std::string& mail, const std::string& to = "support@example.org",
                    const std::string& protocol = "ESMTP") {
    const std::string file = folder_.path() + "/mail.eml";
    const std::string output = folder_.path() + "/swaks.log";
    std::ofstream(file, std::ios::trunc) << mail;
    std::ofstream(output, std::ios::trunc);
    testing::RunToEnd({.arguments = {"swaks", "--protocol", protocol, "--server", "127.0.0.1",
                                     "--port", std::to_string(smtp_port_), "--from",
                                     "budi@example.com", "--to", to, "--data", file},
                       .output_path = output});
    return ReadFile(output);
  }

  static std::string Mail(const std::string& id, const std::string& subject = "Pesanan") {
    return "From: Budi <budi@example.com>\nTo: support@example.org\nSubject: " + subject +
           "\nMessage-ID: <" + id + "@example.com>\n\nrahasia badan surat\n";
  }

  template <class Response>
  Response Ask(int port, const std::string& method, const google::protobuf::Message& request) {
    rpc::Client client("127.0.0.1:" + std::to_string(port), rpc::TokenKeys({kSecret}),
                       {"services/probe", {rpc::Role::kService, rpc::Role::kSupervisor}});
    Response response;
    const bool answered = Eventually([&] {
      auto answer = client.Ask<Response>(method, request);
      if (answer.ok()) response = *answer;
      if (!answer.ok()) last_error_ = answer.error();
      return answer.ok();
    });
    EXPECT_TRUE(answered) << last_error_.message;
    return response;
  }

  std::vector<ticket::v1::Ticket> Tickets() {
    const auto listed = Ask<ticket::v1::ListTicketsResponse>(
        ticket_port_, "muara.ticket.v1.Tickets/ListTickets", ticket::v1::ListTicketsRequest());
    return {listed.tickets().begin(), listed.tickets().end()};
  }

  std::vector<ticket::v1::Interaction> InteractionsOf(const std::string& ticket_id) {
    ticket::v1::ListInteractionsRequest request;
    request.set_ticket_id(ticket_id);
    const auto listed = Ask<ticket::v1::ListInteractionsResponse>(
        ticket_port_, "muara.ticket.v1.Tickets/ListInteractions", request);
    return {listed.interactions().begin(), listed.interactions().end()};
  }

  static DeliverRequest Reply(const std::string& ticket_id, int attempt = 1) {
    DeliverRequest request;
    request.set_delivery_id("01890a5d-ac96-774b-bcce-b302099a8057");
    request.set_attempt(attempt);
    request.set_endpoint("support@example.org");
    request.set_ticket_id(ticket_id);
    auto& recipient = *request.add_recipients();
    recipient.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
    recipient.set_value("budi@example.com");
    request.mutable_content()->set_subject("Pesanan");
    request.mutable_content()->set_text("jawaban kami");
    request.set_in_reply_to("m1@example.com");
    return request;
  }

  DeliverResponse Deliver(const DeliverRequest& request) {
    return Ask<DeliverResponse>(email_port_, "muara.connector.v1.Connector/Deliver", request);
  }

  std::vector<ReceivedMail> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

  testing::TempFolder folder_;
  int ticket_port_ = testing::FreePort();
  int email_port_ = testing::FreePort();
  int ops_port_ = testing::FreePort();
  int smtp_port_ = testing::FreePort();
  Endpoints outside_ = *Endpoints::Create({{"all", "@example.com", ""}});
  std::mutex mutex_;
  std::vector<ReceivedMail> sent_;
  Error last_error_;
  std::unique_ptr<SmtpServer> smarthost_;
  std::unique_ptr<testing::Process> ticket_;
  std::unique_ptr<testing::Process> email_;
};

TEST_F(WholeEmailTest, CarriesAConversationThereAndBack) {
  ASSERT_THAT(Swaks(Mail("m1")), HasSubstr("250 2.0.0 accepted"));
  ASSERT_THAT(Tickets(), SizeIs(1));
  const std::string ticket_id = Tickets()[0].id();
  EXPECT_EQ(Tickets()[0].subject(), "Pesanan");

  EXPECT_EQ(Deliver(Reply(ticket_id)).outcome(), DeliverResponse::OUTCOME_ACCEPTED);
  EXPECT_EQ(Deliver(Reply(ticket_id, 2)).outcome(), DeliverResponse::OUTCOME_ACCEPTED);
  ASSERT_THAT(sent(), SizeIs(1));
  const MailParser parser({*ReplyTokens::Create({{1, kSecret}}), "example.org"});
  const ParsedMail reply = *parser.Parse(sent()[0].data, {});
  EXPECT_EQ(reply.subject, "Re: Pesanan");
  EXPECT_EQ(reply.from[0].name, "Toko Kita");

  // Answered by a program that keeps neither subject nor references: the address is enough.
  ASSERT_THAT(Swaks(Mail("m2", "lain"), reply.reply_to[0].address), HasSubstr("250 2.0.0"));
  const auto interactions = InteractionsOf(ticket_id);
  ASSERT_THAT(interactions, SizeIs(2));
  EXPECT_EQ(interactions[1].matched_by(), connector::v1::HINT_KIND_REPLY_TOKEN);
  EXPECT_EQ(interactions[1].content().visible_text(), "rahasia badan surat");
}

TEST_F(WholeEmailTest, KeepsThePeerTryingWhileTheCoreIsAway) {
  ticket_.reset();
  EXPECT_THAT(Swaks(Mail("m1")), HasSubstr("451 4.3.0"));
  StartTicket();
  ASSERT_TRUE(Eventually(
      [&] { return Swaks(Mail("m1")).find("250 2.0.0 accepted") != std::string::npos; }));
  EXPECT_THAT(Swaks("Received: by another way\n" + Mail("m1")), HasSubstr("250 2.0.0 accepted"));
  ASSERT_THAT(Tickets(), SizeIs(1));
  EXPECT_THAT(InteractionsOf(Tickets()[0].id()), SizeIs(1));
}

TEST_F(WholeEmailTest, DoesNotKnowWhatBecameOfADeliveryThatAKillCutOff) {
  // The smarthost accepts connections and says nothing, so that the kill hits in the middle.
  const FileDescriptor silent(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(silent.get(), 8), 0);
  ASSERT_EQ(getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  auto environment = EmailSettings();
  environment["MUARA_SMARTHOST"] = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  StartEmailWith(environment);

  std::thread caller([&] {
    rpc::Client client("127.0.0.1:" + std::to_string(email_port_), rpc::TokenKeys({kSecret}),
                       {"services/probe", {rpc::Role::kService}});
    const auto answer = client.Ask<DeliverResponse>("muara.connector.v1.Connector/Deliver",
                                                    Reply(""), {.deadline_ms = 20'000});
    EXPECT_FALSE(answer.ok());
  });
  const FileDescriptor connection(accept(silent.get(), nullptr, nullptr));
  ASSERT_TRUE(connection.open());
  email_->Signal(SIGKILL);
  email_->Wait();
  caller.join();

  StartEmail();
  EXPECT_EQ(Deliver(Reply("")).outcome(), DeliverResponse::OUTCOME_UNKNOWN);
  EXPECT_EQ(Deliver(Reply("")).reason(), "ATTEMPT_CUT_OFF");
  EXPECT_THAT(sent(), SizeIs(0));
  EXPECT_EQ(Deliver(Reply("", 2)).outcome(), DeliverResponse::OUTCOME_ACCEPTED);
}

TEST_F(WholeEmailTest, EndsInOrderAndTellsNoPersonalData) {
  ASSERT_THAT(Swaks(Mail("m1")), HasSubstr("250 2.0.0 accepted"));
  ASSERT_EQ(Deliver(Reply(Tickets()[0].id())).outcome(), DeliverResponse::OUTCOME_ACCEPTED);
  EXPECT_EQ(Ops("/readyz").status, 200);
  const std::string metrics = Ops("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("muara_email_mails_total{verdict=\"accepted\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("muara_email_deliveries_total{outcome=\"accepted\"} 1"));
  email_->Signal(SIGTERM);
  EXPECT_EQ(email_->Wait(), 0);
  const std::string log = ReadFile(EmailLog());
  EXPECT_THAT(log, HasSubstr("\"message\":\"mail submitted\",\"trace_id\":\""));
  for (const char* private_text : {"budi", "rahasia", "jawaban kami", "Pesanan", "+r"}) {
    EXPECT_THAT(log, Not(HasSubstr(private_text)));
  }
}

TEST_F(WholeEmailTest, SpeaksLmtp) {
  auto environment = EmailSettings();
  environment["MUARA_SMTP_PROTOCOL"] = "lmtp";
  StartEmailWith(environment);
  EXPECT_THAT(Swaks(Mail("m1"), "support@example.org", "LMTP"), HasSubstr("250 2.0.0 accepted"));
  EXPECT_THAT(Tickets(), SizeIs(1));
}

TEST_F(WholeEmailTest, RefusesStrangersAtTheDoor) {
  EXPECT_THAT(Swaks(Mail("m1"), "x@elsewhere.example"), HasSubstr("550 5.7.1"));
  EXPECT_THAT(Swaks(Mail("m1"), "nobody@example.org"), HasSubstr("550 5.1.1"));
  EXPECT_THAT(Tickets(), SizeIs(0));
}

TEST_F(WholeEmailTest, NamesEverySettingThatIsWrong) {
  auto environment = EmailSettings();
  environment["MUARA_EMAIL_ENDPOINTS"] = "";
  environment["MUARA_SMTP_PROTOCOL"] = "uucp";
  environment["MUARA_SMARTHOST"] = "nowhere";
  environment["MUARA_SMARTHOST_USER"] = "ani";
  environment["MUARA_BLOB_FOLDER"] = "";
  const auto process = Start("muara-email", environment, "/bad.log");
  EXPECT_EQ(process->Wait(), 1);
  const std::string log = ReadFile(folder_.path() + "/bad.log");
  for (const char* name :
       {"MUARA_EMAIL_ENDPOINTS", "MUARA_SMTP_PROTOCOL", "MUARA_SMARTHOST:", "MUARA_SMARTHOST_TLS",
        "MUARA_SMARTHOST_PASSWORD_FILE", "MUARA_BLOB_FOLDER"}) {
    EXPECT_THAT(log, HasSubstr(name));
  }
}

}  // namespace
}  // namespace muara::email

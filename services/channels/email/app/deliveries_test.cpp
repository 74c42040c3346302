#include "services/channels/email/app/deliveries.h"

#include <thread>

#include "libs/testing/eventually.h"
#include "muara/connector/v1/connector.pb.h"
#include "services/channels/email/app/email_fixture.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/mime/mail_parser.h"
#include "services/channels/email/rpc/connector_service.h"
#include "services/channels/email/send/scripted_host.h"
#include "services/channels/email/smtp/server.h"
#include "services/channels/email/store/schema.h"

namespace muara::email {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeliveriesTest : public EmailTest {
 protected:
  void SetUp() override {
    auto database = sql::Database::Open(testing::SqliteUrl(folder_), {});
    ASSERT_TRUE(database.ok());
    database_ = std::move(*database);
    ASSERT_TRUE(store::Migrate(*database_).ok());
  }

  // A smarthost that takes everything, and what it took.
  void StartSmarthost(std::function<void()> before_answer = [] {}) {
    auto server = SmtpServer::Start({}, outside_, [=, this](const ReceivedMail& mail) -> Verdict {
      before_answer();
      const std::lock_guard lock(mutex_);
      sent_.push_back(mail);
      return {VerdictKind::kAccepted, ""};
    });
    ASSERT_TRUE(server.ok());
    smarthost_ = std::move(*server);
    UseHost(smarthost_->port());
  }
  void UseHost(int port) {
    SmarthostSettings settings;
    settings.port = port;
    sender_ = std::make_unique<SmtpSender>(settings);
    deliveries_ = std::make_unique<Deliveries>(*database_, core_, endpoints_, identity_, *sender_,
                                               clock_, metrics_);
  }

  static Delivery SomeDelivery(int attempt = 1) {
    Delivery delivery;
    delivery.id = "d1";
    delivery.attempt = attempt;
    delivery.endpoint = "support@example.org";
    delivery.ticket_id = kTicket;
    delivery.ticket_reference = "AB12";
    delivery.recipients = {"budi@example.com"};
    delivery.subject = "Pesanan";
    delivery.text = "Halo Budi";
    delivery.author_name = "Ani";
    delivery.in_reply_to = "m1@example.com";
    return delivery;
  }

  DeliveryOutcome Deliver(const Delivery& delivery = SomeDelivery()) {
    const auto outcome = deliveries_->Deliver(delivery);
    CHECK(outcome.ok());
    return *outcome;
  }
  std::vector<ReceivedMail> sent() {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

  RecordingCore attachments_{Always(SubmitResult::OUTCOME_ACCEPTED)};
  rpc::Client core_{attachments_.address(), Keys(), {"services/email", {rpc::Role::kConnector}}};
  std::unique_ptr<sql::Database> database_;
  Endpoints outside_ = *Endpoints::Create({{"all", "@example.com", ""}});
  std::mutex mutex_;
  std::vector<ReceivedMail> sent_;
  std::unique_ptr<SmtpServer> smarthost_;
  std::unique_ptr<SmtpSender> sender_;
  std::unique_ptr<Deliveries> deliveries_;
};

TEST_F(DeliveriesTest, SendAReplyThatLeadsBackToItsTicket) {
  StartSmarthost();
  const DeliveryOutcome outcome = Deliver();
  EXPECT_EQ(outcome.state, DeliveryState::kAccepted);
  EXPECT_EQ(outcome.provider_message_id, MakeMessageId("d1", "mail.example.org"));
  ASSERT_THAT(sent(), SizeIs(1));
  const ParsedMail mail = *MailParser(identity_).Parse(sent()[0].data, {});
  EXPECT_EQ(mail.from[0].name, "Ani (Toko Kita)");
  EXPECT_EQ(mail.from[0].address, "support@example.org");
  EXPECT_EQ(mail.subject, "Re: Pesanan [#AB12]");
  EXPECT_EQ(identity_.tokens.TicketOf(mail.reply_to[0].address), kTicket);
  EXPECT_EQ(identity_.tokens.TicketOf(sent()[0].sender), kTicket);
  EXPECT_THAT(mail.in_reply_to, ElementsAre("m1@example.com"));
  EXPECT_EQ(mail.visible_text, "Halo Budi");
}

TEST_F(DeliveriesTest, SendOnceHoweverOftenTheyAreAsked) {
  StartSmarthost();
  for (const int attempt : {1, 1, 2, 3}) {
    EXPECT_EQ(Deliver(SomeDelivery(attempt)).state, DeliveryState::kAccepted);
  }
  EXPECT_THAT(sent(), SizeIs(1));
}

TEST_F(DeliveriesTest, SayUnknownWhenTheAnswerWasLostAndSendAgainOnlyOnANewAttempt) {
  {
    const ScriptedHost host(Except(".", ""));
    UseHost(host.port());
    EXPECT_EQ(Deliver().state, DeliveryState::kUnknown);
  }
  StartSmarthost();
  EXPECT_EQ(Deliver().state, DeliveryState::kUnknown);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(Deliver(SomeDelivery(2)).state, DeliveryState::kAccepted);
  EXPECT_EQ(Deliver(SomeDelivery(3)).state, DeliveryState::kAccepted) << "known now";
  ASSERT_THAT(sent(), SizeIs(1));
  EXPECT_THAT(sent()[0].data, HasSubstr("<" + MakeMessageId("d1", "mail.example.org") + ">"))
      << "the id of every attempt";
}

TEST_F(DeliveriesTest, TryAgainWhatWasNotTaken) {
  UseHost(1);
  EXPECT_EQ(Deliver().state, DeliveryState::kRetry);
  StartSmarthost();
  EXPECT_EQ(Deliver(SomeDelivery(2)).state, DeliveryState::kAccepted);
}

TEST_F(DeliveriesTest, GoOneAfterTheOtherInAConversation) {
  std::atomic<bool> open = false;
  std::atomic<int> waiting = 0;
  StartSmarthost([&] {
    ++waiting;
    CHECK(testing::Eventually([&] { return open.load(); }));
  });
  std::thread first([&] { EXPECT_EQ(Deliver().state, DeliveryState::kAccepted); });
  ASSERT_TRUE(testing::Eventually([&] { return waiting > 0; }));
  EXPECT_EQ(Deliver().reason, "DELIVERY_UNDER_WAY");
  Delivery second = SomeDelivery();
  second.id = "d2";
  EXPECT_EQ(Deliver(second).reason, "CONVERSATION_BUSY");
  open = true;
  first.join();
  EXPECT_EQ(Deliver(second).state, DeliveryState::kAccepted);
  EXPECT_THAT(sent(), SizeIs(2));
}

TEST_F(DeliveriesTest, TellTheCallerWhatItAskedWrongly) {
  StartSmarthost();
  Delivery delivery = SomeDelivery();
  delivery.endpoint = "nobody@example.org";
  EXPECT_EQ(Deliver(delivery).reason, "UNKNOWN_ENDPOINT");
  delivery = SomeDelivery();
  delivery.attachments = {{"sha256:" + std::string(64, '0'), "a", "b/c"}};
  EXPECT_EQ(Deliver(delivery).reason, "BLOB_NOT_FOUND");
  delivery = SomeDelivery();
  delivery.recipients = {"a@b.c>\r\nRCPT TO:<evil@example.com"};
  EXPECT_EQ(Deliver(delivery).state, DeliveryState::kCallerFault);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(DeliveriesTest, CarryStoredAttachments) {
  StartSmarthost();
  Delivery delivery = SomeDelivery();
  delivery.attachments = {{*attachments_.attachments().Put("isi"), "a.txt", "text/plain"}};
  EXPECT_EQ(Deliver(delivery).state, DeliveryState::kAccepted);
  const ParsedMail mail = *MailParser(identity_).Parse(sent()[0].data, {});
  ASSERT_THAT(mail.attachments, SizeIs(1));
  EXPECT_EQ(mail.attachments[0].bytes, "isi");
}

TEST_F(DeliveriesTest, CarryNoMoreThanMailSystemsTake) {
  StartSmarthost();
  Delivery delivery = SomeDelivery();
  for (const char letter : {'a', 'b', 'c'}) {
    const std::string bytes(9 << 20, letter);
    delivery.attachments.push_back({*attachments_.attachments().Put(bytes), "a.txt", "text/plain"});
  }
  const DeliveryOutcome refused = Deliver(delivery);
  EXPECT_EQ(refused.state, DeliveryState::kCallerFault);
  EXPECT_EQ(refused.reason, "ATTACHMENTS_TOO_LARGE");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(DeliveriesTest, WaitForAttachmentsWhileTheCoreIsAway) {
  StartSmarthost();
  rpc::Client away("127.0.0.1:1", Keys(), {"services/email", {rpc::Role::kConnector}});
  Deliveries deliveries(*database_, away, endpoints_, identity_, *sender_, clock_, metrics_);
  Delivery delivery = SomeDelivery();
  delivery.attachments = {{"sha256:" + std::string(64, '0'), "a", "b/c"}};
  EXPECT_EQ(deliveries.Deliver(delivery)->state, DeliveryState::kRetry);
}

TEST_F(DeliveriesTest, SendAutomaticAnswersFromNobody) {
  StartSmarthost();
  Delivery delivery = SomeDelivery();
  delivery.purpose = Purpose::kAcknowledgement;
  EXPECT_EQ(Deliver(delivery).state, DeliveryState::kAccepted);
  EXPECT_EQ(sent()[0].sender, "");
  EXPECT_THAT(sent()[0].data, HasSubstr("Auto-Submitted: auto-replied\r\n"));
}

TEST_F(DeliveriesTest, AreServedByTheContract) {
  StartSmarthost();
  rpc::Server server({.threads = 2}, Keys(), metrics_);
  ServeConnector(server, *deliveries_, endpoints_);
  ASSERT_TRUE(server.Start().ok());
  rpc::Client client("127.0.0.1:" + std::to_string(server.port()), Keys(),
                     {"services/notification", {rpc::Role::kService}});
  const auto described = client.Ask<connector::v1::DescribeResponse>(
      "muara.connector.v1.Connector/Describe", connector::v1::DescribeRequest());
  ASSERT_TRUE(described.ok());
  EXPECT_EQ(described->channel(), connector::v1::CHANNEL_EMAIL);
  EXPECT_TRUE(described->provider_deduplicates());
  EXPECT_THAT(described->endpoints(), ElementsAre("sales@example.org", "support@example.org"));
  DeliverRequest request;
  EXPECT_THAT(client.Ask<DeliverResponse>("muara.connector.v1.Connector/Deliver", request)
                  .error()
                  .violations,
              SizeIs(3));
  request.set_delivery_id("d1");
  request.set_attempt(1);
  request.set_endpoint("support@example.org");
  request.mutable_content()->set_text("Halo");
  auto& recipient = *request.add_recipients();
  recipient.set_kind(connector::v1::CONTACT_POINT_KIND_EMAIL);
  recipient.set_value("budi@example.com");
  const auto response =
      client.Ask<DeliverResponse>("muara.connector.v1.Connector/Deliver", request);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->outcome(), DeliverResponse::OUTCOME_ACCEPTED);
}

}  // namespace
}  // namespace muara::email

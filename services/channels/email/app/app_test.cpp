#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "libs/rpc/server.h"
#include "libs/testing/eventually.h"
#include "libs/testing/manual_clock.h"
#include "libs/testing/servers.h"
#include "muara/connector/v1/connector.pb.h"
#include "services/channels/email/app/deliveries.h"
#include "services/channels/email/app/mail_intake.h"
#include "services/channels/email/domain/fingerprint.h"
#include "services/channels/email/domain/thread_hints.h"
#include "services/channels/email/rpc/connector_service.h"
#include "services/channels/email/send/scripted_host.h"
#include "services/channels/email/smtp/server.h"
#include "services/channels/email/store/schema.h"

namespace muara::email {
namespace {

using connector::v1::DeliverRequest;
using connector::v1::DeliverResponse;
using connector::v1::Submission;
using connector::v1::SubmitRequest;
using connector::v1::SubmitResponse;
using connector::v1::SubmitResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTicket[] = "01890a5d-ac96-774b-bcce-b302099a8057";
constexpr char kMail[] =
    "From: Budi <Budi@Example.com>\r\nTo: support@example.org\r\nSubject: Pesanan\r\n"
    "Message-ID: <m1@example.com>\r\nReferences: <r1@example.com>\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\n\r\nHalo\r\n--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nisi\r\n"
    "--b--\r\n";

const rpc::TokenKeys& Keys() {
  static const rpc::TokenKeys keys({std::string(32, 'k')});
  return keys;
}

// Takes submissions as the core does, and writes them down.
class RecordingCore {
 public:
  using Answer = std::function<Result<SubmitResult>(const Submission&)>;

  explicit RecordingCore(Answer answer) : answer_(std::move(answer)) {
    server_.Unary<SubmitRequest, SubmitResponse>(
        "muara.connector.v1.Intake/Submit",
        [this](const rpc::Call&, const SubmitRequest& request) -> Result<SubmitResponse> {
          SubmitResponse response;
          for (const Submission& submission : request.submissions()) {
            {
              const std::lock_guard lock(mutex_);
              submissions_.push_back(submission);
            }
            ASSIGN_OR_RETURN(*response.add_results(), answer_(submission));
          }
          return response;
        });
    CHECK(server_.Start().ok());
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(server_.port()); }
  std::vector<Submission> submissions() {
    const std::lock_guard lock(mutex_);
    return submissions_;
  }

 private:
  Answer answer_;
  metrics::Registry metrics_;
  rpc::Server server_{{.threads = 2}, Keys(), metrics_};
  std::mutex mutex_;
  std::vector<Submission> submissions_;
};

RecordingCore::Answer Always(SubmitResult::Outcome outcome) {
  return [=](const Submission&) -> Result<SubmitResult> {
    SubmitResult result;
    result.set_outcome(outcome);
    return result;
  };
}

RecordingCore::Answer Failing(Code code) {
  return [=](const Submission&) -> Result<SubmitResult> { return MakeError(code, "TEST", "test"); };
}

class EmailTest : public ::testing::Test {
 protected:
  testing::TempFolder folder_;
  testing::ManualClock clock_;
  metrics::Registry metrics_;
  Endpoints endpoints_ =
      *Endpoints::Create({{"support@example.org", "support@example.org", "Toko Kita"},
                          {"sales@example.org", "sales@example.org", "Toko Kita"}});
  Identity identity_{*ReplyTokens::Create({{1, std::string(32, 'k')}}), "mail.example.org"};
  store::Blobs blobs_ = *store::Blobs::Open(folder_.path() + "/blobs");
};

class MailIntakeTest : public EmailTest {
 protected:
  Verdict Take(const std::string& core_address, const ReceivedMail& mail) {
    rpc::Client core(core_address, Keys(), {"services/email", {rpc::Role::kConnector}});
    MailIntake intake(parser_, endpoints_, blobs_, core, clock_, metrics_);
    return intake.Take(mail);
  }
  ReceivedMail Mail(const std::string& data = kMail) {
    return {"budi@example.com", {"support+x@example.org"}, data};
  }
  MailParser parser_{identity_};
};

TEST_F(MailIntakeTest, HandsTheWholeMailToTheCore) {
  RecordingCore core(Always(SubmitResult::OUTCOME_ACCEPTED));
  EXPECT_EQ(Take(core.address(), Mail()).kind, VerdictKind::kAccepted);
  ASSERT_THAT(core.submissions(), SizeIs(1));
  const Submission submission = core.submissions()[0];
  EXPECT_EQ(submission.endpoint(), "support@example.org");
  EXPECT_EQ(submission.channel(), connector::v1::CHANNEL_EMAIL);
  EXPECT_EQ(submission.provider_message_id(), "m1@example.com");
  EXPECT_EQ(submission.sender().value(), "budi@example.com");
  EXPECT_EQ(submission.sender().assurance(), connector::v1::ASSURANCE_CLAIMED);
  EXPECT_EQ(submission.content().subject(), "Pesanan");
  EXPECT_EQ(submission.content().visible_text(), "Halo");
  EXPECT_THAT(submission.references(), ElementsAre("r1@example.com"));
  EXPECT_EQ(submission.hints(0).kind(), connector::v1::HINT_KIND_REFERENCE);
  EXPECT_EQ(submission.origin(), connector::v1::ORIGIN_HUMAN);
  EXPECT_EQ(*blobs_.Get(submission.raw_reference()), kMail);
  ASSERT_EQ(submission.content().attachments_size(), 1);
  EXPECT_EQ(submission.content().attachments(0).file_name(), "a.txt");
  EXPECT_EQ(*blobs_.Get(submission.content().attachments(0).reference()), "isi");
}

TEST_F(MailIntakeTest, TellsWhereAnswersAreWantedUnlessThatIsUsOrNowhere) {
  RecordingCore core(Always(SubmitResult::OUTCOME_ACCEPTED));
  for (const char* reply_to : {"support@example.org, Sari <Sari@example.net>",
                               "support+x@example.org", "nowhere", "<\"a b\"@example.net>"}) {
    Take(core.address(), Mail("Reply-To: " + std::string(reply_to) + "\r\n" + kMail));
  }
  const auto all = core.submissions();
  ASSERT_THAT(all, SizeIs(4));
  EXPECT_EQ(all[0].sender().value(), "budi@example.com");
  EXPECT_EQ(all[0].reply_to().value(), "sari@example.net");
  EXPECT_EQ(all[0].reply_to().assurance(), connector::v1::ASSURANCE_CLAIMED);
  for (size_t i = 1; i < all.size(); ++i) EXPECT_FALSE(all[i].has_reply_to()) << i;
}

TEST_F(MailIntakeTest, NamesTheSameMailTheSameWhateverItsWay) {
  RecordingCore core(Always(SubmitResult::OUTCOME_DUPLICATE));
  Take(core.address(), Mail());
  EXPECT_EQ(
      Take(core.address(), Mail("Received: from elsewhere\r\n by x\r\n" + std::string(kMail))).kind,
      VerdictKind::kAccepted);
  const auto all = core.submissions();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].idempotency_key(), all[1].idempotency_key());
  EXPECT_EQ(all[0].payload_digest(), all[1].payload_digest());
  EXPECT_NE(SubmissionKey("sales@example.org", all[0].payload_digest()), all[0].idempotency_key());
  EXPECT_NE(ContentDigest(std::string(kMail) + "x"), all[0].payload_digest());
}

TEST_F(MailIntakeTest, SubmitsOnceForEachMailbox) {
  RecordingCore core(Always(SubmitResult::OUTCOME_ACCEPTED));
  ReceivedMail mail = Mail();
  mail.recipients = {"support@example.org", "support+a@example.org", "sales@example.org"};
  EXPECT_EQ(Take(core.address(), mail).kind, VerdictKind::kAccepted);
  ASSERT_THAT(core.submissions(), SizeIs(2));
  EXPECT_EQ(core.submissions()[1].endpoint(), "sales@example.org");
}

TEST_F(MailIntakeTest, AsksThePeerToTryLaterWhateverIsWrongWithTheCore) {
  EXPECT_EQ(Take("127.0.0.1:1", Mail()).reply, "451 4.3.0 not now, try again later");
  for (const Code code : {Code::kUnavailable, Code::kDeadlineExceeded, Code::kResourceExhausted,
                          Code::kInternal, Code::kPermissionDenied, Code::kAborted}) {
    RecordingCore core(Failing(code));
    EXPECT_EQ(Take(core.address(), Mail()).kind, VerdictKind::kTryLater) << CodeName(code);
  }
}

TEST_F(MailIntakeTest, RefusesOnlyWhatTheCoreWillNeverTake) {
  RecordingCore core(Always(SubmitResult::OUTCOME_REFUSED));
  EXPECT_EQ(Take(core.address(), Mail()).reply, "554 5.6.0 this message cannot be accepted");
}

TEST_F(MailIntakeTest, HandsOverMailsThatAreHardlyMails) {
  RecordingCore core(Always(SubmitResult::OUTCOME_ACCEPTED));
  ReceivedMail mail = Mail("rubbish\r\n");
  mail.sender = "";
  EXPECT_EQ(Take(core.address(), mail).kind, VerdictKind::kAccepted);
  EXPECT_EQ(core.submissions()[0].sender().value(), "mailer-daemon@unknown.invalid");
  EXPECT_EQ(core.submissions()[0].origin(), connector::v1::ORIGIN_AUTO_REPLY);
}

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
    deliveries_ = std::make_unique<Deliveries>(*database_, blobs_, endpoints_, identity_, *sender_,
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
  delivery.attachments = {{*blobs_.Put("isi"), "a.txt", "text/plain"}};
  EXPECT_EQ(Deliver(delivery).state, DeliveryState::kAccepted);
  const ParsedMail mail = *MailParser(identity_).Parse(sent()[0].data, {});
  ASSERT_THAT(mail.attachments, SizeIs(1));
  EXPECT_EQ(mail.attachments[0].bytes, "isi");
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

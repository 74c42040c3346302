#include "services/channels/email/app/mail_intake.h"

#include "services/channels/email/app/email_fixture.h"
#include "services/channels/email/domain/fingerprint.h"
#include "services/channels/email/domain/thread_hints.h"

namespace muara::email {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr char kMail[] =
    "From: Budi <Budi@Example.com>\r\nTo: support@example.org\r\nSubject: Pesanan\r\n"
    "Message-ID: <m1@example.com>\r\nReferences: <r1@example.com>\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\n\r\nHalo\r\n--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nisi\r\n"
    "--b--\r\n";

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
  EXPECT_EQ(*core.attachments().Get(submission.content().attachments(0).reference()), "isi");
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
}  // namespace
}  // namespace muara::email

// Files are there before a message names them, are what they are, and go when nothing shows them.
#include "services/ticket/app/attachments/attachments.h"

#include <thread>

#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

using std::chrono::hours;

class AttachmentsTest : public TicketTest {
 protected:
  Submission With(std::vector<Attachment> attachments) {
    Submission mail = Mail("sari@x.test");
    mail.content.attachments = std::move(attachments);
    return mail;
  }
  std::string Refusal(const Submission& submission) {
    const auto accepted = intake_->Submit(submission);
    return accepted.ok() ? "OK" : accepted.error().reason;
  }
  // All parts, one a minute.
  void SweepUnknown() {
    for (int minute = 0; minute < 256; ++minute) {
      ASSERT_TRUE(attachments_->SweepUnknown().ok());
      clock_.Advance(std::chrono::minutes(1));
    }
  }
  bool IsKept(const Attachment& attachment) { return blobs_.Get(attachment.reference).ok(); }
};

TEST_P(AttachmentsTest, AreWhatTheirBytesSay) {
  const Attachment pdf = Uploaded("%PDF-1.7 ...", "../../etc/foto.png", "image/png");
  EXPECT_EQ(pdf.content_type, "application/pdf");
  EXPECT_EQ(pdf.file_name, "foto.png");
  EXPECT_EQ(pdf.size_bytes, 12);
  EXPECT_EQ(pdf.reference, "sha256:" + pdf.sha256);
  // Whatever the message says of it later.
  Attachment lied = pdf;
  lied.content_type = "text/html";
  lied.size_bytes = 1;
  lied.sha256 = "00";
  lied.file_name = "a\tb/c.pdf";
  const TicketId id = Take(With({lied})).ticket_id;
  const Attachment kept = On(id).at(0).content.attachments.at(0);
  EXPECT_EQ(kept.content_type, "application/pdf");
  EXPECT_EQ(kept.size_bytes, 12);
  EXPECT_EQ(kept.sha256, pdf.sha256);
  EXPECT_EQ(kept.file_name, "c.pdf");
  const auto fact = LastFact<v1::TicketOpened>(id.value);
  EXPECT_EQ(fact.interaction().content().attachments(0).sha256(), pdf.sha256);
}

TEST_P(AttachmentsTest, MustBeUploadedBeforeAMessageNamesThem) {
  Attachment unknown;
  unknown.reference = "sha256:" + std::string(64, '0');
  EXPECT_EQ(Refusal(With({unknown})), "ATTACHMENT_NOT_FOUND");
  unknown.reference = "file:///etc/passwd";
  EXPECT_EQ(Refusal(With({Uploaded("there"), unknown})), "ATTACHMENT_NOT_FOUND");
  const Submission mail = With({Uploaded("old")});
  clock_.Advance(hours(23));
  EXPECT_EQ(Refusal(mail), "ATTACHMENT_NOT_FOUND");
  EXPECT_TRUE(List().empty());
  // A refusal frees the key: uploaded again, the same message is taken.
  Uploaded("old");
  EXPECT_EQ(Refusal(mail), "OK");
}

TEST_P(AttachmentsTest, ADuplicateIsOneWhateverBecameOfItsFiles) {
  const Submission mail = With({Uploaded("file")});
  Take(mail);
  clock_.Advance(hours(48));
  EXPECT_TRUE(Take(mail).duplicate);
}

TEST_P(AttachmentsTest, AreFoundByTheirTicketOnly) {
  const Attachment file = Uploaded("for the desk", "surat.txt");
  const TicketId id = Take(With({file})).ticket_id;
  const TicketId other = Take(Mail("budi@x.test")).ticket_id;
  const auto found = attachments_->OfTicket(id, file.sha256);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->bytes, "for the desk");
  EXPECT_EQ(found->file_name, "surat.txt");
  EXPECT_EQ(found->content_type, "text/plain");
  EXPECT_EQ(attachments_->OfTicket(other, file.sha256).error().reason, "ATTACHMENT_NOT_FOUND");
  EXPECT_EQ(attachments_->OfTicket(id, "../../etc/passwd").error().reason, "ATTACHMENT_NOT_FOUND");
}

TEST_P(AttachmentsTest, OfATicketMayBeSentBackLongAfterTheirUpload) {
  const Attachment file = Uploaded("the form");
  const TicketId id = Take(With({file})).ticket_id;
  const TicketId other = Take(Mail("budi@x.test")).ticket_id;
  clock_.Advance(hours(24 * 30));
  EXPECT_TRUE(tickets_->Reply(Of(id), {"Please sign", {file}}).ok());
  EXPECT_EQ(tickets_->Reply(Of(other), {"Please sign", {file}}).error().reason,
            "ATTACHMENT_NOT_FOUND");
}

TEST_P(AttachmentsTest, GoADayAfterTheirUploadUnlessAMessageShowsThem) {
  const Attachment unused = Uploaded("unused");
  const Attachment shown = Uploaded("shown");
  Take(With({shown}));
  clock_.Advance(hours(23));
  ASSERT_TRUE(attachments_->Sweep().ok());
  const Attachment young = Uploaded("young");
  EXPECT_TRUE(IsKept(unused));
  clock_.Advance(hours(2));
  ASSERT_TRUE(attachments_->Sweep().ok());
  EXPECT_FALSE(IsKept(unused));
  EXPECT_TRUE(IsKept(shown));
  EXPECT_TRUE(IsKept(young));
  ASSERT_TRUE(attachments_->Sweep().ok());
  EXPECT_EQ(Refusal(With({unused})), "ATTACHMENT_NOT_FOUND");
  clock_.Advance(hours(24));
  ASSERT_TRUE(attachments_->Sweep().ok());
  EXPECT_FALSE(IsKept(young));
}

TEST_P(AttachmentsTest, UploadedAgainTheyStayAnotherDay) {
  const Attachment file = Uploaded("again");
  clock_.Advance(hours(20));
  Uploaded("again");
  clock_.Advance(hours(5));
  ASSERT_TRUE(attachments_->Sweep().ok());
  EXPECT_EQ(Refusal(With({file})), "OK");
}

TEST_P(AttachmentsTest, UploadedTwiceWithinTheHourTheyAreUsableAsLongAsPromised) {
  Uploaded("twice");
  clock_.Advance(std::chrono::minutes(50));
  const Attachment file = Uploaded("twice");
  clock_.Advance(hours(21) + std::chrono::minutes(59));
  ASSERT_TRUE(attachments_->Sweep().ok());
  EXPECT_EQ(Refusal(With({file})), "OK");
}

// The second upload made the file younger than what is written down of it.
TEST_P(AttachmentsTest, UploadedTwiceWithinTheHourTheyGoAllTheSame) {
  const Attachment file = Uploaded("twice");
  clock_.Advance(std::chrono::minutes(50));
  Uploaded("twice");
  clock_.Advance(hours(24));
  ASSERT_TRUE(attachments_->Sweep().ok());
  clock_.Advance(hours(48));
  ASSERT_TRUE(attachments_->Sweep().ok());
  EXPECT_FALSE(IsKept(file));
}

// A crash may come between the bytes and what is written down of them.
TEST_P(AttachmentsTest, BytesThatNothingIsWrittenDownOfGoAfterADay) {
  const Attachment shown = Uploaded("shown");
  Take(With({shown}));
  const std::string lost = *blobs_.Put("lost");
  SweepUnknown();
  EXPECT_TRUE(blobs_.Get(lost).ok()) << "its upload may be under way";
  clock_.Advance(hours(24));
  const std::string young = *blobs_.Put("young");
  SweepUnknown();
  EXPECT_FALSE(blobs_.Get(lost).ok());
  EXPECT_TRUE(blobs_.Get(young).ok());
  EXPECT_TRUE(IsKept(shown));
}

TEST_P(AttachmentsTest, NoUploadLosesItsBytesToTheSweepOfWhatIsUnknown) {
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) texts.push_back("file " + std::to_string(i));
  for (const std::string& text : texts) ASSERT_TRUE(blobs_.Put(text).ok());
  clock_.Advance(hours(25));
  std::thread sweeper([&] { SweepUnknown(); });
  for (const std::string& text : texts) {
    const Attachment file = Uploaded(text);
    EXPECT_TRUE(IsKept(file)) << text;
  }
  sweeper.join();
  for (const std::string& text : texts) EXPECT_TRUE(blobs_.Get(blob::ReferenceOf(text)).ok());
}

// What was answered is there, and what is named is there, while another sweeps.
TEST_P(AttachmentsTest, NoMessageLosesItsFileToTheSweep) {
  std::atomic<bool> done{false};
  for (int i = 0; i < 40; ++i) Uploaded("file " + std::to_string(i));
  clock_.Advance(hours(25));
  std::thread sweeper([&] {
    while (!done) EXPECT_TRUE(attachments_->Sweep().ok());
  });
  for (int i = 39; i >= 0; --i) {
    const Attachment file = Uploaded("file " + std::to_string(i));
    const Accepted accepted = Take(With({file}));
    const auto found = attachments_->OfTicket(accepted.ticket_id, file.sha256);
    EXPECT_TRUE(found.ok()) << i;
  }
  done = true;
  sweeper.join();
}

TEST_P(AttachmentsTest, TooLargeIsRefused) {
  const std::string large(kAttachmentBytesMax + 1, 'x');
  EXPECT_EQ(attachments_->Upload("a", "", large).error().reason, "INVALID_FIELDS");
  EXPECT_TRUE(attachments_->Upload("a", "", "").ok());
}

MUARA_ON_BOTH_ENGINES(AttachmentsTest);

}  // namespace
}  // namespace muara::ticket

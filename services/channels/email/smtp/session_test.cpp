#include "services/channels/email/smtp/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/channels/email/smtp/address_path.h"

namespace muara::email {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class SessionTest : public ::testing::Test {
 protected:
  SessionTest()
      : endpoints_(*Endpoints::Create(
            {{"e1", "support@example.org", "Toko"}, {"e2", "@catch.example.org", "Toko"}})) {
    Restart();
  }

  void Restart() {
    session_ = std::make_unique<SmtpSession>(settings_, endpoints_, budget_);
    session_->Greet();
    session_->TakeReplies();
  }

  std::string Say(const std::string& bytes) {
    session_->Receive(bytes);
    return session_->TakeReplies();
  }

  void SayHelloAndAddresses() {
    Say("EHLO client.example.com\r\n");
    Say("MAIL FROM:<budi@example.com>\r\n");
    ASSERT_THAT(Say("RCPT TO:<support@example.org>\r\n"), StartsWith("250"));
  }

  std::string Accept() {
    session_->Answer({VerdictKind::kAccepted, ""});
    return session_->TakeReplies();
  }

  SessionSettings settings_;
  Endpoints endpoints_;
  ByteBudget budget_{10'000'000};
  std::unique_ptr<SmtpSession> session_;
};

TEST_F(SessionTest, TakesAMailAndAnswersOnlyAfterTheVerdict) {
  SayHelloAndAddresses();
  EXPECT_THAT(Say("DATA\r\n"), StartsWith("354"));
  EXPECT_EQ(Say("Subject: x\r\n\r\nHalo\r\n..dua\r\n.\r\n"), "");
  const auto mail = session_->TakeMail();
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail->sender, "budi@example.com");
  EXPECT_THAT(mail->recipients, ElementsAre("support@example.org"));
  EXPECT_EQ(mail->data, "Subject: x\r\n\r\nHalo\r\n.dua\r\n");
  EXPECT_FALSE(session_->TakeMail());
  EXPECT_EQ(Accept(), "250 2.0.0 accepted\r\n");
  EXPECT_EQ(budget_.left_bytes(), 10'000'000);
}

TEST_F(SessionTest, OffersItsExtensions) {
  const std::string reply = Say("EHLO client\r\n");
  for (const char* extension :
       {"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "SIZE 52428800"}) {
    EXPECT_THAT(reply, HasSubstr(extension));
  }
  EXPECT_EQ(Say("HELO client\r\n"), "250 localhost\r\n");
}

TEST_F(SessionTest, AnswersAWholePipelineInOrderAndStopsAtTheMail) {
  const std::string replies =
      Say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<support+x@example.org>\r\nDATA\r\nHi\r\n.\r\n"
          "NOOP\r\nQUIT\r\n");
  EXPECT_THAT(replies, HasSubstr("354"));
  EXPECT_THAT(replies, Not(HasSubstr("221")));
  EXPECT_EQ(session_->TakeMail()->sender, "");
  session_->Answer({VerdictKind::kTryLater, ""});
  EXPECT_EQ(session_->TakeReplies(),
            "451 4.3.0 not now, try again later\r\n250 2.0.0 OK\r\n221 2.0.0 bye\r\n");
  EXPECT_TRUE(session_->closed());
}

TEST_F(SessionTest, ReadsTheSameByteByByte) {
  SayHelloAndAddresses();
  for (const char c : std::string("DATA\r\n.x\r\n.\r\r\n..\r\n.\r\n")) Say(std::string(1, c));
  ASSERT_TRUE(session_->waiting());
  EXPECT_EQ(session_->TakeMail()->data, "x\r\n\r\r\n.\r\n");
}

TEST_F(SessionTest, RefusesStrangersAndUnknownMailboxes) {
  Say("EHLO c\r\nMAIL FROM:<a@example.com>\r\n");
  EXPECT_EQ(Say("RCPT TO:<x@elsewhere.example>\r\n"), "550 5.7.1 relaying is not done here\r\n");
  EXPECT_EQ(Say("RCPT TO:<nobody@example.org>\r\n"), "550 5.1.1 no such mailbox here\r\n");
  EXPECT_EQ(Say("RCPT TO:<postmaster>\r\n"), "550 5.1.1 no such mailbox here\r\n");
  EXPECT_THAT(Say("DATA\r\n"), StartsWith("503 5.5.1"));
  EXPECT_THAT(Say("RCPT TO:<SUPPORT+rabc@Example.ORG>\r\n"), StartsWith("250"));
  EXPECT_THAT(Say("RCPT TO:<anything@catch.example.org>\r\n"), StartsWith("250"));
}

TEST_F(SessionTest, EndsAMailOnlyAtCrLfDotCrLf) {
  for (const char* smuggled :
       {"\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r\n", "\n.\r", "\r\n\0.\r\n"}) {
    Restart();
    SayHelloAndAddresses();
    Say("DATA\r\n");
    Say(std::string("Halo") + smuggled + "MAIL FROM:<evil@example.com>\r\n");
    EXPECT_FALSE(session_->waiting()) << smuggled;
    Say("x\r\n.\r\n");
    ASSERT_TRUE(session_->waiting());
    const auto mail = session_->TakeMail();
    EXPECT_THAT(mail->data, HasSubstr("MAIL FROM:<evil@example.com>"));
    EXPECT_EQ(mail->data.find("\n\n"), std::string::npos);
  }
}

TEST_F(SessionTest, RefusesLineEndsInsideCommands) {
  EXPECT_THAT(Say("EHLO a\nMAIL FROM:<x@example.com>\r\n"), StartsWith("500 5.5.2"));
  EXPECT_THAT(Say("MAIL FROM:<x@example.com>\r\n"), StartsWith("503"));
}

TEST_F(SessionTest, HangsUpOnABrowserThatPostsAMail) {
  const std::string reply =
      Say("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nEHLO x\r\nMAIL FROM:<a@example.com>\r\n"
          "RCPT TO:<support@example.org>\r\nDATA\r\n");
  EXPECT_THAT(reply, StartsWith("421 4.7.0"));
  EXPECT_THAT(reply, Not(HasSubstr("250")));
  EXPECT_TRUE(session_->closed());
}

TEST_F(SessionTest, RefusesWhatIsTooLargeWith552) {
  settings_.data.message_max_bytes = 1000;
  Restart();
  Say("EHLO c\r\n");
  EXPECT_THAT(Say("MAIL FROM:<a@example.com> SIZE=1001\r\n"), StartsWith("552 5.3.4"));
  EXPECT_THAT(Say("MAIL FROM:<a@example.com> SIZE=99999999999999999999999\r\n"), StartsWith("501"));
  SayHelloAndAddresses();
  Say("DATA\r\n");
  EXPECT_EQ(Say(std::string(1500, 'x') + "\r\n.\r\n"), "552 5.3.4 message too large\r\n");
  EXPECT_FALSE(session_->waiting());
  EXPECT_THAT(Say("NOOP\r\n"), StartsWith("250"));
}

TEST_F(SessionTest, CutsOffAPeerThatNeverEndsItsMail) {
  settings_.data.message_max_bytes = 1000;
  Restart();
  SayHelloAndAddresses();
  Say("DATA\r\n");
  std::string replies;
  for (int i = 0; i < 100 && !session_->closed(); ++i) replies += Say(std::string(100'000, 'x'));
  EXPECT_TRUE(session_->closed());
  EXPECT_THAT(replies, HasSubstr("552 5.3.4"));
}

TEST_F(SessionTest, RefusesLinesThatAreTooLong) {
  settings_.data.line_max_bytes = 2000;
  Restart();
  SayHelloAndAddresses();
  Say("DATA\r\n");
  EXPECT_EQ(Say(std::string(2100, 'x') + "\r\n.\r\n"), "552 5.3.4 line too long\r\n");
  EXPECT_THAT(Say(std::string(3000, 'N')), HasSubstr("500 5.5.6"));
  EXPECT_TRUE(session_->closed());
}

TEST_F(SessionTest, TriesLaterWhenAllSessionsTogetherHoldTooMuch) {
  ASSERT_TRUE(budget_.Reserve(9'900'000));
  SayHelloAndAddresses();
  Say("DATA\r\n");
  EXPECT_THAT(Say("Halo\r\n.\r\n"), StartsWith("452 4.3.1"));
  EXPECT_EQ(budget_.left_bytes(), 100'000);
}

TEST_F(SessionTest, LimitsRecipientsErrorsAndMessages) {
  settings_.recipients_max = 2;
  settings_.messages_max = 1;
  Restart();
  SayHelloAndAddresses();
  Say("RCPT TO:<support@example.org>\r\n");
  EXPECT_THAT(Say("RCPT TO:<support@example.org>\r\n"), StartsWith("452 4.5.3"));
  Say("DATA\r\n.\r\n");
  EXPECT_THAT(Accept(), HasSubstr("421"));
  Restart();
  std::string replies;
  for (int i = 0; i < 30; ++i) replies += Say("BOO\r\n");
  EXPECT_THAT(replies, HasSubstr("421 4.7.0"));
  EXPECT_TRUE(session_->closed());
}

TEST_F(SessionTest, KeepsTheOrderOfCommands) {
  EXPECT_THAT(Say("MAIL FROM:<a@example.com>\r\n"), StartsWith("503"));
  EXPECT_THAT(Say("RCPT TO:<support@example.org>\r\n"), StartsWith("503"));
  EXPECT_THAT(Say("EHLO\r\n"), StartsWith("501"));
  SayHelloAndAddresses();
  EXPECT_THAT(Say("MAIL FROM:<a@example.com>\r\n"), StartsWith("503"));
  EXPECT_THAT(Say("RSET\r\n"), StartsWith("250"));
  EXPECT_THAT(Say("DATA\r\n"), StartsWith("503"));
  EXPECT_THAT(Say("VRFY budi\r\n"), StartsWith("252"));
  EXPECT_THAT(Say("LHLO c\r\n"), StartsWith("500"));
}

TEST_F(SessionTest, TakesNonAsciiAddressesOnlyBySmtputf8) {
  Say("EHLO c\r\n");
  EXPECT_THAT(Say("MAIL FROM:<büdi@example.com>\r\n"), StartsWith("553 5.6.7"));
  EXPECT_THAT(Say("MAIL FROM:<büdi@example.com> BODY=8BITMIME SMTPUTF8\r\n"), StartsWith("250"));
  EXPECT_THAT(Say("RSET\r\nMAIL FROM:<a@example.com> HOLDFOR=1\r\n"), HasSubstr("555 5.5.4"));
}

TEST_F(SessionTest, AnswersForEachRecipientInLmtp) {
  settings_.protocol = Protocol::kLmtp;
  Restart();
  EXPECT_THAT(Say("EHLO c\r\n"), StartsWith("500"));
  EXPECT_THAT(Say("LHLO c\r\n"), HasSubstr("250-"));
  Say("MAIL FROM:<>\r\nRCPT TO:<support@example.org>\r\nRCPT TO:<x@catch.example.org>\r\n");
  Say("DATA\r\nHalo\r\n.\r\n");
  EXPECT_EQ(Accept(), "250 2.0.0 accepted\r\n250 2.0.0 accepted\r\n");
}

TEST_F(SessionTest, SurvivesAnyBytes) {
  uint64_t seed = 11;
  for (int round = 0; round < 300; ++round) {
    Restart();
    std::string bytes = "EHLO c\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<support@example.org>\r\nDATA\r\n";
    for (int i = 0; i < 200; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      constexpr char kAlphabet[] = "\r\n.<>@:\" \0\xFFMAILRCPTDATA";
      bytes.insert((seed >> 40) % bytes.size(), 1, kAlphabet[(seed >> 33) % 24]);
    }
    Say(bytes);
    if (session_->waiting()) Accept();
  }
  session_.reset();
  EXPECT_EQ(budget_.left_bytes(), 10'000'000);
}

TEST(AddressPath, ReadsTheFormsOfTheStandard) {
  EXPECT_EQ(ParsePath("<>", AddressCharset::kAscii)->address, "");
  EXPECT_EQ(ParsePath(" <a@b.c> SIZE=1", AddressCharset::kAscii)->after, "SIZE=1");
  EXPECT_EQ(ParsePath("<@x,@y:a@b.c>", AddressCharset::kAscii)->address, "a@b.c");
  EXPECT_EQ(ParsePath("<\"a >b\"@c.d>", AddressCharset::kAscii)->address, "\"a >b\"@c.d");
  EXPECT_EQ(ParsePath("<a@[IPv6:::1]>", AddressCharset::kAscii)->address, "a@[IPv6:::1]");
  for (const char* bad : {"", "a@b.c", "<a@b.c", "<a>", "<a@>", "<@b.c>", "<a b@c.d>", "<a@b..c>",
                          "<a@b@c.d>", "<a@b.c>x", "<\"@b.c>", "<a\x01@b.c>", "<a@b\xFF.c>"}) {
    EXPECT_FALSE(ParsePath(bad, AddressCharset::kAscii)) << bad;
  }
}

}  // namespace
}  // namespace muara::email

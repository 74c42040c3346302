#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "services/channels/email/mime/mail_parser.h"
#include "services/channels/email/send/reply_mail.h"
#include "services/channels/email/send/scripted_host.h"
#include "services/channels/email/send/smtp_sender.h"
#include "services/channels/email/smtp/server.h"

namespace muara::email {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

ReplyMail SomeReply() {
  ReplyMail reply;
  reply.delivery_id = "01890a5d-ac96-774b-bcce-b302099a8057";
  reply.message_domain = "mail.example.org";
  reply.from = {"Ani dari Toko Müller", "support@example.org"};
  reply.to = {{"Budi", "budi@example.com"}};
  reply.reply_to = "support+rabc@example.org";
  reply.subject = "Pesanan € saya";
  reply.text = "Halo Budi,\n.\nFrom kami: " + std::string(1500, 'x') + " ✓\n";
  reply.in_reply_to = "last@example.com";
  reply.references = {"first@example.com", "last@example.com"};
  reply.date = FromMicros(1'772'421'660'000'000);
  return reply;
}

ParsedMail Read(const std::string& raw, const std::string& message_domain = "other.example") {
  const MailParser parser({*ReplyTokens::Create({{1, std::string(32, 'k')}}), message_domain});
  return *parser.Parse(raw, {});
}

std::string HeaderOf(const ParsedMail& mail, const std::string& name) {
  for (const Header& header : mail.headers) {
    if (header.name == name) return header.value;
  }
  return "<none>";
}

TEST(ReplyMail, SaysEverythingThatThreadsAndShowsItRight) {
  const ParsedMail mail = Read(*BuildReplyMail(SomeReply()));
  EXPECT_EQ(mail.message_id, "muara.01890a5d-ac96-774b-bcce-b302099a8057@mail.example.org");
  EXPECT_THAT(mail.in_reply_to, ElementsAre("last@example.com"));
  EXPECT_THAT(mail.references, ElementsAre("first@example.com", "last@example.com"));
  EXPECT_EQ(mail.from[0].name, "Ani dari Toko Müller");
  EXPECT_EQ(mail.from[0].address, "support@example.org");
  EXPECT_EQ(mail.to[0].address, "budi@example.com");
  EXPECT_EQ(mail.reply_to[0].address, "support+rabc@example.org");
  EXPECT_EQ(mail.subject, "Re: Pesanan € saya");
  EXPECT_THAT(mail.text, HasSubstr(SomeReply().text));
  EXPECT_EQ(ToRfc3339(*mail.date), "2026-03-02T03:21:00.000Z");
  EXPECT_EQ(HeaderOf(mail, "Auto-Submitted"), "<none>");
  EXPECT_EQ(mail.origin, Origin::kHuman);
}

TEST(ReplyMail, IsTheSameForTheSameDelivery) {
  EXPECT_EQ(*BuildReplyMail(SomeReply()), *BuildReplyMail(SomeReply()));
}

TEST(ReplyMail, IsKnownAsOurOwnWhenItComesBack) {
  EXPECT_EQ(Read(*BuildReplyMail(SomeReply()), "mail.example.org").origin, Origin::kOwnLoop);
}

TEST(ReplyMail, MarksWhatNoPersonWrote) {
  ReplyMail reply = SomeReply();
  reply.author = Author::kAutomatReply;
  const ParsedMail answer = Read(*BuildReplyMail(reply));
  EXPECT_EQ(HeaderOf(answer, "Auto-Submitted"), "auto-replied");
  EXPECT_EQ(HeaderOf(answer, "X-Auto-Response-Suppress"), "All");
  EXPECT_EQ(answer.origin, Origin::kAutoReply);
  reply.author = Author::kAutomatNotice;
  EXPECT_EQ(HeaderOf(Read(*BuildReplyMail(reply)), "Auto-Submitted"), "auto-generated");
}

TEST(ReplyMail, SaysReOnceAndOnlyInAnAnswer) {
  ReplyMail reply = SomeReply();
  reply.subject = "RE: Pesanan";
  EXPECT_EQ(Read(*BuildReplyMail(reply)).subject, "RE: Pesanan");
  reply.subject = "Survei";
  reply.author = Author::kAutomatNotice;
  EXPECT_EQ(Read(*BuildReplyMail(reply)).subject, "Survei");
  reply.author = Author::kPerson;
  reply.in_reply_to = "";
  EXPECT_EQ(Read(*BuildReplyMail(reply)).subject, "Survei");
}

TEST(ReplyMail, HasOnlyCrLfLineEndsAndShortLines) {
  const std::string raw = *BuildReplyMail(SomeReply());
  size_t line_start = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\n') continue;
    ASSERT_TRUE(i > 0 && raw[i - 1] == '\r');
    EXPECT_LE(i - line_start, 998u);
    line_start = i + 1;
  }
}

TEST(ReplyMail, LetsNoFieldBreakOutOfItsHeader) {
  const std::string evil = "x\r\nBcc: evil@example.net\r\n\r\nbody\n\rX-Evil: 1\x0bz";
  ReplyMail reply = SomeReply();
  reply.subject = reply.from.name = reply.to[0].name = evil;
  reply.references = {evil, "a@b>\r\nX-Evil: 1"};
  reply.attachments = {{evil, "text/plain\r\nX-Evil: 1", "data"}};
  const Result<std::string> raw = BuildReplyMail(reply);
  ASSERT_TRUE(raw.ok());
  const ParsedMail mail = Read(*raw);
  EXPECT_EQ(HeaderOf(mail, "Bcc"), "<none>");
  EXPECT_EQ(HeaderOf(mail, "X-Evil"), "<none>");
  EXPECT_THAT(*raw, Not(HasSubstr("\nX-Evil")));
  EXPECT_THAT(*raw, Not(HasSubstr("\nBcc")));
  for (std::string* field :
       {&reply.from.address, &reply.to[0].address, &reply.reply_to, &reply.message_domain}) {
    const std::string before = *field;
    *field = "a@b.c\r\nX-Evil: 1";
    EXPECT_EQ(BuildReplyMail(reply).error().reason, "INVALID_FIELDS");
    *field = before;
  }
  reply.in_reply_to = "a@b>\r\nX-Evil: 1";
  EXPECT_THAT(*BuildReplyMail(reply), Not(HasSubstr("X-Evil: 1\r\n")));
}

TEST(ReplyMail, CarriesAttachments) {
  ReplyMail reply = SomeReply();
  reply.attachments = {{"tagihan é.pdf", "application/pdf", "%PDF-1.4 data"}};
  const ParsedMail mail = Read(*BuildReplyMail(reply));
  ASSERT_THAT(mail.attachments, SizeIs(1));
  EXPECT_EQ(mail.attachments[0].file_name, "tagihan é.pdf");
  EXPECT_EQ(mail.attachments[0].bytes, "%PDF-1.4 data");
  EXPECT_THAT(mail.text, HasSubstr("Halo Budi"));
}

TEST(ReplyMail, NamesEverythingThatIsWrongAtOnce) {
  ReplyMail reply = SomeReply();
  reply.from.address = "no address";
  reply.to.clear();
  reply.text = std::string(kTextMaxBytes + 1, 'x');
  const Result<std::string> raw = BuildReplyMail(reply);
  ASSERT_FALSE(raw.ok());
  EXPECT_THAT(raw.error().violations, SizeIs(3));
}

SmarthostSettings At(int port) {
  SmarthostSettings settings;
  settings.port = port;
  settings.start_tls = StartTls::kOff;
  settings.send_max_ms = 5000;
  return settings;
}

SendResult SendTo(const SmarthostSettings& settings) {
  return SmtpSender(settings).Send("support@example.org", {"budi@example.com"},
                                   "Subject: x\r\n\r\nHalo\r\n");
}

SendResult SendTo(ScriptedHost::Script script) {
  const ScriptedHost host(std::move(script));
  return SendTo(At(host.port()));
}

TEST(SmtpSender, DeliversTheExactBytesAndTheEnvelope) {
  const Endpoints all = *Endpoints::Create({{"e", "@example.com", ""}});
  std::mutex mutex;
  ReceivedMail received;
  auto server = SmtpServer::Start({}, all, [&](const ReceivedMail& mail) -> Verdict {
    const std::lock_guard lock(mutex);
    received = mail;
    return {VerdictKind::kAccepted, ""};
  });
  ASSERT_TRUE(server.ok());
  const std::string raw = "Subject: x\r\n\r\n.\r\n..dua\r\nakhir\r\n";
  const SendResult result =
      SmtpSender(At((*server)->port()))
          .Send("support@example.org", {"a@example.com", "b@example.com"}, raw);
  EXPECT_EQ(result.kind, SendKind::kAccepted);
  EXPECT_EQ(result.reply_code, 250);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(received.data, raw);
  EXPECT_EQ(received.sender, "support@example.org");
  EXPECT_THAT(received.recipients, ElementsAre("a@example.com", "b@example.com"));
}

TEST(SmtpSender, RejectsForGoodOn5xx) {
  const SendResult result = SendTo(Except("RCPT", "550 5.1.1 no such user\r\n"));
  EXPECT_EQ(result.kind, SendKind::kRejected);
  EXPECT_EQ(result.reply_code, 550);
  EXPECT_EQ(result.enhanced_code, "5.1.1");
  EXPECT_EQ(SendTo(Except(".", "554 5.7.1 spam\r\n")).kind, SendKind::kRejected);
  EXPECT_EQ(SendTo(Except("DATA", "554 no\r\n")).kind, SendKind::kRejected);
}

TEST(SmtpSender, TriesAgainOn4xxAndOnAHostThatIsAway) {
  EXPECT_EQ(SendTo(Except("RCPT", "450 4.2.0 greylisted\r\n")).kind, SendKind::kRetry);
  EXPECT_EQ(SendTo(Except(".", "451 4.3.0 later\r\n")).kind, SendKind::kRetry);
  EXPECT_EQ(SendTo(Except("MAIL", "421 4.3.2 closing\r\n")).kind, SendKind::kRetry);
  EXPECT_EQ(SendTo(Except("MAIL", "")).kind, SendKind::kRetry);
  EXPECT_EQ(SendTo(Except("DATA", "")).kind, SendKind::kRetry);
  int closed_port = 0;
  {
    const ScriptedHost gone(Except("x", ""));
    closed_port = gone.port();
  }
  EXPECT_EQ(SendTo(At(closed_port)).kind, SendKind::kRetry);
}

TEST(SmtpSender, DoesNotKnowWhenTheAnswerToTheMailIsLost) {
  const SendResult result = SendTo(Except(".", ""));
  EXPECT_EQ(result.kind, SendKind::kUnknown);
  EXPECT_EQ(result.reason, "SMTP_ANSWER_LOST");
  const ScriptedHost silent([script = Except("x", "")](const std::string& line) -> std::string {
    return line == "." ? "250-waiting\r\n" : script(line);  // an answer that never ends
  });
  SmarthostSettings settings = At(silent.port());
  settings.send_max_ms = 500;
  EXPECT_EQ(SendTo(settings).kind, SendKind::kUnknown);
}

TEST(SmtpSender, StopsTheEndpointWhenItsLoginOrTlsIsRefused) {
  const ScriptedHost refusing(Except("AUTH", "535 5.7.8 wrong\r\n"));
  SmarthostSettings settings = At(refusing.port());
  settings.user_name = "ani";
  settings.password = "salah";
  EXPECT_EQ(SendTo(settings).kind, SendKind::kEndpointFault);
  const ScriptedHost plain(Except("x", ""));
  settings = At(plain.port());
  settings.start_tls = StartTls::kRequired;
  EXPECT_EQ(SendTo(settings).kind, SendKind::kEndpointFault);
  EXPECT_EQ(SendTo(Except("MAIL", "530 5.7.0 log in first\r\n")).kind, SendKind::kEndpointFault);
  const ScriptedHost unfriendly(Except("x", ""), "554 5.7.1 go away\r\n");
  EXPECT_EQ(SendTo(At(unfriendly.port())).kind, SendKind::kEndpointFault);
}

TEST(SmtpSender, LogsIn) {
  const ScriptedHost host(Except("x", ""));
  SmarthostSettings settings = At(host.port());
  settings.user_name = "ani";
  settings.password = "rahasia";
  EXPECT_EQ(SendTo(settings).kind, SendKind::kAccepted);
}

TEST(SmtpSender, RefusesAddressesThatCouldCarryCommands) {
  const SmtpSender sender(At(1));
  for (const char* bad :
       {"a@b.c>\r\nRCPT TO:<evil@example.net", "a b@c.d", "", "@b.c", "a@", "a@b.c,d@e.f"}) {
    EXPECT_EQ(sender.Send("a@b.c", {bad}, "x").kind, SendKind::kRejected) << bad;
  }
  EXPECT_EQ(sender.Send("a@b.c\r\nDATA", {"a@b.c"}, "x").kind, SendKind::kRejected);
  EXPECT_EQ(sender.Send("a@b.c", {}, "x").kind, SendKind::kRejected);
}

}  // namespace
}  // namespace muara::email

#include "services/channels/email/mime/mail_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/crypto.h"
#include "libs/base/text.h"
#include "services/channels/email/mime/charset.h"
#include "services/channels/email/mime/screen.h"

namespace muara::email {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

ReplyTokens Tokens() { return *ReplyTokens::Create({{1, std::string(32, 'k')}}); }

ParsedMail Parse(const std::string& raw, const Envelope& envelope = {}) {
  Result<ParsedMail> mail = MailParser({Tokens(), "mail.example.com"}).Parse(raw, envelope);
  CHECK(mail.ok());
  EXPECT_TRUE(IsUtf8(mail->text) && IsUtf8(mail->html) && IsUtf8(mail->subject));
  return *mail;
}

std::string Repeat(std::string_view text, size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

constexpr char kMultipart[] =
    "From: \"Budi Santoso\" <budi@Example.COM>\r\n"
    "To: =?utf-8?q?D=C3=BCkungan?= <support@example.org>, x@example.net\r\n"
    "Cc: Tim: a@example.net, b@example.net;\r\n"
    "Subject: =?utf-8?b?UGVzYW5hbiDigqw=?= [#A-17]\r\n"
    "Message-ID: <abc@example.com>\r\n"
    "In-Reply-To: <one@example.org>\r\n"
    "References: <zero@example.org>\r\n <one@example.org>\r\n"
    "Date: Mon, 2 Mar 2026 10:21:00 +0700\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=outer\r\n\r\n"
    "--outer\r\n"
    "Content-Type: multipart/alternative; boundary=inner\r\n\r\n"
    "--inner\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n"
    "Caf\xE9 tutup\r\n\r\nPada Sen, 2 Mar 2026 10.00 Ani menulis:\r\n> Halo\r\n"
    "--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Caf\xC3\xA9 tutup</p>\r\n"
    "--inner--\r\n"
    "--outer\r\nContent-Type: image/png; name=\"../../foto.png\"\r\n"
    "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n"
    "JVBERi0xLjQK\r\n"
    "--outer--\r\n";

TEST(MailParser, ReadsEveryFieldOfAnOrdinaryMail) {
  const ParsedMail mail = Parse(kMultipart);
  EXPECT_EQ(mail.message_id, "abc@example.com");
  EXPECT_EQ(mail.in_reply_to, std::vector<std::string>{"one@example.org"});
  EXPECT_THAT(mail.references, SizeIs(2));
  ASSERT_THAT(mail.from, SizeIs(1));
  EXPECT_EQ(mail.from[0].name, "Budi Santoso");
  EXPECT_EQ(mail.from[0].address, "budi@example.com");
  ASSERT_THAT(mail.to, SizeIs(2));
  EXPECT_EQ(mail.to[0].name, "Dükungan");
  EXPECT_THAT(mail.cc, SizeIs(2));
  EXPECT_EQ(mail.subject, "Pesanan € [#A-17]");
  ASSERT_TRUE(mail.date);
  EXPECT_EQ(ToRfc3339(*mail.date), "2026-03-02T03:21:00.000Z");
  EXPECT_THAT(mail.text, HasSubstr("Café tutup"));
  EXPECT_EQ(mail.visible_text, "Café tutup");
  EXPECT_THAT(mail.html, HasSubstr("<p>Café tutup</p>"));
  EXPECT_EQ(mail.origin, Origin::kHuman);
}

TEST(MailParser, GivesAttachmentsTheirRealTypeASafeNameAndADigest) {
  const ParsedMail mail = Parse(kMultipart);
  ASSERT_THAT(mail.attachments, SizeIs(1));
  EXPECT_EQ(mail.attachments[0].file_name, "foto.png");
  EXPECT_EQ(mail.attachments[0].content_type, "application/pdf");
  EXPECT_EQ(mail.attachments[0].bytes, "%PDF-1.4\n");
  EXPECT_EQ(mail.attachments[0].sha256_hex, ToHex(Sha256("%PDF-1.4\n")));
}

TEST(MailParser, MakesTextOfHtmlWhereThereIsNoOther) {
  const ParsedMail mail = Parse(
      "Content-Type: text/html\r\n\r\n<style>p{}</style><p>Halo&nbsp;semua &amp; Anda</p>"
      "<div>On Mon, 2 Mar 2026, Ani wrote:<blockquote>lama</blockquote></div>");
  EXPECT_THAT(mail.text, HasSubstr("Halo semua & Anda"));
  EXPECT_THAT(mail.text, HasSubstr("> lama"));
  EXPECT_EQ(mail.visible_text, "Halo semua & Anda");
}

TEST(MailParser, TakesTheReturnPathFromTheEnvelope) {
  const std::string raw = "Return-Path: <forged@example.com>\r\nFrom: a@example.com\r\n\r\nHi";
  EXPECT_EQ(Parse(raw).return_path, "forged@example.com");
  EXPECT_EQ(Parse(raw, {"real@example.com", {}}).return_path, "real@example.com");
  EXPECT_EQ(Parse(raw, {"", {}}).origin, Origin::kAutoReply);
}

TEST(MailParser, FindsTheTicketByTheSignedAddressOfTheEnvelope) {
  const std::string ticket = "01890a5d-ac96-774b-bcce-b302099a8057";
  const std::string address = *Tokens().AddressFor("support@example.org", ticket);
  const ParsedMail mail = Parse("From: a@b.c\r\n\r\nHi", {"a@b.c", {address}});
  ASSERT_THAT(mail.thread_hints, SizeIs(1));
  EXPECT_EQ(mail.thread_hints[0].value, ticket);
  std::string forged = address;
  forged[forged.find('@') - 1] = forged[forged.find('@') - 1] == 'a' ? 'b' : 'a';
  forged[forged.find('@') - 4] = forged[forged.find('@') - 4] == 'a' ? 'b' : 'a';
  EXPECT_THAT(Parse("From: a@b.c\r\n\r\nHi", {"a@b.c", {forged}}).defects,
              Contains("REPLY_TOKEN_NOT_GENUINE"));
}

TEST(MailParser, ReadsWhatADeliveryReportSays) {
  const ParsedMail mail = Parse(
      "From: MAILER-DAEMON@example.net\r\nSubject: Undelivered\r\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\nSorry\r\n"
      "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
      "Final-Recipient: rfc822; budi@example.com\r\nAction: failed\r\nStatus: 5.1.1 (no)\r\n"
      "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <muara.d1@mail.example.com>\r\n"
      "Subject: Re: x\r\n\r\nbody\r\n--b--\r\n",
      {"", {}});
  EXPECT_EQ(mail.origin, Origin::kBounce);
  ASSERT_THAT(mail.bounce_reports, SizeIs(1));
  EXPECT_EQ(mail.bounce_reports[0].recipient, "budi@example.com");
  EXPECT_EQ(mail.bounce_reports[0].action, "failed");
  EXPECT_EQ(mail.bounce_reports[0].status, "5.1.1");
  EXPECT_EQ(mail.bounced_message_id, "muara.d1@mail.example.com");
  EXPECT_THAT(mail.text, HasSubstr("Sorry"));
}

TEST(MailParser, JoinsTheSoftlyBrokenLinesOfFlowedText) {
  EXPECT_EQ(Parse("Content-Type: text/plain; format=flowed\r\n\r\nsatu \r\ndua\r\ntiga\r\n").text,
            "satu dua\ntiga\n");
}

TEST(MailParser, KeepsTextWhoseCharsetIsUnknownOrALie) {
  EXPECT_THAT(Parse("Content-Type: text/plain; charset=klingon\r\n\r\nCaf\xE9").text,
              HasSubstr("Café"));
  EXPECT_THAT(Parse("Content-Type: text/plain; charset=utf-8\r\n\r\nCaf\xE9").text,
              HasSubstr("Café"));
  EXPECT_THAT(Parse("Content-Type: text/plain; charset=gb2312\r\n\r\n\xC4\xE3").text,
              HasSubstr("你"));
}

TEST(MailParser, RemovesNuls) {
  const ParsedMail mail = Parse(std::string("Subject: a\0b\r\n\r\nHa\0lo", 22));
  EXPECT_EQ(mail.text.find('\0'), std::string::npos);
  EXPECT_THAT(mail.text, HasSubstr("Halo"));
}

TEST(MailParser, GivesSomethingForAnyBytes) {
  EXPECT_NO_FATAL_FAILURE(Parse(""));
  EXPECT_NO_FATAL_FAILURE(Parse("\r\n"));
  EXPECT_THAT(Parse("no header at all").text, HasSubstr("no header at all"));
  EXPECT_NO_FATAL_FAILURE(Parse(std::string(100'000, '\0')));
  EXPECT_NO_FATAL_FAILURE(Parse(RandomBytes(100'000)));
  EXPECT_NO_FATAL_FAILURE(Parse("Content-Type: multipart/mixed\r\n\r\n" + RandomBytes(1000)));
}

TEST(MailParser, SurvivesAddressGroupsNestedWithoutEnd) {
  for (const char* name : {"To", "From", "cc", "Reply-To", "Bcc", "Sender"}) {
    const ParsedMail mail =
        Parse(std::string(name) + ": " + Repeat("g:", 5'000'000) + "\r\n\r\nHalo");
    EXPECT_THAT(mail.defects, Contains("GROUPS_NESTED_TOO_DEEP")) << name;
    EXPECT_THAT(mail.text, HasSubstr("Halo"));
  }
}

TEST(MailParser, SurvivesNestedGroupsInTheHeadersOfInnerMessages) {
  const ParsedMail mail = Parse("Content-Type: message/rfc822\r\n\r\nTo: " + Repeat("g:", 200'000) +
                                "\r\n " + Repeat("g:", 200'000) + "\r\nSubject: x\r\n\r\nHalo");
  EXPECT_THAT(mail.defects, Contains("GROUPS_NESTED_TOO_DEEP"));
}

TEST(MailParser, KeepsGroupsThatAreOnlyDeepInQuotes) {
  const ParsedMail mail = Parse("To: \"a: b: c: d: e: f: g\" <x@example.com>\r\n\r\nHalo");
  EXPECT_THAT(mail.defects, Not(Contains("GROUPS_NESTED_TOO_DEEP")));
  ASSERT_THAT(mail.to, SizeIs(1));
  EXPECT_EQ(mail.to[0].name, "a: b: c: d: e: f: g");
}

TEST(MailParser, SurvivesPartsNestedWithoutEnd) {
  std::string raw;
  for (int i = 0; i < 5000; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    raw += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  EXPECT_NO_FATAL_FAILURE(Parse(raw + "\r\nHalo"));
  EXPECT_NO_FATAL_FAILURE(Parse(Repeat("Content-Type: message/rfc822\r\n\r\n", 20'000) + "Halo"));
  EXPECT_THAT(Parse("Content-Type: multipart/mixed; boundary=a\r\n\r\n" +
                    Repeat("--a\r\n\r\nx\r\n", 100'000))
                  .defects,
              Contains("TOO_MANY_PARTS"));
}

TEST(MailParser, SurvivesHeadersWithoutEnd) {
  EXPECT_THAT(Parse(Repeat("X-A: b\r\n", 50'000) + "\r\nHalo").defects,
              Contains("TOO_MANY_HEADERS"));
  EXPECT_THAT(Parse("Subject: " + std::string(3'000'000, 'a') + "\r\n\r\nHalo").defects,
              Contains("HEADER_TOO_LONG"));
  for (const char* unit :
       {"(", "<", "\"", "@", ",", ";", "[", "\\", "=?utf-8?q?", "a.", "\"a\"."}) {
    for (const char* name : {"To: ", "Subject: ", "Content-Type: ", "Date: ", "References: ",
                             "Content-Disposition: attachment; filename="}) {
      EXPECT_NO_FATAL_FAILURE(Parse(name + Repeat(unit, 60'000) + "\r\n\r\nHalo"));
    }
  }
}

TEST(MailParser, CutsWhatIsTooLargeAndSaysSo) {
  const ParsedMail mail = Parse("Content-Type: text/plain\r\n\r\n" + Repeat("é", kTextMaxBytes));
  EXPECT_LE(mail.text.size(), kTextMaxBytes);
  EXPECT_THAT(mail.defects, Contains("TEXT_CUT"));
  std::string many = "Content-Type: multipart/mixed; boundary=a\r\n\r\n";
  for (int i = 0; i < 30; ++i) {
    many += "--a\r\nContent-Disposition: attachment\r\n\r\n" + std::to_string(i) + "\r\n";
  }
  EXPECT_THAT(Parse(many).attachments, SizeIs(kAttachmentsMax));
  EXPECT_THAT(Parse(many).defects, Contains("TOO_MANY_ATTACHMENTS"));
}

TEST(MailParser, SurvivesEveryTruncationAndManyBrokenBytes) {
  const std::string whole = kMultipart;
  for (size_t size = 0; size < whole.size(); size += 3) Parse(whole.substr(0, size));
  uint64_t seed = 7;
  for (int round = 0; round < 500; ++round) {
    std::string broken = whole;
    for (int i = 0; i < 10; ++i) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      broken[(seed >> 33) % broken.size()] = static_cast<char>(seed >> 20);
    }
    EXPECT_NO_FATAL_FAILURE(Parse(broken));
  }
}

TEST(Charset, NeverGivesAnythingButUtf8) {
  for (const char* charset : {"utf-16", "utf-7", "iso-2022-jp", "utf-32be", "big5", "hz-gb-2312",
                              "//TRANSLIT", "a\nb", "iso-2022-cn-ext", "euc-tw", ""}) {
    EXPECT_TRUE(IsUtf8(ToUtf8(RandomBytes(5000), charset))) << charset;
  }
  EXPECT_EQ(ToUtf8("\x1B$B$\"\x1B(B", "iso-2022-jp"), "あ");
}

}  // namespace
}  // namespace muara::email

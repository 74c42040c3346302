#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/id.h"
#include "libs/base/text.h"
#include "services/channels/email/domain/bounce.h"
#include "services/channels/email/domain/endpoints.h"
#include "services/channels/email/domain/origin.h"
#include "services/channels/email/domain/reply_token.h"
#include "services/channels/email/domain/thread_hints.h"

namespace muara::email {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kDomain[] = "mail.example.org";
constexpr char kTicket[] = "01890a5d-ac96-774b-bcce-b302099a8057";

ReplyTokens Tokens(std::vector<ReplyKey> keys = {{7, std::string(32, 'k')}}) {
  return *ReplyTokens::Create(std::move(keys));
}

TEST(ReplyToken, ComesBackAsTheTicketThatItWasMadeFor) {
  const std::string address = *Tokens().AddressFor("support@example.org", kTicket);
  EXPECT_EQ(Tokens().TicketOf(address), kTicket);
  EXPECT_EQ(Tokens().TicketOf("SUPPORT" + LowerAscii(address).substr(7)), kTicket);
  std::string upper = address;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(Tokens().TicketOf(upper), kTicket);
  EXPECT_LE(address.find('@'), 64u);
}

TEST(ReplyToken, IsRefusedWhenAnyCharacterChanges) {
  const std::string address = *Tokens().AddressFor("support@example.org", kTicket);
  for (size_t i = address.find("+r") + 2; i < address.find('@') - 1; ++i) {
    std::string forged = address;
    forged[i] = forged[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(Tokens().TicketOf(forged)) << i;
    EXPECT_TRUE(ReplyTokens::LooksLikeReplyAddress(forged));
  }
  EXPECT_FALSE(Tokens({{7, std::string(32, 'x')}}).TicketOf(address));
  EXPECT_FALSE(Tokens({{8, std::string(32, 'k')}}).TicketOf(address));
}

TEST(ReplyToken, LivesOnWhenTheKeyIsChanged) {
  const ReplyKey old_key{1, std::string(32, 'o')};
  const std::string address = *Tokens({old_key}).AddressFor("s@example.org", kTicket);
  EXPECT_EQ(Tokens({{2, std::string(40, 'n')}, old_key}).TicketOf(address), kTicket);
  EXPECT_EQ(Tokens({{1, std::string(40, 'n')}, old_key}).TicketOf(address), kTicket);
}

TEST(ReplyToken, IsNotSeenInOtherAddresses) {
  for (const char* other : {"", "@", "support@example.org", "support+rabc@example.org", "+r@x",
                            "support+r11111111111111111111111111111111111111111111@x"}) {
    EXPECT_FALSE(Tokens().TicketOf(other)) << other;
    EXPECT_FALSE(ReplyTokens::LooksLikeReplyAddress(other)) << other;
  }
}

TEST(ReplyToken, SaysWhenItDoesNotFit) {
  EXPECT_TRUE(Tokens().AddressFor("eighteen-bytes-xyz@example.org", kTicket).ok());
  EXPECT_EQ(Tokens().AddressFor("nineteen-bytes-wxyz@example.org", kTicket).error().reason,
            "REPLY_ADDRESS_TOO_LONG");
  EXPECT_EQ(Tokens().AddressFor("s@example.org", "no-uuid").error().reason,
            "INVALID_REPLY_ADDRESS");
  EXPECT_THAT(ReplyTokens::Create({{1, "short"}, {1, "short too"}}).error().violations, SizeIs(2));
  EXPECT_FALSE(ReplyTokens::Create({}).ok());
}

TEST(Endpoints, FindMailboxesByAddressPlusPartAndDomain) {
  const Endpoints endpoints = *Endpoints::Create({{"a", "Support@Example.org", ""},
                                                  {"b", "support+vip@example.org", ""},
                                                  {"c", "@catch.example.org", ""}});
  EXPECT_EQ(endpoints.Find("support@example.org")->id, "a");
  EXPECT_EQ(endpoints.Find("support+rxyz@EXAMPLE.org")->id, "a");
  EXPECT_EQ(endpoints.Find("support+vip+rxyz@example.org")->id, "b");
  EXPECT_EQ(endpoints.Find("any+thing@catch.example.org")->id, "c");
  EXPECT_EQ(endpoints.Find("+x@example.org"), nullptr);
  EXPECT_EQ(endpoints.Find("@example.org"), nullptr);
  EXPECT_EQ(endpoints.KindOf("x@example.org"), RecipientKind::kUnknownMailbox);
  EXPECT_EQ(endpoints.KindOf("x@example.net"), RecipientKind::kForeignDomain);
  EXPECT_EQ(endpoints.KindOf("postmaster"), RecipientKind::kUnknownMailbox);
}

TEST(Endpoints, NameEverythingThatIsMalformed) {
  const auto bad = Endpoints::Create(
      {{"", "support@example.org", ""}, {"b", "no address", ""}, {"c", "support@example.org", ""}});
  EXPECT_THAT(bad.error().violations, SizeIs(3));
}

ParsedMail WithHeader(const char* name, const char* value) {
  ParsedMail mail;
  mail.from = {{"Budi", "budi@example.com"}};
  mail.return_path = "budi@example.com";
  mail.headers = {{name, value}};
  return mail;
}

Origin OriginWith(const char* name, const char* value) {
  return ClassifyOrigin(WithHeader(name, value), kDomain).origin;
}

TEST(Origin, IsReadFromTheHeadersOfMachines) {
  EXPECT_EQ(OriginWith("Auto-Submitted", "auto-replied; owner-email=\"x\""), Origin::kAutoReply);
  EXPECT_EQ(OriginWith("auto-submitted", "auto-generated"), Origin::kAutoReply);
  EXPECT_EQ(OriginWith("Precedence", "auto_reply"), Origin::kAutoReply);
  EXPECT_EQ(OriginWith("X-Auto-Response-Suppress", "DR, OOF, AutoReply"), Origin::kAutoReply);
  EXPECT_EQ(OriginWith("X-Autoreply", "yes"), Origin::kAutoReply);
  EXPECT_EQ(OriginWith("Precedence", "Bulk"), Origin::kBulk);
  EXPECT_EQ(OriginWith("List-Unsubscribe", "<mailto:x>"), Origin::kBulk);
  EXPECT_EQ(OriginWith("X-Failed-Recipients", "x@example.com"), Origin::kBounce);
  EXPECT_EQ(OriginWith("X-Muara-Loop", "Mail.Example.org"), Origin::kOwnLoop);
}

TEST(Origin, IsHumanWithoutEvidence) {
  EXPECT_EQ(OriginWith("Auto-Submitted", "no"), Origin::kHuman);
  EXPECT_EQ(OriginWith("Auto-Submitted", "No (really)"), Origin::kHuman);
  EXPECT_EQ(OriginWith("Precedence", "normal"), Origin::kHuman);
  EXPECT_EQ(OriginWith("X-Auto-Response-Suppress", "None"), Origin::kHuman);
  EXPECT_EQ(OriginWith("X-Auto-Response-Suppress", "DR, RN, NRN"), Origin::kHuman);
  EXPECT_EQ(OriginWith("X-Muara-Loop", "another.example"), Origin::kHuman);
  EXPECT_THAT(ClassifyOrigin(WithHeader("X", "y"), kDomain).evidence, IsEmpty());
}

TEST(Origin, TellsReportsReceiptsAndNullPathsApart) {
  ParsedMail mail = WithHeader("X", "y");
  mail.return_path = "";
  EXPECT_EQ(ClassifyOrigin(mail, kDomain).origin, Origin::kAutoReply);
  mail.from[0].address = "MAILER-DAEMON@mx.example.com";
  EXPECT_EQ(ClassifyOrigin(mail, kDomain).origin, Origin::kBounce);
  mail = WithHeader("X", "y");
  mail.is_report = true;
  mail.report_type = "delivery-status";
  EXPECT_EQ(ClassifyOrigin(mail, kDomain).origin, Origin::kBounce);
  mail.report_type = "disposition-notification";
  EXPECT_EQ(ClassifyOrigin(mail, kDomain).origin, Origin::kAutoReply);
}

TEST(Origin, KeepsTheStrongestAndAllEvidence) {
  ParsedMail mail = WithHeader("List-Id", "x");
  mail.headers.push_back({"Auto-Submitted", "auto-replied"});
  mail.message_id = MakeMessageId("d1", kDomain);
  const OriginVerdict verdict = ClassifyOrigin(mail, kDomain);
  EXPECT_EQ(verdict.origin, Origin::kOwnLoop);
  EXPECT_THAT(verdict.evidence,
              ElementsAre("Message-ID of ours", "List-Id", "Auto-Submitted: auto-replied"));
}

TEST(ThreadHints, ComeBestFirst) {
  const std::string ours = MakeMessageId("01890A5D", kDomain);
  const std::string older = MakeMessageId("older", kDomain);
  ParsedMail mail;
  mail.to = {{"", *Tokens().AddressFor("support@example.org", kTicket)}};
  mail.in_reply_to = {"theirs@example.com", ours};
  mail.references = {older, "theirs@example.com", "newest@example.com"};
  mail.subject = "Re: [#] [#A-17] Pesanan [#18]";
  const auto hints = FindThreadHints(mail, {}, Tokens(), kDomain);
  std::vector<std::string> values;
  for (const ThreadHint& hint : hints) values.push_back(hint.value);
  EXPECT_THAT(values, ElementsAre(kTicket, ours, "theirs@example.com", older, "newest@example.com",
                                  "A-17"));
  EXPECT_TRUE(hints[1].ours);
  EXPECT_FALSE(hints[2].ours);
  EXPECT_EQ(hints[5].kind, HintKind::kSubjectTag);
}

TEST(ThreadHints, LeadFromABounceToTheMailThatCameBack) {
  ParsedMail mail;
  mail.bounced_message_id = MakeMessageId("d1", kDomain);
  const auto hints = FindThreadHints(mail, {}, Tokens(), kDomain);
  ASSERT_THAT(hints, SizeIs(1));
  EXPECT_TRUE(hints[0].ours);
}

TEST(ThreadHints, AreBounded) {
  std::string references;
  for (int i = 0; i < 5000; ++i) references += "<" + std::to_string(i) + "@x>";
  const auto ids = MessageIds(references);
  EXPECT_THAT(ids, SizeIs(kReferencesMax));
  EXPECT_EQ(ids.back(), "4999@x");
  EXPECT_THAT(MessageIds("<a@b> junk <c d> <e@f><a@b> <" + std::string(2000, 'x') + ">"),
              ElementsAre("a@b", "e@f"));
}

TEST(Bounce, IsReadFromReportsAndFromWords) {
  const auto reports = ParseDeliveryStatus(
      "Reporting-MTA: dns; mx\n\nOriginal-Recipient: rfc822;old@x.y\nFinal-Recipient: RFC822; "
      "<a@b.c>\nAction: Failed\nStatus: 5.1.1\n\nFinal-Recipient: rfc822; d@e.f\nAction: "
      "delayed\n");
  ASSERT_THAT(reports, SizeIs(2));
  EXPECT_EQ(reports[0].recipient, "a@b.c");
  EXPECT_EQ(reports[0].action, "failed");
  EXPECT_EQ(reports[1].action, "delayed");
  EXPECT_EQ(FindReturnedMessageId("Sorry\n> Message-Id:\n> <muara.x@y>\n"), "muara.x@y");
  EXPECT_EQ(FindReturnedMessageId("nothing"), "");
}

}  // namespace
}  // namespace muara::email

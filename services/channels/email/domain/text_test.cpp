#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/text.h"
#include "services/channels/email/domain/flowed.h"
#include "services/channels/email/domain/html_text.h"
#include "services/channels/email/domain/mail.h"
#include "services/channels/email/domain/visible_text.h"

namespace muara::email {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

struct ReplyCase {
  const char* program;
  const char* text;
};

class VisibleTextTest : public ::testing::TestWithParam<ReplyCase> {};

TEST_P(VisibleTextTest, ShowsOnlyWhatIsNew) {
  EXPECT_EQ(VisibleText(GetParam().text), "Barang belum sampai.\n\nTolong dicek.");
}

INSTANTIATE_TEST_SUITE_P(
    Programs, VisibleTextTest,
    ::testing::Values(
        ReplyCase{"GmailIndonesian",
                  "Barang belum sampai.\n\nTolong dicek.\n\nPada Sen, 2 Mar 2026 pukul 10.21 Toko "
                  "Kita <support@example.org>\nmenulis:\n\n> Halo,\n> kami cek.\n"},
        ReplyCase{"GmailEnglish",
                  "Barang belum sampai.\n\nTolong dicek.\n\nOn Mon, Mar 2, 2026 at 10:21 AM Toko "
                  "Kita <support@example.org>\nwrote:\n\n> Halo\n>\n> lama\n"},
        ReplyCase{"IphoneIndonesian",
                  "Barang belum sampai.\n\nTolong dicek.\n\nDikirim dari iPhone saya\n\n"
                  "Pada 2 Mar 2026, pukul 10.21, Toko Kita <support@example.org> menulis:\n\n"
                  "> Halo\n"},
        ReplyCase{"AndroidBareQuote",
                  "Barang belum sampai.\n\nTolong dicek.\n\nPada tanggal Sen, 2 Mar 2026 10.21, "
                  "Toko <s@example.org> menulis:\n\nHalo tanpa tanda kutip\n"},
        ReplyCase{"OutlookIndonesian",
                  "Barang belum sampai.\n\nTolong dicek.\n\n________________________________\n"
                  "Dari: Toko Kita <support@example.org>\nDikirim: Senin, 02 Maret 2026 10:21\n"
                  "Kepada: Budi <budi@example.com>\nPerihal: RE: Pesanan\n\nHalo\n"},
        ReplyCase{
            "OutlookEnglish",
            "Barang belum sampai.\n\nTolong dicek.\n\nFrom: Toko Kita\nSent: Monday, March 2, "
            "2026 10:21 AM\nTo: Budi\nSubject: RE: Pesanan\n\nHalo\n"},
        ReplyCase{"OriginalMessage",
                  "Barang belum sampai.\n\nTolong dicek.\n\n-----Original Message-----\nFrom: x\n"},
        ReplyCase{"SamsungIndonesian",
                  "Barang belum sampai.\n\nTolong dicek.\n\nDikirim dari ponsel cerdas Samsung "
                  "Galaxy saya.\n\n-------- Pesan asli --------\nDari: Toko\n"},
        ReplyCase{
            "YahooIndonesian",
            "Barang belum sampai.\n\nTolong dicek.\n\nDikirim dari Yahoo Mail di Android \n \n"
            "  Pada Sen, 2 Mar 2026 pada 10:21, Toko<support@example.org> menulis:   Halo\n"
            "> x"},
        ReplyCase{"OutlookPhone",
                  "Barang belum sampai.\n\nTolong dicek.\n\nDapatkan Outlook untuk Android"
                  "<https://aka.ms/x>\n________________________________\nFrom: Toko <s@example.org>"
                  "\nSent: Monday\nTo: Budi\nSubject: x\n\nHalo"},
        ReplyCase{"SignatureAndQuote",
                  "Barang belum sampai.\n\nTolong dicek.\n\n-- \nBudi\n0812\n\nOn 2026-03-02, Toko "
                  "wrote:\n> Halo\n"},
        ReplyCase{"BottomPosting",
                  "On 2026-03-02 10:21, Toko wrote:\n> Halo\n\nBarang belum sampai.\n\nTolong "
                  "dicek.\n-- \nBudi"}),
    [](const auto& info) { return info.param.program; });

TEST(VisibleText, KeepsWordsThatOnlyLookLikeQuotations) {
  for (const char* text :
       {"Dari: Jakarta\nKe: Bandung\nTanggal: 3 Maret", "Dikirim dari gudang Bogor",
        "On Monday I wrote to you.\nNo answer.", "Pada saat itu saya menulis surat",
        "Total: 5\n--> lihat lampiran", "a\n-----\nb"}) {
    EXPECT_EQ(VisibleText(text), text);
  }
}

TEST(VisibleText, KeepsAForwardedMail) {
  const std::string text =
      "Mohon bantuannya\n\n---------- Forwarded message ---------\nFrom: Bank <b@example.com>\n"
      "Date: x\nSubject: y\n\nTagihan Anda\n> kutipan";
  EXPECT_EQ(VisibleText(text), text);
}

TEST(VisibleText, GivesTheWholeTextWhereNothingElseIsLeft) {
  EXPECT_EQ(VisibleText("> hanya kutipan\n"), "> hanya kutipan");
  EXPECT_EQ(VisibleText(""), "");
}

TEST(VisibleText, StaysQuickOnHostileText) {
  for (const std::string unit : {"On 1\n", "--\n", ">\n", "\n", "From: a@b\n",
                                 "_____________________\n", "Sent from my iPhone\n", "Pada 2 \n"}) {
    std::string text;
    while (text.size() < kTextMaxBytes) text += unit;
    EXPECT_LE(VisibleText(text).size(), text.size());
  }
}

TEST(Flowed, JoinsSoftLinesAndKeepsSignatures) {
  EXPECT_EQ(Unflow("a \nb\nc\n-- \nBudi\n", SoftBreak::kKeepsSpace), "a b\nc\n-- \nBudi\n");
  EXPECT_EQ(Unflow("a \nb\n", SoftBreak::kDropsSpace), "ab\n");
  EXPECT_EQ(Unflow("> a \n> b\nc\n", SoftBreak::kKeepsSpace), "> a b\nc\n");
  EXPECT_EQ(Unflow(" >bukan kutipan\n", SoftBreak::kKeepsSpace), ">bukan kutipan\n");
}

TEST(HtmlText, MakesLinesOfBlocksAndMarksQuotations) {
  EXPECT_EQ(HtmlToText("<p>Satu</p><p>Dua<br>Tiga</p><ul><li>x<li>y</ul>"),
            "Satu\n\nDua\nTiga\n\n- x\n- y");
  EXPECT_EQ(HtmlToText("a<blockquote>b<blockquote>c</blockquote></blockquote>d"),
            "a\n> b\n> > c\nd");
  EXPECT_EQ(HtmlToText("<head><title>x</title></head><script>alert(1)</script>ok"), "ok");
  EXPECT_EQ(HtmlToText("&lt;b&gt; &amp; &#8364;&#x20AC; &unknown; 1 < 2"),
            "<b> & €€ &unknown; 1 < 2");
  EXPECT_EQ(HtmlToText("<a title='a>b' href=\"x>y\">tautan</a><!-- > -->!"), "tautan!");
}

TEST(HtmlText, StaysQuickOnHostileHtml) {
  for (const std::string unit : {"<div>", "<", "<a \"", "<a '", "<head>", "<!--", "<script>", "</",
                                 "&", "<blockquote>x", "<a title=\"'>", "<style></x"}) {
    std::string html;
    while (html.size() < kHtmlMaxBytes) html += unit;
    EXPECT_LE(HtmlToText(html).size(), kTextMaxBytes + 20);
  }
}

}  // namespace
}  // namespace muara::email

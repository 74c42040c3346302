// Texts and files from outside, made safe to keep and show.
#include "libs/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/content_type.h"

namespace muara {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

TEST(Utf8, ReadsBrokenBytesAsWindows1252AndDropsControls) {
  EXPECT_EQ(CleanText("Caf\xE9 \x80 \x93kutip\x94"), "Café € “kutip”");
  EXPECT_EQ(CleanText("a\0b\x07"s + "c\td"), "abc\td");
  EXPECT_EQ(CleanText("a\r\nb\rc\n"), "a\nb\nc\n");
  EXPECT_EQ(CleanText("\xED\xA0\x80"), CleanText("\xED\xA0\x80"));
  EXPECT_TRUE(IsUtf8(CleanText("\xED\xA0\x80\xF5\xC0\x80\xE2\x82")));
  EXPECT_EQ(CleanLine("  a\r\n\t b  "), "a b");
}

TEST(Utf8, CutsBetweenCharacters) {
  EXPECT_EQ(CutUtf8("aé", 2), "a");
  EXPECT_EQ(CutUtf8("aé", 3), "aé");
  EXPECT_EQ(CutUtf8("€", 0), "");
}

TEST(Utf8, RefusesWhatIsNoUtf8) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF8", "\xE2\x82"}) {
    EXPECT_FALSE(IsUtf8(bad));
  }
  EXPECT_TRUE(IsUtf8("aé€😀"));
}

TEST(Sniff, BelievesTheBytesMoreThanTheSender) {
  EXPECT_EQ(SniffContentType("%PDF-1.7", "image/png"), "application/pdf");
  EXPECT_EQ(SniffContentType("<html><script>", "text/plain"), "text/html");
  EXPECT_EQ(SniffContentType("<?xml version='1.0'?><svg", "image/png"), "image/svg+xml");
  EXPECT_EQ(SniffContentType("MZ" + std::string(100, '\0'), "image/png"),
            "application/x-msdownload");
  EXPECT_EQ(SniffContentType("halo", "image/png"), "text/plain");
  EXPECT_EQ(SniffContentType("\x01\x02\x03"s, "image/png"), "application/octet-stream");
  EXPECT_EQ(SniffContentType("a,b\n1,2", "text/csv"), "text/csv");
  EXPECT_EQ(SniffContentType("\0\1"s, "text/plain"), "application/octet-stream");
  EXPECT_EQ(SniffContentType("x", "evil\r\nheader"), "text/plain");
  const std::string docx =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  EXPECT_EQ(SniffContentType("PK\x03\x04 word/", docx), docx);
  EXPECT_EQ(SniffContentType("PK\x03\x04 word/", "application/pdf"), "application/zip");
}

TEST(Sniff, MakesFileNamesSafe) {
  EXPECT_EQ(SafeFileName("../../etc/passwd", "text/plain", 1), "passwd");
  EXPECT_EQ(SafeFileName("C:\\x\\foto.png", "image/png", 1), "foto.png");
  EXPECT_EQ(SafeFileName("", "application/pdf", 3), "attachment-3.pdf");
  EXPECT_EQ(SafeFileName("..", "image/png", 2), "attachment-2.png");
  EXPECT_EQ(SafeFileName("a\r\nb\".txt", "text/plain", 1), "a b.txt");
  const std::string cut = SafeFileName(std::string(500, 'x') + ".pdf", "application/pdf", 1);
  EXPECT_LE(cut.size(), 200u);
  EXPECT_THAT(cut, HasSubstr(".pdf"));
}

}  // namespace
}  // namespace muara

#include "libs/language/words.h"

#include <gtest/gtest.h>

namespace muara {
namespace {

std::string Read(std::string_view text, size_t words_max, std::string Word::* form) {
  std::string forms;
  for (const Word& word : WordReader().Read(text, words_max)) {
    forms += (forms.empty() ? "" : " ") + word.*form;
  }
  return forms;
}

std::string Folded(std::string_view text, size_t words_max = 100) {
  return Read(text, words_max, &Word::folded);
}
std::string English(std::string_view text) { return Read(text, 100, &Word::english); }
std::string Indonesian(std::string_view text) { return Read(text, 100, &Word::indonesian); }

TEST(Words, AreComparedWithoutCaseAndAccents) {
  EXPECT_EQ(Folded("PRINTER rusak!"), Folded("printer, RUSAK"));
  EXPECT_EQ(Folded("Café Zürich"), Folded("cafe\xcc\x81 zurich"));
  EXPECT_EQ(Folded("ﬁle １２"), Folded("file 12"));
}

TEST(Words, AreFoundWhereNoOtherLetterIsBesideThem) {
  EXPECT_TRUE(HasWord("a refund, please", "refund"));
  EXPECT_FALSE(HasWord("refunds", "refund"));
  EXPECT_FALSE(HasWord("prerefund refunds", "refund"));
  EXPECT_TRUE(HasWord("refunds refund", "refund"));
  EXPECT_TRUE(HasWord("the “refund” — now", "refund")) << "as phones write quotes";
  EXPECT_TRUE(HasWord("now—refund…", "refund"));
  EXPECT_FALSE(HasWord("реrefund", "refund")) << "Cyrillic letters are letters";
  EXPECT_TRUE(HasWord("我要退款了", "退款"));
  EXPECT_TRUE(HasWord("up to 50%!", "50%"));
  EXPECT_FALSE(HasWord("refund", ""));
}

TEST(Words, HaveOneStemInEnglish) {
  EXPECT_EQ(English("printing printed prints"), "print print print");
  EXPECT_EQ(English("printer"), English("printers"));
  EXPECT_EQ(English("delivery"), English("deliveries"));
}

TEST(Words, HaveOneStemInIndonesian) {
  EXPECT_EQ(Indonesian("membayar"), Indonesian("dibayar"));
  EXPECT_EQ(Indonesian("pembayaran"), Indonesian("bayar"));
  EXPECT_EQ(Indonesian("bukunya"), Indonesian("buku"));
  EXPECT_NE(Indonesian("bayar"), Indonesian("buku"));
}

TEST(Words, KnowWhereTheyStand) {
  const std::string text = "Ini: café-nya";
  const auto words = WordReader().Read(text, 10);
  ASSERT_EQ(words.size(), 3);
  EXPECT_EQ(text.substr(words[1].begin, words[1].end - words[1].begin), "café");
  EXPECT_EQ(words[2].end, text.size());
}

TEST(Words, AreSingleCharactersWhereNoBlanksPartThem) {
  EXPECT_EQ(Folded("打印机坏了"), "打 印 机 坏 了");
  EXPECT_EQ(Folded("order打印"), "order 打 印");
}

TEST(Words, StandWhatIsNoText) {
  EXPECT_EQ(Folded(""), "");
  EXPECT_EQ(Folded("\xff\xfe ok \xc3"), "ok");
  EXPECT_EQ(Folded("--- 😀 !!!"), "");
  const std::string lengthy = Folded(std::string(10000, 'x'));
  EXPECT_EQ(lengthy, std::string(64, 'x'));
  EXPECT_EQ(Folded("one two three", 2), "one two");
}

TEST(Words, KeepNumbersAsTheyAre) { EXPECT_EQ(Folded("INV-2024/001 a1s"), "inv 2024 001 a1s"); }

}  // namespace
}  // namespace muara

#include "services/ticket/domain/contacts/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muara::ticket {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ProblemOf(const std::string& bytes) {
  const auto rows = ReadCsv(bytes);
  return rows.ok() ? "" : rows.error().violations.at(0).description;
}

TEST(Csv, TakesWhatSpreadsheetsWrite) {
  const auto rows = ReadCsv("\xef\xbb\xbfname,email\r\n\"a \"\"b\"\"\nc\",x\r\n\r\n,\"\"\nlast,y");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 4u);
  EXPECT_THAT((*rows)[0].cells, ElementsAre("name", "email"));
  EXPECT_THAT((*rows)[1].cells, ElementsAre("a \"b\"\nc", "x"));
  EXPECT_THAT((*rows)[2].cells, ElementsAre("", ""));
  EXPECT_EQ((*rows)[2].line, 5) << "quoted newlines are lines too";
  EXPECT_EQ((*rows)[3].line, 6);
}

TEST(Csv, SaysOfEachRowWhatIsWrongAndGoesOn) {
  const auto rows = ReadCsv("a,b\nx\xff,y\nx\"y,z\n\"x\"y,z\ngood,row\n\"open,\n1,2\n");
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 6u);
  EXPECT_EQ((*rows)[1].problem, "is not UTF-8");
  EXPECT_EQ((*rows)[1].line, 2);
  EXPECT_EQ((*rows)[2].problem, "has a quote within a cell");
  EXPECT_EQ((*rows)[3].problem, "goes on behind a closed quote");
  EXPECT_EQ((*rows)[4].problem, "");
  EXPECT_EQ((*rows)[5].problem, "has a quote that is never closed");
}

TEST(Csv, RefusesWhatCannotBeReadAsAWhole) {
  EXPECT_THAT(ProblemOf("a;b;c\n1;2;3\n"), HasSubstr("semicolons"));
  EXPECT_THAT(ProblemOf(""), HasSubstr("empty"));
  EXPECT_THAT(ProblemOf(std::string(kCsvBytesMax + 1, 'x')), HasSubstr("4 MiB"));
  std::string rows = "a\n";
  for (size_t i = 0; i < kCsvRowsMax; ++i) rows += "x\n";
  EXPECT_EQ(ProblemOf(rows), "");
  EXPECT_THAT(ProblemOf(rows + "x\n"), HasSubstr("20,000"));
}

TEST(Csv, CellsAreSafeForSpreadsheetsAndReadBackTheSame) {
  for (const std::string cell : {"=1+1", "+62", "-x", "@a", "\tb", "'=c", "''+d", "'plain", "e,f",
                                 "g\"h", "i\nj", "", "'", "\n=1+1"}) {
    const std::string line = CsvLine({cell, "end"});
    const auto rows = ReadCsv(line);
    ASSERT_TRUE(rows.ok());
    EXPECT_EQ(PlainCell((*rows)[0].cells.at(0)), cell);
    EXPECT_EQ(
        std::string("=+-@\t\n").find((*rows)[0].cells[0].empty() ? 'x' : (*rows)[0].cells[0][0]),
        std::string::npos)
        << cell;
  }
}

}  // namespace
}  // namespace muara::ticket

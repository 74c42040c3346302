// What is typed, what it finds in a text, and what a filter lets through.
#include <gtest/gtest.h>

#include "services/ticket/domain/search/filter.h"
#include "services/ticket/domain/search/search_query.h"

namespace muara::ticket {
namespace {

// "[printer] is broken": what is found stands in brackets.
std::string Marked(const std::string& text, const std::string& typed, size_t bytes = 1000) {
  const auto query = ParseSearch(typed);
  EXPECT_TRUE(query.ok());
  std::string marked;
  for (const Fragment& fragment : ExcerptOf(text, *query, bytes).fragments) {
    marked += fragment.found ? "[" + fragment.text + "]" : fragment.text;
  }
  return marked;
}

TEST(SearchQuery, FindsWordsByTheirStemInEitherLanguage) {
  EXPECT_EQ(Marked("Two PRINTERS broke.", "printer"), "Two [PRINTERS] broke.");
  EXPECT_EQ(Marked("Saya sudah membayar kemarin", "dibayar"), "Saya sudah [membayar] kemarin");
  EXPECT_EQ(Marked("nothing here", "printer"), "");
}

TEST(SearchQuery, TakesQuotedWordsExactlyAndInOrder) {
  EXPECT_EQ(Marked("a paper jam, jam paper", "\"paper jam\""), "a [paper jam], jam paper");
  EXPECT_EQ(Marked("papers", "\"paper\""), "");
  EXPECT_EQ(Marked("unfinished quote", "\"unfinished quote"), "[unfinished quote]");
}

TEST(SearchQuery, TakesTheBeginningOfAWordWithAStar) {
  EXPECT_EQ(Marked("refundable pesanan", "refu* pesan*"), "[refundable] [pesanan]");
}

TEST(SearchQuery, KeepsANumberWithSignsTogether) {
  EXPECT_EQ(Marked("see INV-2024-001 and 2024", "inv-2024-001"), "see [INV-2024-001] and 2024");
}

TEST(SearchQuery, CountsTheTermsItFoundAndExcludesOthers) {
  const SearchQuery query = *ParseSearch("printer paper -toner");
  EXPECT_EQ(query.terms.size(), 3);
  EXPECT_TRUE(query.terms[2].excluded);
  EXPECT_EQ(ExcerptOf("printer without paper, toner", query, 100).terms, 2);
  EXPECT_EQ(ExcerptOf("toner", query, 100).terms, 0);
}

TEST(SearchQuery, CutsAroundTheFirstPlaceAndNeverWithinACharacter) {
  const std::string text =
      std::string(500, 'x') + " ééééééé printer ééééééé " + std::string(500, 'y');
  const std::string cut = Marked(text, "printer", 41);
  EXPECT_LT(cut.size(), 60);
  EXPECT_NE(cut.find("[printer]"), std::string::npos);
  EXPECT_NE(cut[0] & 0xc0, 0x80);
}

TEST(SearchQuery, NamesWhatItCannotDo) {
  EXPECT_EQ(ParseSearch("-only -minus").error().violations[0].field, "query");
  EXPECT_EQ(ParseSearch(std::string(513, 'a')).error().violations[0].field, "query");
  std::string many;
  for (int i = 0; i < 21; ++i) many += "w" + std::to_string(i) + " ";
  EXPECT_EQ(ParseSearch(many).error().violations[0].field, "query");
  for (const char* empty : {"", "  ", "*", "\"\"", "-", "- * \"", "!?"}) {
    EXPECT_TRUE(ParseSearch(empty)->terms.empty()) << empty;
  }
}

TEST(Filter, LetsThroughWhatAllItsFieldsAllow) {
  Ticket ticket;
  ticket.status = Status::kOpen;
  ticket.queue_id = "billing";
  ticket.tags = {"gold", "late"};
  ticket.create_time = FromMicros(1000);
  EXPECT_TRUE(Matches({}, ticket));
  EXPECT_TRUE(Matches({.statuses = {Status::kNew, Status::kOpen}, .tags = {"late"}}, ticket));
  EXPECT_FALSE(Matches({.statuses = {Status::kClosed}}, ticket));
  EXPECT_FALSE(Matches({.tags = {"late", "silver"}}, ticket));
  EXPECT_TRUE(Matches({.assignee_ids = {""}}, ticket));
  EXPECT_FALSE(Matches({.assignee_ids = {"7"}}, ticket));
  EXPECT_TRUE(
      Matches({.created_from = FromMicros(1000), .created_before = FromMicros(1001)}, ticket));
  EXPECT_FALSE(Matches({.created_before = FromMicros(1000)}, ticket));
  EXPECT_FALSE(Matches({.flagged = true}, ticket));
  ticket.status = Status::kSpam;
  EXPECT_FALSE(Matches({}, ticket)) << "what was put away is seen by who asks for it";
  EXPECT_TRUE(Matches({.statuses = {Status::kSpam}}, ticket));
}

}  // namespace
}  // namespace muara::ticket

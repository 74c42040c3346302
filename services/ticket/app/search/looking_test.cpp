// How far one call looks, and that nothing is lost by it, on both engines alike.
#include <algorithm>
#include <random>

#include "services/ticket/app/ticket_fixture.h"
#include "services/ticket/store/search/find.h"
#include "services/ticket/store/search/find_documents.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket {
namespace {

constexpr LookFor kNoTime = {Duration(0), Duration(0), Duration(0)};

class LookingTest : public TicketTest {
 protected:
  TicketId Open(const std::string& subject, const std::string& text) {
    Submission mail = Mail("ann@example.test", text);
    mail.content.subject = subject;
    clock_.Advance(Duration(1000));
    return Take(mail).ticket_id;
  }
  void Refresh() {
    clock_.Advance(std::chrono::seconds(40));
    while (*search_index_->Refresh() > 0) continue;
  }
  // As if so many documents had come in between.
  void SkipNumbers(int64_t count) {
    const bool sqlite = database_->engine() == sql::Engine::kSqlite;
    const auto skipped = database_->Transact([&](sql::Tx& tx) {
      return sqlite
                 ? tx.Query("UPDATE sqlite_sequence SET seq = seq + $1 WHERE name = 'search_doc'",
                            count)
                 : tx.Query(
                       "SELECT setval('search_doc_number_seq', CAST($1 AS BIGINT) + (SELECT "
                       "COALESCE(MAX(number), 1) FROM search_doc))",
                       count);
    });
    ASSERT_TRUE(skipped.ok()) << skipped.error().message;
  }
  // All pages; subjects, joined.
  std::string Find(Search& search, const std::string& typed, const Filter& filter = {},
                   int page_size = 100) {
    std::string subjects;
    std::vector<std::string> after;
    pages_ = 0;
    do {
      const auto page = search.Find(*ParseSearch(typed), filter, page_size, after);
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page.ok()) return "";
      for (const SearchHit& hit : page->hits) {
        subjects += (subjects.empty() ? "" : ",") + hit.ticket.subject;
      }
      after = page->next;
      ++pages_;
    } while (!after.empty() && pages_ < 10'000);
    return subjects;
  }
  // Straight into the store: every one in a queue, every hundredth with a tag.
  void Insert(int count) {
    const auto inserted = database_->Transact([&](sql::Tx& tx) -> muara::Status {
      for (int i = 0; i < count; ++i) {
        Ticket ticket;
        ticket.id = TicketId::New();
        ticket.reference = ReferenceOf(ticket.id);
        ticket.subject = std::to_string(i);
        ticket.queue_id = "billing";
        ticket.status = Status::kOpen;
        if (i % 100 == 0) ticket.tags = {"gold"};
        // Several at one moment: the id is their order.
        ticket.create_time = ticket.update_time = clock_.Now() + Duration(i / 3);
        RETURN_IF_ERROR(store::Insert(tx, ticket));
      }
      return Ok();
    });
    ASSERT_TRUE(inserted.ok()) << inserted.error().message;
  }
  std::vector<std::string> FindAll(const Filter& filter, int limit, const store::Pace& pace) {
    std::vector<std::string> ids;
    store::FoundTickets found;
    pages_ = 0;
    do {
      const auto page = database_->Read(
          [&](sql::Tx& tx) { return store::Find(tx, filter, limit, found.next, pace); });
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page.ok()) return ids;
      found = *page;
      for (const TicketId& id : found.ids) ids.push_back(id.value);
      ++pages_;
    } while (!found.next.empty() && pages_ < 10'000);
    return ids;
  }

  int pages_ = 0;  // of the last search
};

TEST_P(LookingTest, ACallWithoutTimeStillComesFurtherAndNothingIsLost) {
  std::string expected;
  std::string gaps;
  for (const int64_t gap : {0, 1, 400, 511, 700, 5'000, 40'000, 300'000, 3, 600'000, 9}) {
    const std::string subject = std::to_string(gap);
    SkipNumbers(gap);
    Open(subject, gap % 2 == 0 ? "printer even" : "printer odd");
    Refresh();
    gaps = subject + (gaps.empty() ? "" : ",") + gaps;
  }
  EXPECT_EQ(Find(*search_, "printer"), gaps);
  EXPECT_EQ(pages_, 1) << "with time enough, one page";
  Search hurried(*database_, kNoTime);
  for (const int size : {1, 3, 100}) EXPECT_EQ(Find(hurried, "printer", {}, size), gaps) << size;
  EXPECT_GT(pages_, 10) << "each looked at its first window and no further";
  EXPECT_EQ(Find(hurried, "printer -even"), Find(*search_, "printer odd"));
  EXPECT_EQ(Find(hurried, "prin* -eve*"), Find(*search_, "printer odd"));
  EXPECT_EQ(Find(hurried, "nowhere"), "");
}

TEST_P(LookingTest, AListWithoutTimeStillComesFurtherAndNothingIsLost) {
  Insert(1500);
  const store::Pace enough(std::chrono::minutes(1));
  const store::Pace none(Duration(0));
  const Filter gold = {.statuses = {Status::kOpen}, .queue_ids = {"billing"}, .tags = {"gold"}};
  const auto all = FindAll(gold, 100, enough);
  EXPECT_EQ(all.size(), 15);
  EXPECT_EQ(pages_, 1);
  EXPECT_EQ(FindAll(gold, 100, none), all);
  EXPECT_GE(pages_, 5) << "one step a page";
  for (const int size : {1, 2, 7}) EXPECT_EQ(FindAll(gold, size, none), all) << size;
  const auto everything = FindAll({}, 1000, enough);
  EXPECT_EQ(everything.size(), 1500);
  for (const int size : {299, 300, 301}) EXPECT_EQ(FindAll({}, size, none), everything) << size;
}

TEST_P(LookingTest, CountsAsFarAsThereIsTime) {
  Insert(1500);
  Search hurried(*database_, kNoTime);
  const Filter open = {.statuses = {Status::kOpen}, .queue_ids = {"billing"}};
  EXPECT_EQ(search_->Count(open, 5000)->count, 1500);
  EXPECT_FALSE(search_->Count(open, 5000)->at_least);
  const store::Counted some = *hurried.Count(open, 5000);
  EXPECT_GT(some.count, 0);
  EXPECT_LT(some.count, 1500);
  EXPECT_TRUE(some.at_least);
  const auto many = *search_->CountMany({open, {.tags = {"gold"}}}, 1000);
  EXPECT_EQ(many[0].count, 1000);
  EXPECT_TRUE(many[0].at_least);
  EXPECT_EQ(many[1].count, 15);
  EXPECT_FALSE(many[1].at_least);
  for (const store::Counted& one : *hurried.CountMany({open, open}, 1000)) {
    EXPECT_EQ(one.count, 0);
    EXPECT_TRUE(one.at_least) << "nobody has counted";
  }
}

TEST_P(LookingTest, AChangeUsesUpNoNumber) {
  const TicketId id = Open("first", "printer");
  Refresh();
  for (const char* subject : {"second", "third", "fourth"}) {
    ASSERT_TRUE(tickets_->Set(Of(id), {.subject = subject}).ok());
    Refresh();
  }
  Open("other", "printer");
  Refresh();
  const store::Hits found = *database_->Read([](sql::Tx& tx) {
    return store::FindDocuments(tx, *ParseSearch("printer"), {}, 0, 10,
                                store::Pace(std::chrono::minutes(1)));
  });
  ASSERT_EQ(found.hits.size(), 2);
  EXPECT_EQ(found.hits[0].number, found.hits[1].number + 1);
}

TEST_P(LookingTest, NobodyWaitsForTheRebuildOfAll) {
  for (int i = 0; i < 10; ++i) Open("old" + std::to_string(i), "x");
  ASSERT_TRUE(database_
                  ->Transact([](sql::Tx& tx) {
                    return tx.Query("UPDATE search_behind SET mark = ''");  // as a migration does
                  })
                  .ok());
  clock_.Advance(std::chrono::hours(1));
  const TicketId last = Open("new", "x");
  clock_.Advance(std::chrono::seconds(40));
  const auto behind =
      *database_->Read([&](sql::Tx& tx) { return store::ListBehind(tx, clock_.Now(), 4); });
  EXPECT_EQ(behind.size(), 4);
  EXPECT_EQ(behind[0].id, last);
  EXPECT_EQ(behind[1].mark, "") << "then those that wait longest";
}

// As on a store that was made before documents had blocks.
TEST_P(LookingTest, AMigrationHasDocumentsWrittenAnewInTheBackgroundNewestFirst) {
  for (const char* subject : {"a", "b", "c"}) Open(subject, "printer");
  Refresh();
  ASSERT_TRUE(database_
                  ->Transact([](sql::Tx& tx) -> muara::Status {
                    RETURN_IF_ERROR(
                        tx.Query("DELETE FROM schema_step WHERE owner = 'search' AND number = 2"));
                    RETURN_IF_ERROR(tx.Query("DROP INDEX search_behind_changed"));
                    if (tx.engine() == sql::Engine::kSqlite) return Ok();
                    RETURN_IF_ERROR(
                        tx.Query("UPDATE search_doc SET words = to_tsvector('simple', 'printer')"));
                    return Ok();
                  })
                  .ok());
  ASSERT_TRUE(store::MigrateSearch(*database_).ok());
  const auto behind =
      *database_->Read([&](sql::Tx& tx) { return store::ListBehind(tx, clock_.Now(), 4); });
  ASSERT_EQ(behind.size(), 3);
  EXPECT_EQ(Get(behind[0].id).subject, "c");
  Refresh();
  EXPECT_EQ(Find(*search_, "print*"), "c,b,a");
}

// Words of few letters, some of more than one byte, so that beginnings meet often.
class Words {
 public:
  std::string Word() {
    constexpr const char* kLetters[] = {"a", "b", "1", "д", "ß"};
    std::string word;
    for (int left = 1 + Pick(8); left > 0; --left) word += kLetters[Pick(Pick(3) == 0 ? 5 : 2)];
    return word;
  }
  std::string Text(int words) {
    std::string text;
    for (; words > 0; --words) text += (text.empty() ? "" : " ") + Word();
    return text;
  }
  std::string Typed() {
    const std::string first = Pick(3) == 0 ? "\"" + Text(2) + "\"" : Word() + "*";
    switch (Pick(4)) {
      case 0:
        return first + " -" + Word() + "*";
      case 1:
        return first + " " + Word() + "-" + Word() + "*";
      case 2:
        return first + " -\"" + Word() + "\"";
    }
    return first;
  }
  int Pick(int count) { return static_cast<int>(random_() % count); }

 private:
  std::mt19937 random_{5};
};

// By looking at every word: the reader's own words stand for what the index must say.
bool Answers(const std::vector<Word>& words, const SearchQuery& query) {
  for (const SearchTerm& term : query.terms) {
    bool stands = false;
    for (size_t at = 0; at + term.words.size() <= words.size() && !stands; ++at) {
      stands = true;
      for (size_t i = 0; i < term.words.size(); ++i) {
        const bool begins = term.kind == SearchTerm::Kind::kPrefix && i + 1 == term.words.size();
        const std::string& word = words[at + i].folded;
        const std::string& wanted = term.words[i].folded;
        stands = stands && (begins ? word.starts_with(wanted) : word == wanted);
      }
    }
    if (stands == term.excluded) return false;
  }
  return true;
}

TEST_P(LookingTest, FindsBeginningsAndPhrasesLikeWhoReadsEveryWord) {
  Words random;
  std::vector<std::vector<Word>> texts;
  std::vector<std::string> subjects;
  for (int i = 0; i < 40; ++i) {
    const std::string text = random.Text(2 + random.Pick(6));
    const TicketId id = Open("T" + std::to_string(i), text);
    subjects.push_back("T" + std::to_string(i));
    // What a document holds beside its message, in its order.
    texts.push_back(WordReader().Read(subjects.back() + " " + Get(id).reference +
                                          " Name of ann@example.test ann@example.test " + text,
                                      1000));
  }
  Refresh();
  int found = 0;
  Search hurried(*database_, kNoTime);
  for (int round = 0; round < 150; ++round) {
    const std::string typed = random.Typed();
    std::string expected;
    for (size_t i = texts.size(); i-- > 0;) {
      if (!Answers(texts[i], *ParseSearch(typed))) continue;
      expected += (expected.empty() ? "" : ",") + subjects[i];
      ++found;
    }
    EXPECT_EQ(Find(*search_, typed), expected) << typed;
    EXPECT_EQ(Find(hurried, typed, {}, 3), expected) << typed;
  }
  EXPECT_GT(found, 300) << "or this says little";
}

MUARA_ON_BOTH_ENGINES(LookingTest);

}  // namespace
}  // namespace muara::ticket

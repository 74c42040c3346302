// Finding tickets by words and filters, on both engines alike.
#include <random>

#include "services/ticket/app/ticket_fixture.h"

namespace muara::ticket {
namespace {

class SearchTest : public TicketTest {
 protected:
  TicketId Open(const std::string& subject, const std::string& text,
                const std::string& from = "ann@example.test") {
    Submission mail = Mail(from, text);
    mail.content.subject = subject;
    clock_.Advance(Duration(1000));
    return Take(mail).ticket_id;
  }
  void Refresh() {
    clock_.Advance(std::chrono::seconds(40));
    while (*search_index_->Refresh() > 0) continue;
  }
  // All pages; subjects, joined.
  std::string Find(const std::string& typed, const Filter& filter = {}, int page_size = 100) {
    std::string subjects;
    std::vector<std::string> after;
    do {
      const auto page = search_->Find(*ParseSearch(typed), filter, page_size, after);
      EXPECT_TRUE(page.ok()) << page.error().message;
      if (!page.ok()) return "";
      for (const SearchHit& hit : page->hits) {
        subjects += (subjects.empty() ? "" : ", ") + hit.ticket.subject;
      }
      after = page->next;
    } while (!after.empty());
    return subjects;
  }
  void Declare(const std::string& key, FieldType type) {
    CustomField field;
    field.key = field.label = key;
    field.type = type;
    ASSERT_TRUE(custom_fields_->Put(Admin(), field).ok());
  }
};

std::string Day(int day) { return "2026-03-0" + std::to_string(1 + day); }

std::string Marked(const Excerpt& excerpt) {
  std::string marked;
  for (const Fragment& fragment : excerpt.fragments) {
    marked += fragment.found ? "[" + fragment.text + "]" : fragment.text;
  }
  return marked;
}

TEST_P(SearchTest, FindsSubjectsMessagesAndContactsNewestFirst) {
  Open("Printer broken", "it smokes");
  const TicketId id = Open("Invoice", "the amount is wrong", "budi.santoso@toko.test");
  Open("Paper", "my printers want paper");
  Answer(id, "budi.santoso@toko.test", "Saya sudah membayar");
  Refresh();
  EXPECT_EQ(Find("printer"), "Paper, Printer broken");
  EXPECT_EQ(Find("wrong amount"), "Invoice");
  EXPECT_EQ(Find("dibayar"), "Invoice");
  EXPECT_EQ(Find("santoso"), "Invoice");
  EXPECT_EQ(Find("printer paper"), "Paper") << "all words are wanted";
  EXPECT_EQ(Find("printer -smokes"), "Paper");
  EXPECT_EQ(Find("\"want paper\""), "Paper");
  EXPECT_EQ(Find("\"paper want\""), "");
  EXPECT_EQ(Find("invo*"), "Invoice");
  EXPECT_EQ(Find("amount dibayar"), "Invoice") << "though in two messages";
  EXPECT_EQ(Find("nowhere"), "");
}

TEST_P(SearchTest, ShowsWhereItFoundSomething) {
  const TicketId id = Open("Printer", "hello");
  Answer(id, "ann@example.test", "the printer in Café Süd jams, again and again");
  Refresh();
  const SearchPage page = *search_->Find(*ParseSearch("printer cafe jam"), {}, 10, {});
  ASSERT_EQ(page.hits.size(), 1);
  EXPECT_EQ(Marked(page.hits[0].subject), "[Printer]");
  EXPECT_EQ(Marked(page.hits[0].message), "the [printer] in [Café] Süd [jams], again and again");
  EXPECT_EQ(page.hits[0].message_sequence, 2);
}

TEST_P(SearchTest, FollowsEveryChange) {
  const TicketId id = Open("Printer", "hello");
  Refresh();
  EXPECT_EQ(Find("printer", {.statuses = {Status::kNew}}), "Printer");
  Resolve(id);
  EXPECT_EQ(Find("printer", {.statuses = {Status::kNew}}), "")
      << "an index that is behind shows nothing wrong";
  Refresh();
  EXPECT_EQ(Find("printer", {.statuses = {Status::kResolved}}), "Printer");
  ASSERT_TRUE(tickets_->Set(Of(id), {.subject = "Scanner", .tags = {{"gold", "new\nline"}}}).ok());
  Refresh();
  EXPECT_EQ(Find("printer"), "");
  EXPECT_EQ(Find("scanner", {.tags = {"gold"}}), "Scanner");
  EXPECT_EQ(Find("", {.tags = {"gold", "new\nline"}}), "Scanner");
  for (const char* other : {"gol", "Gold", "g_ld", "%", "gold\nnew"}) {
    EXPECT_EQ(Find("", {.tags = {other}}), "") << other;
    EXPECT_EQ(Find("scanner", {.tags = {other}}), "") << other;
  }
  const auto contact = Get(id).contact_id;
  ContactUpdate rename;
  rename.display_name = "Wayan";
  ASSERT_TRUE(contacts_->Set(OfContact(contact), rename).ok());
  Refresh();
  EXPECT_EQ(Find("wayan"), "Scanner");
}

TEST_P(SearchTest, AChangeWhileItIsReadLeavesItBehindStill) {
  const TicketId id = Open("Printer", "hello");
  clock_.Advance(std::chrono::seconds(40));
  const auto behind =
      *database_->Read([&](sql::Tx& tx) { return store::ListBehind(tx, clock_.Now(), 10); });
  ASSERT_EQ(behind.size(), 1);
  ASSERT_TRUE(tickets_->Set(Of(id), {.subject = "Scanner"}).ok());
  ASSERT_TRUE(
      database_->Transact([&](sql::Tx& tx) { return store::PutDocument(tx, behind[0], {}); }).ok());
  Refresh();
  EXPECT_EQ(Find("scanner"), "Scanner");
}

TEST_P(SearchTest, PagesNeitherLoseNorDouble) {
  for (int i = 0; i < 25; ++i) Open("T" + std::to_string(i), i % 2 == 0 ? "even" : "odd");
  Refresh();
  const std::string all = Find("even");
  EXPECT_EQ(all.substr(0, 8), "T24, T22");
  for (const int size : {1, 2, 5, 13}) EXPECT_EQ(Find("even", {}, size), all) << size;
  const std::string listed = Find("", {}, 100);
  for (const int size : {1, 3, 24, 25}) EXPECT_EQ(Find("", {}, size), listed) << size;
}

TEST_P(SearchTest, FindsWhatWasSaidLateOnALongTicket) {
  const TicketId id = Open("Long", "beginning");
  std::string much;
  for (int i = 0; i < 5000; ++i) much += "word" + std::to_string(i) + " ";
  Answer(id, "ann@example.test", much);
  Answer(id, "ann@example.test", "finally zebra");
  Refresh();
  EXPECT_EQ(Find("zebra"), "Long");
  EXPECT_EQ(Find("word4999"), "Long");
  EXPECT_EQ(Find("word7 -zebra"), "Long") << "an exclusion looks at one segment";
  EXPECT_EQ(Find("long"), "Long") << "once, though it stands in every segment";
}

TEST_P(SearchTest, PagesShowALongTicketOnce) {
  std::string much = "zebra ";
  for (int i = 0; i < 9000; ++i) much += "word" + std::to_string(i) + " ";
  for (const char* subject : {"Long A", "Long B", "Long C"}) {
    const TicketId id = Open(subject, much);
    Answer(id, "ann@example.test", "lion");
    Refresh();
  }
  for (const int size : {1, 2, 3}) {
    EXPECT_EQ(Find("long", {}, size), "Long C, Long B, Long A") << size;
    EXPECT_EQ(Find("zebra", {}, size), "Long C, Long B, Long A") << size;
    EXPECT_EQ(Find("lion", {}, size), "Long C, Long B, Long A") << size;
  }
}

// Of what the tickets below may be.
Filter RandomFilter(std::mt19937& random, const std::vector<Ticket>& all) {
  const auto pick = [&](int count) { return static_cast<int>(random() % count); };
  Filter filter;
  if (pick(2)) filter.statuses = {Status::kNew, Status::kOpen};
  if (pick(4) == 0) filter.statuses = {Status::kResolved};
  if (pick(3) == 0) filter.priorities = {Priority::kHigh, Priority::kLow};
  if (pick(3) == 0) filter.queue_ids = {"billing"};
  if (pick(5) == 0) filter.queue_ids = {"billing", "general"};
  if (pick(3) == 0) filter.assignee_ids = {pick(2) ? "1" : ""};
  if (pick(4) == 0) filter.assignee_ids = {"0", "1"};
  if (pick(3) == 0) filter.tags = {"a_b"};
  if (pick(4) == 0) filter.contact_id = all[0].contact_id;
  if (pick(4) == 0) filter.account_ids = {pick(2) ? all[0].account_id : AccountId()};
  if (pick(6) == 0) filter.account_ids = {AccountId(), all[0].account_id, AccountId{"no"}};
  if (pick(5) == 0) filter.flagged = false;
  if (pick(4) == 0) filter.created_from = all[20].create_time;
  if (pick(4) == 0) filter.updated_before = all[5].update_time;
  if (pick(4) == 0) filter.types = {pick(2) ? "incident" : ""};
  if (pick(5) == 0) filter.escalation_levels = {0, 2};
  if (pick(6) == 0) filter.resolved_before = all[8].update_time;
  if (pick(6) == 0) filter.last_inbound_from = all[25].create_time;
  if (pick(4) == 0) filter.fields.push_back({.key = "size", .number_from = 1.5});
  if (pick(4) == 0) filter.fields.push_back({.key = "day", .date_to = Day(5)});
  if (pick(4) == 0) filter.fields.push_back({.key = "day", .any_of = {Day(1), Day(2)}});
  if (pick(5) == 0) filter.fields.push_back({.key = "size", .unset = true});
  if (pick(9) == 0) filter.fields.push_back({.key = "day", .number_to = 9});
  return filter;
}

// SQL and the pure predicate say the same of random filters.
TEST_P(SearchTest, FiltersLikeThePredicateDoes) {
  std::mt19937 random(7);
  const auto pick = [&](int count) { return static_cast<int>(random() % count); };
  Declare("size", FieldType::kNumber);
  Declare("day", FieldType::kDate);
  for (int i = 0; i < 30; ++i) {
    const TicketId id = Open("S" + std::to_string(i), "x", pick(2) ? "a@x.test" : "b@x.test");
    Update update;
    update.priority = static_cast<Priority>(1 + pick(4));
    update.queue_id = pick(2) ? "billing" : "general";
    update.tags = pick(2) ? std::vector<std::string>{"a_b"} : std::vector<std::string>{"axb", "c"};
    update.type = pick(2) ? "incident" : "";
    if (pick(2)) update.fields.push_back({"size", FieldType::kNumber, "", 1.5 * pick(4)});
    if (pick(2)) update.fields.push_back({"day", FieldType::kDate, Day(pick(9))});
    ASSERT_TRUE(tickets_->Set(Of(id), update).ok());
    if (pick(4) == 0) {
      ASSERT_TRUE(tickets_->Escalate(Of(id), 1 + pick(2), "billing").ok());
    }
    if (pick(2)) {
      ASSERT_TRUE(tickets_->Assign(Of(id), std::to_string(pick(2)), "").ok());
    }
    if (pick(3) == 0) Resolve(id);
    clock_.Advance(std::chrono::seconds(1));
  }
  Account account;
  account.name = "Toko";
  ContactUpdate joins;
  joins.account_id = accounts_->Create(Admin(), account)->id;
  ASSERT_TRUE(contacts_->Set(OfContact(List()[0].contact_id), joins).ok());
  Refresh();
  const auto all = List();
  ASSERT_FALSE(all[0].account_id.empty());
  for (int round = 0; round < 60; ++round) {
    const Filter filter = RandomFilter(random, all);
    std::string expected;
    int count = 0;
    for (const Ticket& ticket : all) {
      if (!Matches(filter, ticket)) continue;
      expected += (expected.empty() ? "" : ", ") + ticket.subject;
      ++count;
    }
    EXPECT_EQ(Find("", filter, 7), expected);
    EXPECT_EQ(search_->Count(filter, 1000)->count, count);
    EXPECT_FALSE(search_->Count(filter, 1000)->at_least);
    const std::string by_words = Find("x", filter, 7);
    EXPECT_EQ(std::count(by_words.begin(), by_words.end(), 'S'), count);
  }
}

TEST_P(SearchTest, CountsOnlySoFar) {
  for (int i = 0; i < 5; ++i) Open("T", "x");
  EXPECT_EQ(search_->Count({}, 3)->count, 3);
  EXPECT_TRUE(search_->Count({}, 3)->at_least);
  EXPECT_FALSE(search_->Count({}, 5)->at_least);
}

MUARA_ON_BOTH_ENGINES(SearchTest);

}  // namespace
}  // namespace muara::ticket

// muara-load-search: fills a store of its own with tickets and measures how long they take to be
// found. Beside the times stands what one ticket by its id costs in the same run.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "libs/testing/servers.h"
#include "services/ticket/app/search/search.h"
#include "services/ticket/app/search/search_index.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/schema.h"
#include "services/ticket/store/tickets.h"
#include "tests/load/measure.h"

namespace {

using namespace muara;          // NOLINT: one program
using namespace muara::ticket;  // NOLINT
using Category = muara::ticket::Status;

constexpr int kVocabulary = 30'000;
constexpr int kBatch = 500;
constexpr int kQueues = 50;
constexpr int kAgents = 200;
constexpr int kQueriesEach = 200;

// Words as often as in real texts: the n-th is n times rarer than the first (Zipf).
class Writer {
 public:
  Writer() : random_(11) {
    double total = 0;
    for (int i = 0; i < kVocabulary; ++i) weights_.push_back(total += 1.0 / (i + 1));
  }
  static std::string Word(int rank) {
    constexpr const char* kSyllables[] = {"ba",  "di",  "ko",  "lu",  "men",
                                          "pra", "sit", "tor", "ver", "xan"};
    std::string word;
    for (int left = rank + 10; left > 0; left /= 10) word += kSyllables[left % 10];
    return word;
  }
  int Pick(int count) { return static_cast<int>(random_() % count); }
  int Rank() {
    const double at = std::uniform_real_distribution<>(0, weights_.back())(random_);
    return static_cast<int>(std::lower_bound(weights_.begin(), weights_.end(), at) -
                            weights_.begin());
  }
  std::string Text(int words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += (i == 0 ? "" : " ") + Word(Rank());
    return text;
  }

 private:
  std::mt19937 random_;
  std::vector<double> weights_;
};

void Check(const muara::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "muara-load-search: %s\n", status.error().message.c_str());
  std::exit(1);
}

Ticket NewTicket(Writer& writer, const Contact& contact, int number) {
  Ticket ticket;
  ticket.id = TicketId::New();
  ticket.reference = ReferenceOf(ticket.id);
  ticket.subject = writer.Text(6);
  ticket.endpoint = "support@load.test";
  ticket.queue_id = "q" + std::to_string(writer.Pick(kQueues));
  ticket.assignee_id = std::to_string(writer.Pick(kAgents));
  ticket.priority = static_cast<Priority>(1 + writer.Pick(4));
  ticket.tags = {"tag" + std::to_string(writer.Pick(30))};
  ticket.contact_id = contact.id;
  ticket.contact_name = contact.display_name;
  ticket.status = writer.Pick(20) == 0 ? Category::kOpen : Category::kClosed;
  ticket.create_time = FromMicros(1'600'000'000'000'000 + int64_t{number} * 30'000'000);
  ticket.update_time = ticket.create_time;
  ticket.interaction_count = 2;
  return ticket;
}

// Two messages of forty words each.
muara::Status AddTicket(sql::Tx& tx, SearchIndex& index, Writer& writer, int number) {
  const Time now = FromMicros(1'600'000'000'000'000);
  ASSIGN_OR_RETURN(
      const store::Sender sender,
      store::FindOrMakeContact(
          tx, {PointKind::kEmail, writer.Word(writer.Pick(5000)) + "@load.test", "", {}}, now));
  const Contact& contact = sender.contact;
  Ticket ticket = NewTicket(writer, contact, number);
  RETURN_IF_ERROR(store::Insert(tx, ticket));
  for (int sequence = 1; sequence <= 2; ++sequence) {
    Interaction interaction;
    interaction.id = InteractionId::New();
    interaction.ticket_id = ticket.id;
    interaction.sequence = sequence;
    interaction.author_id = contact.id.value;
    interaction.content.text = writer.Text(40);
    interaction.create_time = ticket.create_time;
    RETURN_IF_ERROR(store::InsertInteraction(tx, interaction, ""));
  }
  return index.Follow(tx, {ticket}, now);
}

double Fill(sql::Database& database, SearchIndex& index, Writer& writer, int from, int to) {
  const auto begin = std::chrono::steady_clock::now();
  for (int at = from; at < to; at += kBatch) {
    Check(database.Transact([&](sql::Tx& tx) -> muara::Status {
      for (int i = at; i < std::min(at + kBatch, to); ++i) {
        RETURN_IF_ERROR(AddTicket(tx, index, writer, i));
      }
      return Ok();
    }));
    for (int looked_at = 1; looked_at > 0;) {
      const auto refreshed = index.Refresh();
      if (!refreshed.ok()) Check(refreshed.error());
      looked_at = *refreshed;
    }
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void Measure(const char* name, const std::function<size_t(int)>& find) {
  std::vector<double> times;
  size_t hits = 0;
  for (int i = 0; i < kQueriesEach; ++i) {
    const auto start = std::chrono::steady_clock::now();
    hits += find(i);
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::printf("  %-34s p50 %7.2f ms   p99 %7.2f ms   %5.1f hits a page\n", name,
              load::Percentile(times, 0.5), load::Percentile(times, 0.99),
              static_cast<double>(hits) / kQueriesEach);
  std::fflush(stdout);
}

void MeasureAll(sql::Database& database, Writer& writer) {
  Search search(database);
  const auto find = [&](const std::string& typed, const Filter& filter) {
    const auto page = search.Find(*ParseSearch(typed), filter, 50, {});
    if (!page.ok()) Check(page.error());
    return page->hits.size();
  };
  const auto word = [&](int from, int to) { return Writer::Word(from + writer.Pick(to - from)); };
  const auto queue = [&] { return "q" + std::to_string(writer.Pick(kQueues)); };
  const auto newest = search.Find({}, {}, 50, {});
  if (!newest.ok()) Check(newest.error());
  Measure("(a ticket by its id)", [&](int i) {
    const TicketId id = newest->hits[i % newest->hits.size()].ticket.id;
    const auto loaded = database.Read([&](sql::Tx& tx) { return store::Load(tx, id); });
    return loaded.ok() ? 1 : 0;
  });
  Measure("a common word", [&](int) { return find(word(0, 10), {}); });
  Measure("a rarer word", [&](int) { return find(word(1000, 5000), {}); });
  Measure("a word that hardly is", [&](int) { return find(word(20'000, kVocabulary), {}); });
  Measure("two words", [&](int) { return find(word(0, 50) + " " + word(50, 500), {}); });
  Measure("a phrase", [&](int) { return find("\"" + word(0, 5) + " " + word(0, 5) + "\"", {}); });
  Measure("a beginning", [&](int) { return find(word(100, 1000).substr(0, 5) + "*", {}); });
  Measure("a word, open, in a queue", [&](int) {
    return find(word(0, 100), {.statuses = {Category::kOpen}, .queue_ids = {queue()}});
  });
  Measure("a word with an excluded one",
          [&](int) { return find(word(0, 50) + " -" + word(0, 50), {}); });
  Measure("open work of a queue", [&](int) {
    return find("", {.statuses = {Category::kNew, Category::kOpen}, .queue_ids = {queue()}});
  });
  Measure("open work of an agent", [&](int) {
    return find("", {.statuses = {Category::kNew, Category::kOpen},
                     .assignee_ids = {std::to_string(writer.Pick(kAgents))}});
  });
  Measure("everything with a tag",
          [&](int) { return find("", {.tags = {"tag" + std::to_string(writer.Pick(30))}}); });
  Measure("what is nowhere", [&](int) { return find("", {.tags = {"nowhere"}}); });
  Measure("counting a view", [&](int) {
    const auto counted =
        search.Count({.statuses = {Category::kOpen}, .queue_ids = {queue()}}, 1000);
    return counted.ok() ? static_cast<size_t>(counted->count) : 0;
  });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string store = argc == 3 ? argv[1] : "";
  const int tickets = argc == 3 ? std::atoi(argv[2]) : 0;
  if ((store != "sqlite" && store != "postgres") || tickets < 1) {
    std::fprintf(stderr, "muara-load-search sqlite|postgres TICKETS\n");
    return 2;
  }
  testing::TempFolder folder;
  std::unique_ptr<testing::PostgresServer> server;
  if (store == "postgres") server = std::make_unique<testing::PostgresServer>();
  auto database = sql::Database::Open(
      server == nullptr ? testing::SqliteUrl(folder) : server->NewDatabase(), {});
  if (!database.ok()) Check(database.error());
  Check(store::Migrate(**database));
  SystemClock clock;
  SearchIndex index(**database, clock);
  Writer writer;
  int filled = 0;
  for (int size = std::min(tickets, 10'000);; size = std::min(tickets, size * 10)) {
    const double seconds = Fill(**database, index, writer, filled, size);
    std::printf("%s, %d tickets (%.0f a second written and indexed)\n", store.c_str(), size,
                (size - filled) / seconds);
    filled = size;
    MeasureAll(**database, writer);
    if (size == tickets) break;
  }
  return 0;
}

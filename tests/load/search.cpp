// muara-load-search: fills a store of its own with tickets and measures how long they take to be
// found. Beside the times stands what one ticket by its id costs in the same run.
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "libs/testing/process.h"
#include "libs/testing/servers.h"
#include "services/ticket/app/search/search.h"
#include "services/ticket/app/search/search_index.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/interactions.h"
#include "services/ticket/store/schema.h"
#include "services/ticket/store/search/search_match.h"
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
constexpr int kAccounts = 1000;
constexpr int kWritten = 100'000;  // tickets that are written one by one; more are their copies
constexpr int64_t kBeginUs = 1'600'000'000'000'000;
constexpr int64_t kApartUs = 30'000'000;
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
  ticket.account_id = AccountId{"account" + std::to_string(writer.Pick(kAccounts))};
  ticket.status = writer.Pick(20) == 0 ? Category::kOpen : Category::kClosed;
  ticket.create_time = FromMicros(kBeginUs + int64_t{number} * kApartUs);
  ticket.update_time = ticket.create_time;
  ticket.interaction_count = 2;
  return ticket;
}

// Two messages of forty words each.
muara::Status AddTicket(sql::Tx& tx, SearchIndex& index, Writer& writer, int number) {
  const Time now = FromMicros(kBeginUs);
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

muara::Status RunAll(sql::Database& database, const std::vector<std::string>& statements) {
  return database.Transact([&](sql::Tx& tx) -> muara::Status {
    for (const std::string& statement : statements) RETURN_IF_ERROR(tx.Query(statement));
    return Ok();
  });
}

// The rows of a table that were written, once more: `changes` makes others of them.
std::vector<std::string> CopiesOf(const std::string& table, const std::string& changes) {
  const std::string written =
      " WHERE created_us < " + std::to_string(kBeginUs + kWritten * kApartUs);
  return {"CREATE TEMP TABLE copy AS SELECT * FROM " + table + written,
          "UPDATE copy SET " + changes, "INSERT INTO " + table + " SELECT * FROM copy",
          "DROP TABLE copy"};
}

std::string BlocksOf(const std::string& number) {
  std::string blocks;
  for (const int shift : store::kBlockLevels) {
    const std::string of = std::to_string(shift);
    blocks +=
        (blocks.empty() ? "" : ", ") + ("'=n" + of) + ".' || ((" + number + ") >> " + of + ")";
  }
  return "ARRAY[" + blocks + "]";
}

std::vector<std::string> CopiesOfDocuments(sql::Engine engine, const std::string& id, int copy) {
  const std::string by = std::to_string(int64_t{copy} * kWritten);
  const std::string of = " FROM search_doc WHERE number <= " + std::to_string(kWritten);
  if (engine == sql::Engine::kPostgres) {
    return {"INSERT INTO search_doc (number, ticket_id, segment, words) SELECT number + " + by +
            ", ticket_id || " + id + ", segment, ts_delete(words, " + BlocksOf("number") +
            ") || array_to_tsvector(" + BlocksOf("number + " + by) + ")" + of};
  }
  return {"INSERT INTO search_doc (number, ticket_id, segment) SELECT number + " + by +
              ", ticket_id || " + id + ", segment" + of,
          "INSERT INTO search_text (rowid, exact, stems, facets) SELECT rowid + " + by +
              ", exact, stems, facets FROM search_text WHERE rowid <= " + std::to_string(kWritten)};
}

// Writing a million one by one would take most of an hour. Copies have other ids and later times,
// and the documents that the service itself made of what they are copies of.
double Copy(sql::Database& database, const std::string& url, int from, int to) {
  const auto begin = std::chrono::steady_clock::now();
  const bool postgres = database.engine() == sql::Engine::kPostgres;
  if (postgres) Check(RunAll(database, {"DROP INDEX search_doc_words"}));
  for (int copy = from / kWritten; copy < to / kWritten; ++copy) {
    const std::string id = "'." + std::to_string(copy) + "'";
    const std::string later = std::to_string(int64_t{copy} * kWritten * kApartUs);
    std::vector<std::string> statements =
        CopiesOf("ticket", "id = id || " + id + ", created_us = created_us + " + later +
                               ", updated_us = updated_us + " + later);
    for (auto& one : CopiesOf("interaction", "id = id || " + id + ", ticket_id = ticket_id || " +
                                                 id + ", created_us = created_us + " + later)) {
      statements.push_back(one);
    }
    for (auto& one : CopiesOfDocuments(database.engine(), id, copy)) statements.push_back(one);
    Check(RunAll(database, statements));
    std::fprintf(stderr, "copied to %d\n", (copy + 1) * kWritten);
  }
  if (postgres) {
    Check(RunAll(database, {"SET LOCAL maintenance_work_mem = '1GB'",
                            "CREATE INDEX search_doc_words ON search_doc USING gin (words) "
                            "WITH (gin_pending_list_limit = 256)"}));
    testing::RunToEnd({{"psql", url, "-c", "VACUUM ANALYZE"}});
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void TellSize(sql::Database& database) {
  const bool sqlite = database.engine() == sql::Engine::kSqlite;
  const auto sizes = database.Read([&](sql::Tx& tx) {
    return tx.Query(sqlite ? "SELECT (SELECT page_count * page_size FROM pragma_page_count(), "
                             "pragma_page_size()), (SELECT SUM(LENGTH(block)) FROM "
                             "search_text_data), (SELECT SUM(LENGTH(c0) + LENGTH(c1) + "
                             "LENGTH(c2)) FROM search_text_content)"
                           : "SELECT pg_database_size(current_database()), "
                             "pg_relation_size('search_doc_words'), "
                             "pg_total_relation_size('search_doc') - "
                             "pg_relation_size('search_doc_words')");
  });
  if (!sizes.ok()) Check(sizes.error());
  constexpr double kMiB = 1024 * 1024;
  const sql::Row& row = (*sizes)[0];
  std::printf("  %.0f MiB in all; of it the search's index %.0f MiB, its documents %.0f MiB\n",
              static_cast<double>(row.Int(0)) / kMiB, static_cast<double>(row.Int(1)) / kMiB,
              static_cast<double>(row.Int(2)) / kMiB);
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
  const auto account = [&] {
    return AccountId{"account" + std::to_string(writer.Pick(kAccounts))};
  };
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
  Measure("a phrase that hardly is",
          [&](int) { return find("\"" + word(20, 60) + " " + word(60, 200) + "\"", {}); });
  Measure("a beginning, 3 letters",
          [&](int) { return find(word(100, 1000).substr(0, 3) + "*", {}); });
  Measure("a beginning, 5 letters",
          [&](int) { return find(word(100, 1000).substr(0, 5) + "*", {}); });
  Measure("a beginning, 8 letters",
          [&](int) { return find(word(1000, 9000).substr(0, 8) + "*", {}); });
  Measure("a word, open, in a queue", [&](int) {
    return find(word(0, 100), {.statuses = {Category::kOpen}, .queue_ids = {queue()}});
  });
  Measure("a word with an excluded one",
          [&](int) { return find(word(0, 50) + " -" + word(0, 50), {}); });
  Measure("the commonest without a common one",
          [&](int) { return find(word(0, 5) + " -" + word(0, 5), {}); });
  Measure("a word, of an account",
          [&](int) { return find(word(0, 100), {.account_ids = {account()}}); });
  Measure("all of an account", [&](int) { return find("", {.account_ids = {account()}}); });
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
  const std::string store = argc >= 3 ? argv[1] : "";
  const int tickets = argc >= 3 ? std::atoi(argv[2]) : 0;
  const bool known = store == "sqlite" || store == "postgres";
  if (!known || tickets < 1 || (tickets > kWritten && tickets % kWritten != 0)) {
    std::fprintf(stderr, "muara-load-search sqlite|postgres TICKETS [URL]\n");
    return 2;
  }
  testing::TempFolder folder;
  std::unique_ptr<testing::PostgresServer> server;
  std::string url = argc == 4 ? argv[3] : "";
  if (url.empty() && store == "postgres") server = std::make_unique<testing::PostgresServer>();
  if (url.empty()) url = server == nullptr ? testing::SqliteUrl(folder) : server->NewDatabase();
  auto database = sql::Database::Open(url, {});
  if (!database.ok()) Check(database.error());
  Check(store::Migrate(**database));
  SystemClock clock;
  SearchIndex index(**database, clock);
  Writer writer;
  // A store that was kept is filled up.
  const auto kept =
      (*database)->Read([](sql::Tx& tx) { return tx.Query("SELECT COUNT(*) FROM ticket"); });
  if (!kept.ok()) Check(kept.error());
  int filled = static_cast<int>((*kept)[0].Int(0));
  if (filled > tickets) {
    std::fprintf(stderr, "muara-load-search: there are %d tickets in it\n", filled);
    return 2;
  }
  for (int size = std::min(tickets, 10'000);; size = std::min(tickets, size * 10)) {
    if (size < filled) continue;
    if (size > filled) {
      const bool copied = size > kWritten;
      const double seconds = copied ? Copy(**database, url, filled, size)
                                    : Fill(**database, index, writer, filled, size);
      std::printf("%s, %d tickets (%.0f a second %s)\n", store.c_str(), size,
                  (size - filled) / seconds, copied ? "copied" : "written and indexed");
      filled = size;
    } else {
      std::printf("%s, %d tickets\n", store.c_str(), size);
    }
    TellSize(**database);
    MeasureAll(**database, writer);
    if (size == tickets) break;
  }
  return 0;
}

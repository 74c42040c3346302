// muara-load-offers: how many durable offers a second the leader makes, in a private store of its
// own: fills it with agents and queues, lets work wait, and steps the dispatcher as the service
// does until everything has its offer. Then agents accept from several threads. Beside it, what the
// store can do at best: transactions of three inserts, one after another.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "libs/bus/sequencer.h"
#include "libs/testing/servers.h"
#include "services/routing/app/dispatcher.h"
#include "services/routing/app/explanations.h"
#include "services/routing/app/picture.h"
#include "services/routing/app/waits.h"
#include "services/routing/store/policy.h"
#include "services/routing/store/schema.h"
#include "services/routing/store/sessions.h"
#include "services/routing/store/work.h"
#include "tests/load/bare.h"
#include "tests/load/measure.h"

namespace {

using namespace muara;           // NOLINT: one program
using namespace muara::routing;  // NOLINT

constexpr int kBatch = 200;
constexpr int kThreads = 8;
constexpr int kCapacity = 100;

void Check(const muara::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "muara-load-offers: %s\n", status.error().message.c_str());
  std::exit(1);
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

void Report(const char* what, int count, const Stopwatch& watch, double bare) {
  const double rate = count / watch.seconds();
  std::printf("  %-44s %9.0f a second  %6.2f of bare\n", what, rate, rate / bare);
  std::fflush(stdout);
}

struct Rig {
  Rig(sql::Database& store, bus::EventLog& facts)
      : database(store), log(facts), policy(database, log, clock) {}

  sql::Database& database;
  bus::EventLog& log;
  SystemClock clock;
  metrics::Registry metrics;
  Meters meters{metrics};
  CurrentPolicy policy;
  OpeningHours hours;
  Floor floor{log};
  Offers offers{database, log, floor, clock, policy, hours, meters};
  Work work{database, floor, offers, clock, policy, hours, meters};
  Connections connections{database, floor, offers, policy, clock};
  WrapUps wrap_ups{database, floor, offers, clock};
  Waits waits{database, clock, policy, hours};
  Explanations explanations{database, log, clock, policy, hours};
  Dispatcher dispatcher{database, floor, offers,      work,  wrap_ups,
                        policy,   hours, connections, clock, meters};
};

// Agents need not be heard of again while it runs.
void BePatient(Rig& rig) {
  Check(rig.database.Transact([](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(RoutingPolicy policy, store::LoadPolicyForChange(tx));
    policy.suspect_seconds = kSuspectSecondsMax;
    policy.lost_seconds = kLostSecondsMax;
    return store::SavePolicy(tx, policy);
  }));
  Check(rig.policy.Refresh());
}

void AddAgents(Rig& rig, int agents, int queues) {
  const Time now = rig.clock.Now();
  for (int at = 0; at < agents; at += kBatch) {
    Check(rig.database.Transact([&](sql::Tx& tx) -> muara::Status {
      for (int i = at; i < std::min(at + kBatch, agents); ++i) {
        Agent agent;
        agent.id = "agent-" + std::to_string(i);
        agent.display_name = agent.id;
        agent.capacity = kCapacity;
        agent.queue_ids = {"queue-" + std::to_string(i % queues)};
        agent.status = AgentStatus::kAvailable;
        agent.status_time = now;
        agent.idle_since = now;
        agent.connection = Connection::kLive;
        agent.connection_time = now;
        RETURN_IF_ERROR(store::InsertSession(tx, {agent.id, "desk", "", now, now}));
        RETURN_IF_ERROR(rig.floor.Insert(tx, agent, now));
      }
      return Ok();
    }));
  }
}

void OpenWork(Rig& rig, int from, int to, int queues) {
  for (int at = from; at < to; at += kBatch) {
    Check(rig.database.Transact([&](sql::Tx& tx) -> muara::Status {
      for (int i = at; i < std::min(at + kBatch, to); ++i) {
        const std::string name = std::to_string(i);
        RETURN_IF_ERROR(rig.work.OpenedIn(
            tx, {"ticket-" + name, "REF-" + name, "load", "queue-" + std::to_string(i % queues),
                 Channel::kEmail, 10, ""}));
      }
      return Ok();
    }));
  }
}

std::vector<Offer> AllPending(Rig& rig) {
  std::vector<Offer> all;
  for (std::string before;;) {
    const auto page = rig.offers.List(OfferStatus::kPending, "", 1000, before);
    Check(page.ok() ? Ok() : muara::Status(page.error()));
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < 1000) return all;
    before = page->back().id;
  }
}

void AcceptAll(Rig& rig, const std::vector<Offer>& offers) {
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = t; i < offers.size(); i += kThreads) {
        const auto accepted = rig.offers.Accept(
            offers[i].id, OperationKey{"load/accept/" + offers[i].id, "load"}, {});
        Check(accepted.ok() ? Ok() : muara::Status(accepted.error()));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// What those who watch and those who stand by read, while all of it waits.
void MeasureReads(Rig& rig, int items) {
  constexpr int kAsked = 200, kExplained = 20;
  std::vector<double> took_ms;
  for (int i = 0; i < kAsked; ++i) {
    const Stopwatch watch;
    const auto wait = rig.waits.Of("ticket-" + std::to_string(i * (items / kAsked)));
    Check(wait.ok() ? Ok() : muara::Status(wait.error()));
    took_ms.push_back(watch.seconds() * 1000);
  }
  std::printf("  %-44s %9.1f ms p50 %6.1f ms p99\n", "position and estimated wait of one",
              load::Percentile(took_ms, 0.5), load::Percentile(took_ms, 0.99));
  took_ms.clear();
  for (int i = 0; i < kExplained; ++i) {
    const Stopwatch watch;
    const auto why = rig.explanations.Now("ticket-" + std::to_string(i * (items / kExplained)), "");
    Check(why.ok() ? Ok() : muara::Status(why.error()));
    took_ms.push_back(watch.seconds() * 1000);
  }
  std::printf("  %-44s %9.1f ms p50 %6.1f ms p99\n", "why one waits, by all agents",
              load::Percentile(took_ms, 0.5), load::Percentile(took_ms, 0.99));
  const Stopwatch watch;
  Engine engine;
  Check(rig.database.Read([&](sql::Tx& tx) { return PutAll(tx, rig.hours, engine); }));
  std::printf("  %-44s %9.2f s\n", "whoever takes over reads it all", watch.seconds());
}

void Measure(const std::string& url, const std::string& scratch, int agents, int queues,
             int items) {
  auto database = *sql::Database::Open(url, {});
  Check(store::Migrate(*database));
  auto log = *bus::EventLog::Open(*database, "routing");
  Rig rig(*database, *log);
  BePatient(rig);
  AddAgents(rig, agents, queues);
  const double bare = load::MeasureInserts(scratch, 1, 3).per_second;
  std::printf("  %-44s %9.0f a second\n", "bare: three inserts a commit, one thread", bare);
  Check(rig.dispatcher.Step());  // leads, with nothing to do
  {
    const Stopwatch watch;
    OpenWork(rig, 0, items, queues);
    Report("work queued, 200 facts a transaction", items, watch, bare);
  }
  MeasureReads(rig, items);
  {
    const Stopwatch watch;
    while (rig.work.List(1, "", 1, "")->size() == 1) Check(rig.dispatcher.Step());
    Report("offers made, all waiting", items, watch, bare);
  }
  const auto offers = AllPending(rig);
  {
    const Stopwatch watch;
    const int some = std::min<int>(5000, static_cast<int>(offers.size()));
    AcceptAll(rig, {offers.begin(), offers.begin() + some});
    Report("offers accepted, eight at once", some, watch, bare);
  }
  {
    const Stopwatch watch;
    int64_t numbered = 0;
    for (int64_t some = 1; some > 0; numbered += some) some = *bus::Sequence(*database);
    if (numbered > 0) Report("facts numbered", static_cast<int>(numbered), watch, bare);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "muara-load-offers sqlite|postgres AGENTS QUEUES ITEMS\n");
    return 2;
  }
  const bool postgres = std::string(argv[1]) == "postgres";
  const int agents = std::atoi(argv[2]), queues = std::atoi(argv[3]), items = std::atoi(argv[4]);
  std::printf("%s: %d agents, %d queues, %d waiting\n", argv[1], agents, queues, items);
  const testing::TempFolder folder;
  if (!postgres) {
    const testing::TempFolder scratch;
    Measure(testing::SqliteUrl(folder), testing::SqliteUrl(scratch), agents, queues, items);
    return 0;
  }
  testing::PostgresServer server({"fsync=on"});
  Measure(server.NewDatabase(), server.NewDatabase(), agents, queues, items);
  return 0;
}

// muara-load-clocks: how late breaches are told, with many clocks running. Fills a store of its own
// with tickets whose clocks run for days, and some of which are due soon, evenly; then lets the
// timers work as in the service and stamps each breach when it can be read. Half-way the timers are
// away for a while, as by a restart.
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include "libs/bus/envelope.h"
#include "libs/bus/sequencer.h"
#include "libs/bus/wake.h"
#include "libs/rpc/timestamp.h"
#include "libs/testing/servers.h"
#include "muara/ticket/v1/facts.pb.h"
#include "services/ticket/app/journal.h"
#include "services/ticket/app/sla/policies.h"
#include "services/ticket/app/sla/sla.h"
#include "services/ticket/events/sla_timers.h"
#include "services/ticket/store/schema.h"
#include "services/ticket/wire/events.h"
#include "tests/load/measure.h"

namespace {

using namespace muara;          // NOLINT: one program
using namespace muara::ticket;  // NOLINT
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kBatch = 500;
constexpr seconds kLongPromise = std::chrono::hours(24 * 30);
constexpr seconds kShortPromise = std::chrono::hours(1);
constexpr seconds kAway(5);

void Check(const muara::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "muara-load-clocks: %s\n", status.error().message.c_str());
  std::exit(1);
}

// A breach: when it was, and when it could be read.
struct Seen {
  Time due;
  Time told;
};

SlaPolicy Promise(const char* queue, Duration duration) {
  SlaPolicy policy;
  policy.display_name = queue;
  policy.rules.push_back({.name = "queue", .queue_ids = {queue}});
  SlaTarget target;
  target.kind = TargetKind::kResolution;
  target.duration = duration;
  policy.targets = {target};
  return policy;
}

muara::Status OpenTicket(sql::Tx& tx, const Journal& journal, const char* queue, Time at) {
  Ticket ticket;
  ticket.id = TicketId::New();
  ticket.reference = ReferenceOf(ticket.id);
  ticket.subject = "load";
  ticket.queue_id = queue;
  ticket.contact_id = ContactId{"load"};
  ticket.create_time = at;
  ticket.update_time = at;
  return journal.Open(
      tx, {ticket}, [](const Ticket& opened) { return wire::TicketOpened(opened, {}, {}); }, at);
}

// Reads the log as it grows and notes how long after its due time each breach is there.
class Watcher {
 public:
  Watcher(sql::Database& database, bus::EventLog& log)
      : database_(database), log_(log), next_(*log.Heads()) {
    log_.OnAppend([this] { wake_.Notify(); });
    thread_ = std::thread([this] {
      while (!stopping_) {
        wake_.WaitFor(milliseconds(5));
        (void)bus::Sequence(database_);
        for (int part = 0; part < bus::kParts; ++part) Read(part);
      }
    });
  }
  ~Watcher() {
    stopping_ = true;
    thread_.join();
  }
  // Waits until so many breaches have been told, or for so long.
  std::vector<Seen> Wait(size_t count, Duration limit) {
    std::unique_lock lock(mutex_);
    grown_.wait_for(lock, limit, [&] { return seen_.size() >= count; });
    return seen_;
  }

 private:
  void Read(int part) {
    const auto entries = log_.Read(part, next_[part] + 1, 500);
    if (!entries.ok()) return;
    const Time now = SystemClock().Now();
    const std::lock_guard lock(mutex_);
    for (const bus::LogEntry& entry : *entries) {
      next_[part] = entry.position;
      const auto envelope = bus::ParseEnvelope(entry.envelope);
      v1::SlaBreached fact;
      if (!envelope || envelope->type != fact.GetDescriptor()->full_name()) continue;
      fact.ParseFromString(envelope->data);
      seen_.push_back({rpc::FromTimestamp(fact.clock().breached_time()), now});
    }
    grown_.notify_all();
  }

  sql::Database& database_;
  bus::EventLog& log_;
  std::vector<int64_t> next_;  // the last position read of each part
  std::mutex mutex_;
  std::condition_variable grown_;
  std::vector<Seen> seen_;
  bus::Wake wake_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

// `from`: what was due before it can be told from then on alone.
void Report(const char* what, const std::vector<Seen>& seen, Time from = Time::min()) {
  if (seen.empty()) return;
  std::vector<double> late_ms;
  for (const Seen& one : seen) {
    const Duration late = one.told - std::max(one.due, from);
    late_ms.push_back(std::chrono::duration<double, std::milli>(late).count());
  }
  const double early = *std::min_element(late_ms.begin(), late_ms.end());
  const double latest = *std::max_element(late_ms.begin(), late_ms.end());
  std::printf("  %-30s %6zu told, late p50 %7.1f ms, p99 %7.1f ms, most %7.1f ms%s\n", what,
              late_ms.size(), load::Percentile(late_ms, 0.5), load::Percentile(late_ms, 0.99),
              latest, early < 0 ? "   EARLY" : "");
  std::fflush(stdout);
}

// Opened so that the first falls due at `first`, the last `span` later.
void Fill(sql::Database& database, const Journal& journal, const char* queue, int count, Time first,
          Duration span) {
  for (int at = 0; at < count; at += kBatch) {
    Check(database.Transact([&](sql::Tx& tx) -> muara::Status {
      for (int i = at; i < std::min(at + kBatch, count); ++i) {
        RETURN_IF_ERROR(OpenTicket(tx, journal, queue, first + span * i / count));
      }
      return Ok();
    }));
  }
}

struct Plan {
  int running = 0;  // clocks that are not due for a month
  int due = 0;      // clocks that fall due while it is measured
  int seconds = 0;  // over which they do
};

void Run(sql::Database& database, const Plan& plan) {
  const SystemClock clock;
  Check(store::Migrate(database));
  auto log = bus::EventLog::Open(database, "ticket");
  if (!log.ok()) Check(log.error());
  Sla sla(database, **log, clock);
  SlaPolicies policies(database, **log, clock);
  const Journal journal(**log, {&sla});
  for (const auto& [queue, promise] : {std::pair("long", kLongPromise), {"short", kShortPromise}}) {
    const auto made =
        policies.CreatePolicy({queue, {queue, ""}, 0, "accounts/load"}, Promise(queue, promise));
    if (!made.ok()) Check(made.error());
  }
  Fill(database, journal, "long", plan.running, clock.Now(), Duration(0));
  // Opened in the past, due after the store has been filled.
  const Duration span = std::chrono::seconds(plan.seconds);
  const Duration fill_time = seconds(2 + plan.due / 300);
  const Time first = clock.Now() + fill_time;
  Fill(database, journal, "short", plan.due, first - kShortPromise, span);
  if (clock.Now() > first) Check(MakeError(Code::kInternal, "SLOW", "filling took too long"));

  Watcher watcher(database, **log);
  auto timers = std::make_unique<events::SlaTimers>(sla, clock);
  Check(timers->Start());
  const size_t half = plan.due / 2;
  auto told = watcher.Wait(half, fill_time + span);
  Report("timers at work", told);
  timers.reset();
  (void)watcher.Wait(plan.due, kAway);
  const size_t before = watcher.Wait(0, Duration(0)).size();
  const Time back = clock.Now();
  timers = std::make_unique<events::SlaTimers>(sla, clock);
  Check(timers->Start());
  told = watcher.Wait(plan.due, span + fill_time);
  if (told.size() != static_cast<size_t>(plan.due)) {
    std::printf("  MISSING: %zu of %d were told\n", told.size(), plan.due);
    std::exit(1);
  }
  told.erase(told.begin(), told.begin() + before);
  const auto missed =
      std::partition(told.begin(), told.end(), [&](const Seen& one) { return one.due < back; });
  std::printf("  away for %d s:\n", static_cast<int>(kAway.count()));
  Report("due meanwhile, from its end on", {told.begin(), missed}, back);
  Report("due after it", {missed, told.end()});
}

}  // namespace

int main(int argc, char** argv) {
  const std::string store = argc == 5 ? argv[1] : "";
  const Plan plan =
      argc == 5 ? Plan{std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4])} : Plan{};
  if ((store != "sqlite" && store != "postgres") || plan.running < 0 || plan.due < 2 ||
      plan.seconds < 1) {
    std::fprintf(stderr, "muara-load-clocks sqlite|postgres RUNNING DUE SECONDS\n");
    return 2;
  }
  testing::TempFolder folder;
  std::unique_ptr<testing::PostgresServer> server;
  if (store == "postgres") server = std::make_unique<testing::PostgresServer>();
  auto database = sql::Database::Open(
      server == nullptr ? testing::SqliteUrl(folder) : server->NewDatabase(), {});
  if (!database.ok()) Check(database.error());
  std::printf("%s: %d clocks running, %d more due within %d s\n", store.c_str(), plan.running,
              plan.due, plan.seconds);
  Run(**database, plan);
  return 0;
}

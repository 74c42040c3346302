// The process ends at every boundary of every write, one after another: before and after each
// statement of a transaction and each commit. Whoever comes after finds a store in which everything
// is right, and brings all work to its end: what was acknowledged stands, nothing is told twice
// under another id.
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "libs/bus/claim.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

constexpr int kCrash = 7;
constexpr int kTickets = 4;
constexpr int kRoundsMax = 40;

// Ends this process at the boundary of that number.
class Fuse {
 public:
  explicit Fuse(int boundary) : left_(boundary) {}
  void Burn() {
    if (--left_ == 0) _exit(kCrash);
  }

 private:
  std::atomic<int> left_;
};

class FusedTx final : public sql::Tx {
 public:
  FusedTx(sql::Tx& tx, Fuse& fuse) : tx_(tx), fuse_(fuse) {}
  Result<sql::Rows> Run(std::string_view sql, const sql::Params& params) override {
    if (!sql.starts_with("SELECT")) fuse_.Burn();
    return tx_.Run(sql, params);
  }
  Result<std::vector<sql::Rows>> RunAll(std::vector<sql::Statement> statements) override {
    fuse_.Burn();
    return tx_.RunAll(std::move(statements));
  }
  Status Post(sql::Statement statement) override {
    fuse_.Burn();
    return tx_.Post(std::move(statement));
  }
  sql::Engine engine() const override { return tx_.engine(); }
  void OnCommit(std::function<void()> action) override { tx_.OnCommit(std::move(action)); }

 private:
  sql::Tx& tx_;
  Fuse& fuse_;
};

class FusedDatabase final : public sql::Database {
 public:
  FusedDatabase(sql::Database& database, Fuse& fuse) : database_(database), fuse_(fuse) {}
  sql::Engine engine() const override { return database_.engine(); }

 protected:
  Status RunIn(Mode mode, const std::function<Status(sql::Tx&)>& work) override {
    if (mode == Mode::kRead) return database_.Read(work);
    const Status done = database_.Transact([&](sql::Tx& tx) -> Status {
      FusedTx fused(tx, fuse_);
      RETURN_IF_ERROR(work(fused));
      fuse_.Burn();  // all is written, nothing committed
      return Ok();
    });
    fuse_.Burn();  // committed, and nobody knows
    return done;
  }

 private:
  sql::Database& database_;
  Fuse& fuse_;
};

class CrashTest : public RoutingTest {
 protected:
  void SetUp() override {}  // stores are made by hand: no thread of theirs may live over a fork

  // Everything from the first agent to the end of all work, from wherever the store is.
  void Drive(sql::Database& database, Duration later) {
    auto log = *bus::EventLog::Open(database, "routing");
    time_ = std::make_unique<testing::ManualClock>(FromMicros(1772348400000000) + later);
    Replica replica(database, *log, *time_);
    CHECK(replica.policy.Refresh().ok());
    for (const char* id : {"ann", "bob"}) AddTo(replica, id);
    for (int i = 0; i < kTickets; ++i) Once(database, "open", i, replica, &Work::OpenedIn);
    Assigner assigner(database, replica.work, replica.floor.command_wake(),
                      [&](const store::AssignCommand& command) -> Status {
                        Note("told " + command.ticket_id + " " + command.offer_id);
                        return Ok();
                      });
    for (int round = 0; round < kRoundsMax && !AllHeld(replica); ++round) {
      time_->Advance(std::chrono::seconds(3));
      CHECK(replica.dispatcher.Step().ok());
      AnswerAll(replica);
      CHECK(assigner.Step().ok());
    }
    CHECK(assigner.Step().ok());
    for (int i = 0; i < kTickets; ++i) Once(database, "end", i, replica, &Work::EndedIn);
    replica.dispatcher.Stop();
  }

  // Agents need not be heard of again.
  static void BePatient(sql::Database& database) {
    CHECK(database
              .Transact([](sql::Tx& tx) -> Status {
                ASSIGN_OR_RETURN(RoutingPolicy policy, store::LoadPolicyForChange(tx));
                policy.suspect_seconds = kSuspectSecondsMax;
                policy.lost_seconds = kLostSecondsMax;
                return store::SavePolicy(tx, policy);
              })
              .ok());
  }

  void AddTo(Replica& replica, const std::string& id) {
    Agent agent;
    agent.id = id;
    agent.display_name = id;
    agent.queue_ids = {"general"};
    agent.capacity = 2;
    CHECK(replica.people.CreateAgent(agent, bus::KeyFor("create-" + id)).ok());
    CHECK(replica.people
              .SetPresence(id, bus::KeyFor("presence-" + id), PresenceBy::kAgent,
                           AgentStatus::kAvailable, "")
              .ok());
  }

  // A fact of a ticket, which counts once.
  void Once(sql::Database& database, const std::string& what, int i, Replica& replica,
            Status (Work::*reaction)(sql::Tx&, const TicketView&)) {
    const std::string id = "t" + std::to_string(i);
    const Status done = database.Transact([&](sql::Tx& tx) -> Status {
      ASSIGN_OR_RETURN(const bool first,
                       bus::Claim(tx, bus::KeyFor(what + "-" + id), time_->Now()));
      return first ? (replica.work.*reaction)(tx, Ticket(id)) : Ok();
    });
    CHECK(done.ok());
    Note(what + " " + id);
  }

  // The first offer of t1 is rejected, that of t2 runs out, all others are accepted.
  void AnswerAll(Replica& replica) {
    const auto pending = replica.offers.List(OfferStatus::kPending, "", 200, "");
    CHECK(pending.ok());
    for (const Offer& offer : *pending) {
      const bool ended = Has(replica, offer.work_item_id, OfferStatus::kRejected) ||
                         Has(replica, offer.work_item_id, OfferStatus::kTimedOut);
      if (offer.work_item_id == "t2" && !ended) continue;
      const OperationKey key = bus::KeyFor("answer-" + offer.id);
      if (offer.work_item_id == "t1" && !ended) {
        CHECK(replica.offers.Reject(offer.id, key, {offer.agent_id}, "").ok());
        continue;
      }
      CHECK(replica.offers.Accept(offer.id, key, {offer.agent_id}).ok());
      Note("accepted " + offer.work_item_id + " " + offer.id);
    }
  }
  static bool Has(Replica& replica, const std::string& item, OfferStatus status) {
    for (const Offer& offer : *replica.offers.List(status, "", 200, "")) {
      if (offer.work_item_id == item) return true;
    }
    return false;
  }
  static bool AllHeld(Replica& replica) {
    return replica.work.List(static_cast<int>(ItemStatus::kAssigned), "", 100, "")->size() ==
           kTickets;
  }

  void Note(const std::string& line) {
    std::ofstream(folder_.path() + "/acknowledged", std::ios::app) << line << std::endl;
  }
  std::map<std::string, std::set<std::string>> Acknowledged(const std::string& what) {
    std::ifstream file(folder_.path() + "/acknowledged");
    std::map<std::string, std::set<std::string>> by_ticket;
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      std::string kind, ticket, offer;
      words >> kind >> ticket >> offer;
      if (kind == what) by_ticket[ticket].insert(offer);
    }
    return by_ticket;
  }

  // True: it got through without meeting its end.
  bool RunInChild(const std::string& url, int boundary) {
    const pid_t child = fork();
    if (child == 0) {
      alarm(30);
      const auto database = bus::OpenDatabase(url);
      Fuse fuse(boundary);
      FusedDatabase fused(*database, fuse);
      Drive(fused, Duration(0));
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kCrash));
    return WEXITSTATUS(status) == 0;
  }

  void ExpectRight(sql::Database& database) {
    const auto wrong = database.Read([](sql::Tx& tx) {
      return tx.Query(
          "SELECT id FROM agent WHERE used > capacity OR used <> (SELECT COALESCE(SUM(w.weight), "
          "0) FROM work_item w WHERE w.agent_id = agent.id AND w.status IN (2, 3, 6))");
    });
    EXPECT_TRUE(wrong.ok() && wrong->empty());
  }

  // Answers whether there was a crash at that boundary at all.
  bool TryBoundary(const std::string& url, int boundary) {
    std::ofstream(folder_.path() + "/acknowledged", std::ios::trunc);
    const bool through = RunInChild(url, boundary);
    const auto acknowledged = Acknowledged("accepted");
    const auto database = bus::OpenDatabase(url);
    ExpectRight(*database);
    Drive(*database, std::chrono::minutes(10));
    ExpectRight(*database);
    auto told = Acknowledged("told");
    EXPECT_EQ(told.size(), static_cast<size_t>(kTickets));
    for (const auto& [ticket, offers] : told) {
      EXPECT_EQ(offers.size(), 1u) << ticket << " was given under two ids";
    }
    for (const auto& [ticket, offers] : acknowledged) {
      EXPECT_EQ(told[ticket], offers) << ticket << " is not with whom it was promised to";
    }
    const auto left = database->Read([](sql::Tx& tx) {
      return tx.Query(
          "SELECT id FROM work_item WHERE status <> 5 UNION ALL SELECT id FROM offer "
          "WHERE status = 1 UNION ALL SELECT id FROM agent WHERE used <> 0");
    });
    EXPECT_TRUE(left.ok() && left->empty());
    return !through;
  }

  std::unique_ptr<testing::ManualClock> time_;
};

TEST_P(CrashTest, NothingIsLostOrDoubledWhereverItEnds) {
  const bool postgres = GetParam() == sql::Engine::kPostgres;
  const std::string made =
      postgres ? bus::SharedPostgres().NewDatabase() : testing::SqliteUrl(folder_);
  CHECK(store::Migrate(*bus::OpenDatabase(made)).ok());
  BePatient(*bus::OpenDatabase(made));
  CHECK(bus::EventLog::Open(*bus::OpenDatabase(made), "routing").ok());
  int crashes = 0;
  // Some are passed over, so that it takes seconds; the steps share no factor, so each is met by
  // one engine or the other sooner or later as the code moves.
  for (int boundary = 1;; boundary += postgres ? 11 : 7) {
    SCOPED_TRACE("boundary " + std::to_string(boundary));
    const testing::TempFolder copy;
    const std::string url =
        postgres ? bus::SharedPostgres().CopyOf(made) : testing::SqliteCopyOf(made, copy);
    if (!TryBoundary(url, boundary) || HasFailure()) break;
    ++crashes;
  }
  EXPECT_GT(crashes, 10);
}

MUARA_ON_BOTH_ENGINES(CrashTest);

}  // namespace
}  // namespace muara::routing

// Two replicas fight over one store while everything happens at once: leaders are paused in the
// middle (their lease runs out under them), agents answer, come and go, work comes and ends. At
// every moment no agent has more than its capacity and no item more than one active offer.
#include <random>
#include <thread>

#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

constexpr int kAgents = 6;
constexpr int kCapacity = 2;
constexpr int kTickets = 40;
constexpr int kMoves = 500;
constexpr int kMovesMax = 10000;

class FightTest : public RoutingTest {
 protected:
  // What a lost race, a lost lease or a late answer may answer; anything else is a fault.
  static void ExpectUsual(const Status& status) {
    if (status.ok()) return;
    const std::string& reason = status.error().reason;
    EXPECT_TRUE(reason == "NOT_LEADER" || reason == "OFFER_NOT_PENDING" || reason == "LOST_RACE" ||
                reason == "STORE_UNAVAILABLE")
        << reason << ": " << status.error().message;
  }

  template <class T>
  static Status Of(const Result<T>& result) {
    return result.ok() ? Ok() : Status(result.error());
  }

  // Of those that made offers.
  int64_t Epochs() {
    const auto epochs = database_->Read(
        [](sql::Tx& tx) { return tx.Query("SELECT COUNT(DISTINCT epoch) FROM offer"); });
    return epochs.ok() ? (*epochs)[0].Int(0) : 0;
  }

  void Lead(Replica& replica) {
    while (!over_) {
      ExpectUsual(replica.dispatcher.Step());
      std::this_thread::yield();
    }
  }

  Status AnswerSomething(Replica& replica, std::mt19937& random) {
    const auto pending = replica.offers.List(OfferStatus::kPending, "", 200, "");
    if (!pending.ok() || pending->empty()) return Of(pending);
    const Offer& offer = pending->at(random() % pending->size());
    const OperationKey key = bus::KeyFor("answer-" + std::to_string(random()));
    return random() % 3 != 0 ? Of(replica.offers.Accept(offer.id, key, {offer.agent_id}))
                             : Of(replica.offers.Reject(offer.id, key, {offer.agent_id}, ""));
  }

  Status Move(Replica& replica, std::mt19937& random) {
    const std::string ticket = "t" + std::to_string(random() % kTickets);
    const std::string agent = "a" + std::to_string(random() % kAgents);
    switch (random() % 8) {
      case 0:
      case 1:
        return database_->Transact(
            [&](sql::Tx& tx) { return replica.work.ReopenedIn(tx, Ticket(ticket)); });
      case 2:
        return database_->Transact(
            [&](sql::Tx& tx) { return replica.work.EndedIn(tx, Ticket(ticket)); });
      case 3:
        return Of(replica.people.SetPresence(
            agent, bus::KeyFor("presence-" + std::to_string(random())), PresenceBy::kAgent,
            random() % 3 == 0 ? AgentStatus::kAway : AgentStatus::kAvailable, ""));
      case 4:
        clock_.Advance(std::chrono::milliseconds(100 * (random() % 40)));  // past a lease, or not
        return Ok();
      default:
        return AnswerSomething(replica, random);
    }
  }

  // In one snapshot.
  void ExpectRightNow() {
    const auto read = database_->Read([&](sql::Tx& tx) -> Status {
      ASSIGN_OR_RETURN(const sql::Rows twice,
                       tx.Query("SELECT work_item_id FROM offer WHERE status = 1 GROUP BY "
                                "work_item_id HAVING COUNT(*) > 1"));
      EXPECT_TRUE(twice.empty());
      ASSIGN_OR_RETURN(
          const sql::Rows agents,
          tx.Query("SELECT id, used, capacity, (SELECT COALESCE(SUM(w.weight), 0) FROM work_item w "
                   "WHERE w.agent_id = agent.id AND w.status IN (2, 3, 6)) FROM agent"));
      for (const sql::Row& agent : agents) {
        EXPECT_EQ(agent.Int(1), agent.Int(3)) << agent.Text(0);
        EXPECT_LE(agent.Int(1), agent.Int(2)) << agent.Text(0);
      }
      return Ok();
    });
    EXPECT_TRUE(read.ok());
    ++looked_;
  }

  std::atomic<bool> over_{false};
  int looked_ = 0;
};

TEST_P(FightTest, PausedLeadersNeverGiveTooMuchOrTwice) {
  for (int i = 0; i < kAgents; ++i) AddAgent("a" + std::to_string(i), kCapacity);
  // A ticket's facts come one after another: only one of them opens it.
  for (int i = 0; i < kTickets; ++i) Open("t" + std::to_string(i));
  const auto two = NewReplica();
  std::thread first([&] { Lead(*one_); }), second([&] { Lead(*two); });
  std::vector<std::thread> movers;
  std::atomic<int> moving{2};
  for (int m = 0; m < 2; ++m) {
    movers.emplace_back([&, m] {
      std::mt19937 random(m + 1);
      // Longer, where a slow machine has not let both of them lead yet.
      for (int i = 0; i < kMoves || (i < kMovesMax && Epochs() <= 2); ++i) {
        ExpectUsual(Move(random() % 2 == 0 ? *one_ : *two, random));
      }
      --moving;
    });
  }
  while (moving > 0) ExpectRightNow();
  for (std::thread& mover : movers) mover.join();
  over_ = true;
  first.join();
  second.join();
  ExpectRightNow();
  ExpectCapacityIsRight();
  EXPECT_GT(looked_, 2);
  EXPECT_GT(Epochs(), 2) << "the lead did not change hands: nothing was tried";
}

MUARA_ON_BOTH_ENGINES(FightTest);

}  // namespace
}  // namespace muara::routing

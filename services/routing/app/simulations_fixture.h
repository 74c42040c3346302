// The routing service's app with a past of its own to simulate, for tests.
#pragma once

#include "libs/bus/sequencer.h"
#include "services/routing/app/history.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/app/simulations.h"

namespace muara::routing {

using std::chrono::seconds;

class SimulationsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    start_ = clock_.Now();
    simulations_ = NewSimulations({});
  }
  std::unique_ptr<Simulations> NewSimulations(SimulationLimits limits) {
    return std::make_unique<Simulations>(*database_, *log_, clock_, one_->hours, limits);
  }
  void Number() {
    while (*bus::Sequence(*database_) > 0) {
    }
  }
  // Offers what can be offered, all accepted at once.
  void AcceptAll() {
    for (bool again = true; again;) {
      const size_t before = log_size();
      Step();
      for (const Offer& offer : *one_->offers.List(OfferStatus::kPending, "", 200, "")) {
        ASSERT_TRUE(one_->offers.Accept(offer.id, Key(), {}).ok());
      }
      again = log_size() != before;
    }
  }
  size_t log_size() {
    return static_cast<size_t>(*database_->Read([](sql::Tx& tx) -> Result<int64_t> {
      ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT COUNT(*) FROM event_log"));
      return rows[0].Int(0);
    }));
  }
  void Tick(Duration by = seconds(1)) {
    clock_.Advance(by);
    AcceptAll();
  }
  void MakeQueue(const std::string& id, const std::function<void(Queue&)>& change) {
    Queue queue{.id = id, .display_name = id};
    change(queue);
    ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  }
  void SetAgent(const std::string& id, const std::function<void(Agent&)>& change) {
    ASSERT_TRUE(one_->people.UpdateAgent(id, Key(), 0, change).ok());
  }
  void OpenIn(const std::string& id, const std::string& queue) {
    TicketView ticket = Ticket(id);
    ticket.queue_id = queue;
    ASSERT_TRUE(React(&Work::OpenedIn, ticket).ok());
    AcceptAll();
  }
  // Whoever had it may have the next at once.
  void End(const std::string& id) {
    ASSERT_TRUE(React(&Work::EndedIn, Ticket(id)).ok());
    AcceptAll();
  }

  Result<History> HistorySince(Time from) {
    Number();
    return ReadHistory(*database_, *log_, one_->hours,
                       {from, clock_.Now(), 100'000, [] { return Ok(); }});
  }
  Question Asked() {
    Number();
    return {.from = start_, .until = clock_.Now()};
  }
  std::string Refusal(const Question& question) {
    const auto found = simulations_->Simulate(question);
    if (found.ok()) return "OK";
    std::string out = found.error().reason;
    for (const Violation& one : found.error().violations) out += " " + one.field;
    return out;
  }
  static QueueChange Set(const std::string& id, std::function<void(Queue&)> change) {
    return {.id = id, .change = std::move(change)};
  }
  static AgentChange Set(const std::string& id, std::function<void(Agent&)> change) {
    return {.id = id, .change = std::move(change)};
  }

  Time start_;
  std::unique_ptr<Simulations> simulations_;
};

}  // namespace muara::routing

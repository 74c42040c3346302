// The whole app of the routing service over a store of its own, for tests. Dispatchers are stepped
// by hand; a Replica is what one more process would have.
#pragma once

#include "libs/bus/store_fixture.h"
#include "services/routing/app/assigner.h"
#include "services/routing/app/calendars.h"
#include "services/routing/app/dispatcher.h"
#include "services/routing/app/people.h"
#include "services/routing/app/work.h"
#include "services/routing/store/people.h"
#include "services/routing/store/policy.h"
#include "services/routing/store/schema.h"
#include "services/routing/store/work.h"

namespace muara::routing {

struct Replica {
  Replica(sql::Database& database, bus::EventLog& log, const Clock& clock)
      : policy(database, log, clock),
        floor(log),
        offers(database, log, floor, clock, policy, hours, meters),
        work(database, floor, offers, clock, policy, hours, meters),
        wrap_ups(database, floor, offers, clock),
        presence(database, floor, policy, clock),
        people(database, floor, offers, presence, clock, hours),
        calendars(floor, hours, clock),
        connections(database, floor, offers, policy, clock),
        dispatcher(database, floor, offers, work, wrap_ups, policy, hours, connections, clock,
                   meters) {}

  metrics::Registry metrics;
  Meters meters{metrics};
  CurrentPolicy policy;
  OpeningHours hours;
  Floor floor;
  Offers offers;
  Work work;
  WrapUps wrap_ups;
  Presence presence;
  People people;
  Calendars calendars;
  Connections connections;
  Dispatcher dispatcher;
};

class RoutingTest : public bus::StoreTest {
 protected:
  void SetUp() override {
    bus::StoreTest::Open("routing", store::Migrate);
    // Agents of these tests are there unless a test is about that.
    SetPolicy([](RoutingPolicy& policy) {
      policy.suspect_seconds = kSuspectSecondsMax;
      policy.lost_seconds = kLostSecondsMax;
    });
    one_ = NewReplica();
  }

  std::unique_ptr<Replica> NewReplica() {
    auto replica = std::make_unique<Replica>(*database_, *log_, clock_);
    EXPECT_TRUE(replica->policy.Refresh().ok());
    return replica;
  }
  // As if it had been so from the beginning.
  void SetPolicy(const std::function<void(RoutingPolicy&)>& change) {
    const Status set = database_->Transact([&](sql::Tx& tx) -> Status {
      ASSIGN_OR_RETURN(RoutingPolicy policy, store::LoadPolicyForChange(tx));
      change(policy);
      return store::SavePolicy(tx, policy);
    });
    ASSERT_TRUE(set.ok());
    if (one_ != nullptr) {
      ASSERT_TRUE(one_->policy.Refresh().ok());
    }
  }
  OperationKey Key() { return bus::KeyFor("op-" + std::to_string(++keys_)); }

  // AVAILABLE, on these queues; each is a little less idle than the one before.
  void AddAgent(const std::string& id, int capacity = 4,
                const std::vector<std::string>& queues = {"general"}) {
    clock_.Advance(Duration(1));
    Agent agent;
    agent.id = id;
    agent.display_name = "Agent " + id;
    agent.queue_ids = queues;
    agent.capacity = capacity;
    ASSERT_TRUE(one_->people.CreateAgent(agent, Key()).ok());
    SetPresence(id, AgentStatus::kAvailable);
  }
  void SetPresence(const std::string& id, AgentStatus status) {
    const auto set = one_->people.SetPresence(id, Key(), PresenceBy::kAgent, status, "");
    ASSERT_TRUE(set.ok()) << set.error().message;
  }
  static TicketView Ticket(const std::string& id, Channel channel = Channel::kEmail) {
    return {id, "REF" + id, "Subject of " + id, "general", channel, 10, ""};
  }
  // A ticket fact in the consumer's transaction.
  Status React(Status (Work::*reaction)(sql::Tx&, const TicketView&), const TicketView& ticket) {
    return database_->Transact([&](sql::Tx& tx) { return (one_->work.*reaction)(tx, ticket); });
  }
  void Open(const std::string& id, Channel channel = Channel::kEmail) {
    ASSERT_TRUE(React(&Work::OpenedIn, Ticket(id, channel)).ok());
  }
  void Step() {
    const Status stepped = one_->dispatcher.Step();
    ASSERT_TRUE(stepped.ok()) << stepped.error().message;
  }
  // Of this item; fails where there is not exactly one.
  Offer Pending(const std::string& item) {
    std::vector<Offer> found;
    for (const Offer& offer : *one_->offers.List(OfferStatus::kPending, "", 200, "")) {
      if (offer.work_item_id == item) found.push_back(offer);
    }
    EXPECT_EQ(found.size(), 1u) << item;
    return found.empty() ? Offer{} : found[0];
  }
  size_t PendingCount() { return one_->offers.List(OfferStatus::kPending, "", 200, "")->size(); }
  // Offered, and accepted by whoever has the offer.
  Offer Accepted(const std::string& item) {
    Step();
    const auto accepted = one_->offers.Accept(Pending(item).id, Key(), {});
    EXPECT_TRUE(accepted.ok());
    return accepted.ok() ? *accepted : Offer{};
  }
  Agent GetAgent(const std::string& id) { return *one_->people.GetAgent(id); }
  WorkItem Get(const std::string& id) { return *one_->work.Get(id); }
  Offer GetOffer(const std::string& id) { return *one_->offers.Get(id, {}); }

  // What every agent holds is what the items say, and never too much.
  void ExpectCapacityIsRight() {
    std::map<std::string, int> held;
    for (const WorkItem& item : *one_->work.List(0, "", 10000, "")) {
      const bool wraps = item.status == ItemStatus::kWrapping;
      const bool holds =
          item.status == ItemStatus::kOffered || item.status == ItemStatus::kAssigned || wraps;
      EXPECT_EQ(wraps, item.wrap_up_until != Time()) << item.id;
      if (holds) held[item.agent_id] += item.weight;
      EXPECT_EQ(holds, !item.agent_id.empty()) << item.id;
    }
    for (const Agent& agent : *one_->people.ListAgents(1000, "")) {
      EXPECT_EQ(agent.used(), held[agent.id]) << agent.id;
      EXPECT_LE(agent.used(), agent.capacity) << agent.id;
    }
  }

  std::unique_ptr<Replica> one_;
  std::atomic<int> keys_{0};
};

}  // namespace muara::routing

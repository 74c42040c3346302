// Agents, their presence, and queues.
#include "services/routing/app/people.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

class PeopleTest : public RoutingTest {};

TEST_P(PeopleTest, AnAgentIsMadeOnceAndTold) {
  Agent agent;
  agent.id = "ann";
  agent.display_name = "Ann";
  agent.skills = {{"german", 3}, {"billing", 1}};
  agent.queue_ids = {"a", "b"};
  const OperationKey key = Key();
  ASSERT_TRUE(one_->people.CreateAgent(agent, key).ok());
  EXPECT_EQ(one_->people.CreateAgent(agent, key)->id, "ann");
  EXPECT_EQ(one_->people.CreateAgent(agent, Key()).error().reason, "AGENT_EXISTS");
  EXPECT_EQ(one_->people.CreateAgent(agent, {key.key, "other"}).error().reason,
            "IDEMPOTENCY_CONFLICT");
  const Agent kept = GetAgent("ann");
  EXPECT_EQ(kept.skills.at(0).level, 3);
  EXPECT_EQ(kept.queue_ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(kept.status, AgentStatus::kOffline);
  EXPECT_EQ(FactTypes("agents/ann"), "AgentChanged");
}

TEST_P(PeopleTest, AnUpdateIsDoneOnceAndNotOnAStaleVersion) {
  AddAgent("ann");
  const int version = GetAgent("ann").version;
  const auto update = [](Agent& agent) { agent.capacity = 9; };
  const OperationKey key = Key();
  EXPECT_EQ(one_->people.UpdateAgent("ann", key, version + 1, update).error().reason,
            "STALE_VERSION");
  ASSERT_TRUE(one_->people.UpdateAgent("ann", key, version, update).ok());
  EXPECT_EQ(one_->people.UpdateAgent("ann", key, version, update)->version, version + 1);
  EXPECT_EQ(GetAgent("ann").capacity, 9);
  EXPECT_EQ(one_->people.UpdateAgent("bob", Key(), 0, update).error().reason, "AGENT_NOT_FOUND");
  const auto refused =
      one_->people.UpdateAgent("ann", Key(), 0, [](Agent& agent) { agent.capacity = 0; });
  EXPECT_EQ(refused.error().violations.at(0).field, "capacity");
  EXPECT_EQ(LastFact<v1::AgentChanged>("agents/ann").agent().capacity(), 9);
}

TEST_P(PeopleTest, OfManyUpdatesOnOneVersionOneWins) {
  AddAgent("ann");
  const int version = GetAgent("ann").version;
  std::atomic<int> won{0};
  bus::AtOnce(8, [&](int i) {
    const auto update = [i](Agent& agent) { agent.capacity = i + 1; };
    won += one_->people.UpdateAgent("ann", Key(), version, update).ok() ? 1 : 0;
  });
  EXPECT_EQ(won, 1);
}

TEST_P(PeopleTest, LeavingTakesPendingOffersBackAndKeepsWhatIsHeld) {
  AddAgent("ann");
  Open("held");
  Accepted("held");
  Open("offered");
  Step();
  const Offer offer = Pending("offered");
  SetPresence("ann", AgentStatus::kAway);
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kRescinded);
  EXPECT_EQ(Get("offered").status, ItemStatus::kQueued);
  EXPECT_EQ(Get("offered").reason, "AGENT_LEFT");
  EXPECT_EQ(Get("held").status, ItemStatus::kAssigned);
  EXPECT_EQ(GetAgent("ann").used(), 1);
  EXPECT_EQ(LastFact<v1::AgentChanged>("agents/ann").agent().status(), v1::AGENT_STATUS_AWAY);
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  // Back again: not passed over, for nothing was refused.
  SetPresence("ann", AgentStatus::kAvailable);
  Step();
  EXPECT_EQ(Pending("offered").agent_id, "ann");
}

TEST_P(PeopleTest, NoOfferOutlivesAnAgentsLeaving) {
  for (int round = 0; round < 10; ++round) {
    const std::string agent = "agent" + std::to_string(round);
    AddAgent(agent);
    for (int i = 0; i < 4; ++i) Open("t" + std::to_string(round) + "-" + std::to_string(i));
    bus::AtOnce(2, [&](int i) {
      if (i == 0) Step();
      if (i == 1) SetPresence(agent, AgentStatus::kOffline);
    });
    for (const Offer& offer : *one_->offers.List(OfferStatus::kPending, agent, 10, "")) {
      ADD_FAILURE() << offer.work_item_id << " is still offered to " << agent;
    }
  }
  ExpectCapacityIsRight();
}

TEST_P(PeopleTest, PresenceIsSetOnceForAKey) {
  AddAgent("ann");
  const OperationKey key = Key();
  ASSERT_TRUE(
      one_->people.SetPresence("ann", key, PresenceBy::kAgent, AgentStatus::kAway, "LUNCH").ok());
  SetPresence("ann", AgentStatus::kAvailable);
  const auto again =
      one_->people.SetPresence("ann", key, PresenceBy::kAgent, AgentStatus::kAway, "LUNCH");
  EXPECT_EQ(again->status, AgentStatus::kAvailable) << "a late retry answers with what is now";
  EXPECT_EQ(one_->people.SetPresence("bob", Key(), PresenceBy::kAgent, AgentStatus::kAway, "")
                .error()
                .reason,
            "AGENT_NOT_FOUND");
}

TEST_P(PeopleTest, AQueueIsMadeChangedAndCounted) {
  Queue queue;
  queue.id = "billing";
  queue.display_name = "Billing";
  queue.requirements = {{"german", 3}};
  const OperationKey key = Key();
  ASSERT_TRUE(one_->people.CreateQueue(queue, key).ok());
  EXPECT_TRUE(one_->people.CreateQueue(queue, key).ok());
  EXPECT_EQ(one_->people.CreateQueue(queue, Key()).error().reason, "QUEUE_EXISTS");
  const auto update = [](Queue& changed) {
    changed.priority = 7;
    changed.requirements = {{"german", 3, {{60, 2}, {120, 0}}}};
    changed.balance = Balance::kShare;
  };
  ASSERT_TRUE(one_->people.UpdateQueue("billing", Key(), 1, update).ok());
  EXPECT_EQ(one_->people.UpdateQueue("billing", Key(), 1, update).error().reason, "STALE_VERSION");
  EXPECT_EQ(one_->people.UpdateQueue("none", Key(), 0, update).error().reason, "QUEUE_NOT_FOUND");
  const Queue kept = *one_->people.GetQueue("billing");
  EXPECT_EQ(kept.requirements, (Requirements{{"german", 3, {{60, 2}, {120, 0}}}}));
  EXPECT_EQ(kept.balance, Balance::kShare);
  EXPECT_EQ(FactTypes("queues/billing"), "QueueChanged QueueChanged");
  TicketView ticket = Ticket("t1");
  ticket.queue_id = "billing";
  ASSERT_TRUE(React(&Work::OpenedIn, ticket).ok());
  EXPECT_EQ(one_->people.GetQueue("billing")->waiting, 1);
  // Only who has the skill is asked.
  AddAgent("ann", 4, {"billing"});
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  ASSERT_TRUE(
      one_->people
          .UpdateAgent("ann", Key(), 0, [](Agent& agent) { agent.skills = {{"german", 4}}; })
          .ok());
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(PeopleTest, ListsGoOnAfterTheLastOneSeen) {
  for (const char* id : {"c", "a", "b"}) AddAgent(id);
  const auto page = *one_->people.ListAgents(2, "");
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page[1].id, "b");
  EXPECT_EQ(one_->people.ListAgents(2, "b")->at(0).id, "c");
  Open("t1");
  EXPECT_EQ(one_->people.ListQueues(2, "")->size(), 1u) << "made because a ticket names it";
}

MUARA_ON_BOTH_ENGINES(PeopleTest);

}  // namespace
}  // namespace muara::routing

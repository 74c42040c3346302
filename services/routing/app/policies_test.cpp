// What a queue says about its work reaches the engine and the store alike.
#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

class PoliciesTest : public RoutingTest {
 protected:
  void AddQueue(const std::string& id, const std::function<void(Queue&)>& set) {
    Queue queue;
    queue.id = id;
    queue.display_name = id;
    set(queue);
    const auto made = one_->people.CreateQueue(queue, Key());
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  void OpenIn(const std::string& queue, const std::string& id, Channel channel = Channel::kEmail) {
    TicketView ticket = Ticket(id, channel);
    ticket.queue_id = queue;
    ASSERT_TRUE(React(&Work::OpenedIn, ticket).ok());
  }
  void SetSkills(const std::string& agent, std::vector<Skill> skills) {
    ASSERT_TRUE(
        one_->people.UpdateAgent(agent, Key(), 0, [&](Agent& a) { a.skills = skills; }).ok());
  }
};

TEST_P(PoliciesTest, RequirementsRelaxWhileTheItemWaits) {
  AddQueue("german", [](Queue& queue) { queue.requirements = {{"german", 4, {{60, 2}}}}; });
  AddAgent("ann", 4, {"german"});
  SetSkills("ann", {{"german", 2}});
  OpenIn("german", "t1");
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  clock_.Advance(seconds(60));
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(PoliciesTest, AReturningTicketWaitsForItsAgentForATime) {
  AddQueue("sticky", [](Queue& queue) { queue.preferred_seconds = 120; });
  AddAgent("ann", 1, {"sticky"});
  AddAgent("bob", 1, {"sticky"});
  OpenIn("sticky", "t1");
  Accepted("t1");
  TicketView ticket = Ticket("t1");
  ticket.queue_id = "sticky";
  ticket.assignee_id = "ann";
  ASSERT_TRUE(React(&Work::ParkedIn, ticket).ok());
  OpenIn("sticky", "t2");  // and so ann, the longer idle, is busy
  SetPresence("bob", AgentStatus::kAway);
  Accepted("t2");
  SetPresence("bob", AgentStatus::kAvailable);
  ASSERT_TRUE(React(&Work::ReopenedIn, ticket).ok());
  Step();
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued) << "bob is free, but ann is available";
  clock_.Advance(seconds(120));
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "bob");
}

TEST_P(PoliciesTest, WhatNobodyTakesOverflowsOnceAndKeepsItsAge) {
  AddQueue("second", [](Queue& queue) {
    queue.overflow_seconds = 1;
    queue.overflow_queue_id = "first";
  });
  AddQueue("first", [](Queue& queue) {
    queue.overflow_seconds = 60;
    queue.overflow_queue_id = "second";
  });
  OpenIn("first", "t1");
  const Time enqueued = Get("t1").enqueue_time;
  Step();
  EXPECT_EQ(Get("t1").queue_id, "first");
  clock_.Advance(seconds(60));
  Step();
  EXPECT_EQ(Get("t1").queue_id, "second");
  EXPECT_EQ(Get("t1").reason, "QUEUED_OVERFLOW");
  EXPECT_EQ(Get("t1").enqueue_time, enqueued);
  EXPECT_EQ(LastFact<v1::WorkQueued>("t1").item().queue_id(), "second");
  clock_.Advance(seconds(100));
  Step();
  Step();
  EXPECT_EQ(Get("t1").queue_id, "second") << "not back again";
  // News of its ticket, which is where it was, does not bring it back either.
  TicketView ticket = Ticket("t1");
  ticket.queue_id = "first";
  ticket.priority = 60;
  ASSERT_TRUE(React(&Work::ChangedIn, ticket).ok());
  EXPECT_EQ(Get("t1").queue_id, "second");
  AddAgent("ann", 4, {"second"});
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(PoliciesTest, WorkIsSharedOutAsTheSharesSay) {
  AddQueue("shared", [](Queue& queue) { queue.balance = Balance::kShare; });
  AddAgent("ann", 100, {"shared"});
  AddAgent("bob", 100, {"shared"});
  ASSERT_TRUE(one_->people.UpdateAgent("bob", Key(), 0, [](Agent& a) { a.share = 3; }).ok());
  for (int i = 0; i < 20; ++i) OpenIn("shared", "t" + std::to_string(i));
  Step();
  EXPECT_EQ(GetAgent("ann").used(), 5);
  EXPECT_EQ(GetAgent("bob").used(), 15);
}

TEST_P(PoliciesTest, ACallIsNotStarvedBySmallWork) {
  AddQueue("calls", [](Queue& queue) {
    queue.priority = 50;
    queue.hold_back_seconds = 30;
  });
  AddQueue("mails", [](Queue&) {});
  AddAgent("ann", 4, {"calls", "mails"});
  OpenIn("mails", "m1");
  Accepted("m1");
  OpenIn("calls", "c1", Channel::kPhone);
  clock_.Advance(seconds(30));
  OpenIn("mails", "m2");
  Step();
  EXPECT_EQ(PendingCount(), 0u) << "ann is kept free for the call";
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("m1")).ok());
  Step();
  EXPECT_EQ(Pending("c1").agent_id, "ann");
}

TEST_P(PoliciesTest, LoadsAreKeptByChannel) {
  AddAgent("ann", 10);
  Open("t1", Channel::kChat);
  Open("t2", Channel::kEmail);
  Step();
  const Load load = GetAgent("ann").load;
  EXPECT_EQ(load.of(Channel::kChat), 2);
  EXPECT_EQ(load.of(Channel::kEmail), 1);
  ExpectCapacityIsRight();
}

MUARA_ON_BOTH_ENGINES(PoliciesTest);

}  // namespace
}  // namespace muara::routing

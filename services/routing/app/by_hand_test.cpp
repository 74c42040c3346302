// What people decide past the engine: transfers, priorities, and work that is pulled.
#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class ByHandTest : public RoutingTest {
 protected:
  void MakeQueue(const std::string& id, const std::function<void(Queue&)>& change = [](Queue&) {}) {
    Queue queue{.id = id, .display_name = id};
    change(queue);
    ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  }
  void Transfer(const TicketView& ticket, const Handover& to) {
    const Status done =
        database_->Transact([&](sql::Tx& tx) { return one_->work.TransferredIn(tx, ticket, to); });
    ASSERT_TRUE(done.ok()) << done.error().message;
    ExpectCapacityIsRight();
  }
  static TicketView In(const std::string& queue, const std::string& id = "t1") {
    TicketView ticket = Ticket(id);
    ticket.queue_id = queue;
    return ticket;
  }
  // Who is offered it now; "" where nobody is.
  std::string OfferedTo(const std::string& id) {
    Step();
    return Get(id).status == ItemStatus::kOffered ? Get(id).agent_id : "";
  }
  std::string Pull(const std::string& id, const std::string& agent,
                   PullRights rights = PullRights::kAsQueueSays) {
    const auto pulled = one_->offers.Pull(id, Key(), agent, rights);
    if (pulled.ok()) return "OK";
    std::string said = pulled.error().reason;
    for (const Violation& one : pulled.error().violations) said += " " + one.field;
    return said;
  }
  Result<WorkItem> Prioritize(const std::string& id, std::optional<int> priority,
                              int expected_version = 0) {
    return one_->work.Prioritize(id, Key(), expected_version, priority);
  }
};

TEST_P(ByHandTest, WhatIsTransferredWaitsForItsAgentAloneAndThenForAll) {
  AddAgent("ann");
  AddAgent("bob");
  AddAgent("cid", 1, {"elsewhere"});
  Open("t1");
  EXPECT_EQ(Accepted("t1").agent_id, "ann");
  const Time came = Get("t1").enqueue_time;
  clock_.Advance(minutes(10));
  Transfer(Ticket("t1"), {"ann", "cid", {}});
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(Get("t1").reason, "QUEUED_TRANSFER");
  EXPECT_EQ(Get("t1").enqueue_time, came) << "the contact has waited since then";
  EXPECT_EQ(OfferedTo("t1"), "cid") << "named by a person, though of another queue";
  EXPECT_EQ(Pending("t1").why, "named for it");
  const auto told = LastFact<v1::WorkOffered>("t1").item();
  EXPECT_TRUE(told.preferred_by_name());
  ASSERT_TRUE(one_->offers.Reject(Pending("t1").id, Key(), {}, "").ok());
  EXPECT_EQ(OfferedTo("t1"), "bob") << "ann gave it away, cid does not want it";
  EXPECT_EQ(FactTypes("t1"),
            "WorkQueued WorkOffered OfferAccepted WorkQueued WorkOffered OfferEnded WorkOffered");
}

TEST_P(ByHandTest, WhoIsNamedIsWaitedForAsLongAsThePolicySays) {
  SetPolicy([](RoutingPolicy& policy) {
    policy.transfer_seconds = 20;
    policy.exclusion_seconds = 5;
  });
  AddAgent("ann");
  AddAgent("bob", 1);
  Open("t0");
  ASSERT_EQ(OfferedTo("t0"), "ann");
  Open("t1");
  Transfer(Ticket("t1"), {"ann", "bob", {}});
  Open("t9");
  TicketView to_bob = Ticket("t9");
  to_bob.assignee_id = "bob";
  ASSERT_TRUE(React(&Work::AssignedIn, to_bob).ok());
  clock_.Advance(seconds(19));
  EXPECT_EQ(OfferedTo("t1"), "") << "bob is there and has no room yet";
  clock_.Advance(seconds(1));
  EXPECT_EQ(OfferedTo("t1"), "ann");
}

TEST_P(ByHandTest, AnAgentWhoIsAwayOrUnknownIsNotWaitedFor) {
  AddAgent("ann");
  AddAgent("bob");
  SetPresence("bob", AgentStatus::kAway);
  Open("t1");
  Transfer(Ticket("t1"), {"", "bob", {}});
  EXPECT_EQ(OfferedTo("t1"), "ann");
  Transfer(Ticket("t1"), {"", "nobody-of-ours", {}});
  EXPECT_EQ(Get("t1").reason, "TRANSFER_AGENT_UNKNOWN");
  EXPECT_EQ(Get("t1").preferred_agent_id, "");
  EXPECT_EQ(OfferedTo("t1"), "ann");
}

TEST_P(ByHandTest, WhoGivesWorkAwayDoesNotGetItStraightBack) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  Transfer(Ticket("t1"), {"ann", "", {}});
  EXPECT_EQ(OfferedTo("t1"), "");
  clock_.Advance(seconds(RoutingPolicy().exclusion_seconds));
  EXPECT_EQ(OfferedTo("t1"), "ann");
  Transfer(Ticket("t1"), {"ann", "ann", {}});
  EXPECT_EQ(OfferedTo("t1"), "ann") << "a supervisor gives it to her";
}

TEST_P(ByHandTest, WhoNamesItsOwnQueueBringsWorkHomeFromWhereItOverflowed) {
  MakeQueue("second");
  MakeQueue("first", [](Queue& queue) {
    queue.overflow_seconds = 60;
    queue.overflow_queue_id = "second";
  });
  AddAgent("bob", 4, {"second"});
  ASSERT_TRUE(React(&Work::OpenedIn, In("first")).ok());
  Step();
  clock_.Advance(seconds(60));
  Step();
  ASSERT_EQ(Get("t1").queue_id, "second");
  EXPECT_EQ(Accepted("t1").agent_id, "bob");
  Transfer(In("first"), {"bob", "", {{"german", 1, {}}}});
  EXPECT_EQ(Get("t1").queue_id, "second") << "no queue was named";
  Transfer(In("first"), {"bob", "", {}, "first"});
  EXPECT_EQ(Get("t1").queue_id, "first");
  EXPECT_EQ(LastFact<v1::WorkQueued>("t1").item().queue_id(), "first");
}

TEST_P(ByHandTest, WhatWasSentHomeWaitsThereAsLongAsAnythingBeforeItOverflows) {
  MakeQueue("second");
  MakeQueue("first", [](Queue& queue) {
    queue.overflow_seconds = 60;
    queue.overflow_queue_id = "second";
  });
  const auto queue_after = [&](int wait_seconds) {
    clock_.Advance(seconds(wait_seconds));
    Step();
    return Get("t1").queue_id;
  };
  ASSERT_TRUE(React(&Work::OpenedIn, In("first")).ok());
  const Time came = Get("t1").enqueue_time;
  EXPECT_EQ(Get("t1").queue_start, Time());
  EXPECT_EQ(queue_after(0), "first");
  EXPECT_EQ(queue_after(300), "second");
  Transfer(In("first"), {"", "", {}, "first"});
  const Time home = clock_.Now();
  EXPECT_EQ(queue_after(59), "first");
  Transfer(In("first"), {"", "", {}, "first"});
  EXPECT_EQ(Get("t1").QueueStart(), home) << "it is there already";
  EXPECT_EQ(queue_after(1), "second");
  // To the queue where it is, which is its own then.
  clock_.Advance(seconds(10));
  ASSERT_TRUE(React(&Work::ChangedIn, In("second")).ok());
  EXPECT_EQ(Get("t1").QueueStart(), clock_.Now() - seconds(10)) << "it overflowed then";
  ASSERT_TRUE(React(&Work::ChangedIn, In("first")).ok());
  EXPECT_EQ(queue_after(59), "first") << "its ticket was moved";
  EXPECT_EQ(LastFact<v1::WorkQueued>("t1").item().queue_start_time().seconds(),
            ToMicros(Get("t1").QueueStart()) / 1'000'000);
  EXPECT_EQ(queue_after(1), "second");
  EXPECT_EQ(Get("t1").enqueue_time, came) << "it keeps its age";
  EXPECT_EQ(Get("t1").WaitStart(), came) << "and its maximum";
}

TEST_P(ByHandTest, SkillsOfATransferStayUntilTheWorkIsDoneOrGivenOnAgain) {
  MakeQueue("billing");
  AddAgent("ann", 4, {"general", "billing"});
  AddAgent("bob", 4, {"general", "billing"});
  ASSERT_TRUE(
      one_->people
          .UpdateAgent("bob", Key(), 0, [](Agent& agent) { agent.skills = {{"german", 3}}; })
          .ok());
  Open("t1");
  Transfer(In("billing"), {"", "", {{"german", 3, {}}}});
  EXPECT_EQ(OfferedTo("t1"), "bob") << "ann is longer idle and knows no german";
  ASSERT_TRUE(React(&Work::ParkedIn, In("billing")).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, In("billing")).ok());
  EXPECT_EQ(OfferedTo("t1"), "bob");
  Transfer(In("billing"), {"", "", {{"german", 4, {}}}});
  EXPECT_EQ(OfferedTo("t1"), "");
  EXPECT_EQ(LastFact<v1::WorkQueued>("t1").item().requirements(0).level_min(), 4);
  Transfer(In("general"), {"", "", {}});
  EXPECT_TRUE(Get("t1").requirements.empty());
  EXPECT_EQ(OfferedTo("t1"), "ann");
  Transfer(In("general"), {"", "", {{"german", 3, {}}}});
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, Ticket("t1")).ok());
  EXPECT_EQ(OfferedTo("t1"), "ann") << "that piece of work was over";
}

TEST_P(ByHandTest, WhatIsGivenOnWhileItIsParkedGoesToItsAgentWhenItIsWorkAgain) {
  AddAgent("ann");
  AddAgent("bob");
  Open("t1");
  Accepted("t1");
  ASSERT_TRUE(React(&Work::ParkedIn, Ticket("t1")).ok());
  TicketView waits = Ticket("t1");
  waits.waits = true;
  Transfer(waits, {"ann", "bob", {}});
  EXPECT_EQ(Get("t1").status, ItemStatus::kParked);
  clock_.Advance(minutes(10));
  ASSERT_TRUE(React(&Work::ReopenedIn, Ticket("t1")).ok());
  EXPECT_EQ(Get("t1").preferred_until, clock_.Now() + seconds(RoutingPolicy().transfer_seconds));
  EXPECT_EQ(OfferedTo("t1"), "bob");
  TicketView of_ann = Ticket("t1");
  of_ann.assignee_id = "ann";
  ASSERT_TRUE(React(&Work::ParkedIn, of_ann).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, of_ann).ok());
  EXPECT_EQ(OfferedTo("t1"), "ann") << "whose it is goes before whom it was given on to";
}

TEST_P(ByHandTest, WorkThatWasOverOrUnknownIsQueuedByATransfer) {
  AddAgent("ann");
  Transfer(Ticket("t1"), {"", "ann", {}});
  EXPECT_EQ(Accepted("t1").agent_id, "ann");
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  clock_.Advance(minutes(5));
  Transfer(Ticket("t1"), {"", "ann", {}});
  EXPECT_EQ(Get("t1").enqueue_time, clock_.Now());
  EXPECT_EQ(OfferedTo("t1"), "ann");
}

TEST_P(ByHandTest, AnAgentPullsWhatWaitsWhereItsQueueSaysSo) {
  MakeQueue("calm");
  MakeQueue("free", [](Queue& queue) { queue.agents_may_pull = true; });
  AddAgent("ann", 1, {"calm", "free"});
  SetPresence("ann", AgentStatus::kAway);
  for (const char* id : {"t1", "t2", "t3"}) {
    ASSERT_TRUE(React(&Work::OpenedIn, In(id[1] == '1' ? "calm" : "free", id)).ok());
  }
  EXPECT_EQ(Pull("t2", "ann"), "NOT_ABLE NOT_AVAILABLE");
  SetPresence("ann", AgentStatus::kAvailable);
  EXPECT_EQ(Pull("t1", "ann"), "PULL_NOT_ALLOWED");
  EXPECT_EQ(Pull("t3", "ann"), "OK") << "past t2";
  const Offer offer = GetOffer(Get("t3").offer_id);
  EXPECT_EQ(offer.status, OfferStatus::kAccepted);
  EXPECT_EQ(offer.why, "pulled");
  EXPECT_EQ(FactTypes("t3"), "WorkQueued WorkOffered OfferAccepted");
  EXPECT_EQ(Get("t3").status, ItemStatus::kAssigned);
  EXPECT_EQ(Pull("t2", "ann"), "NOT_ABLE NO_CAPACITY");
  EXPECT_EQ(Pull("t3", "ann"), "NOT_WAITING");
  EXPECT_EQ(Pull("t9", "ann"), "WORK_ITEM_NOT_FOUND");
  EXPECT_EQ(Pull("t2", "nobody"), "AGENT_NOT_FOUND");
  EXPECT_EQ(OfferedTo("t2"), "") << "the engine knows that she has no room";
  ExpectCapacityIsRight();
  std::vector<std::string> told;
  Assigner assigner(*database_, one_->work, one_->floor.command_wake(),
                    [&](const store::AssignCommand& command) -> Status {
                      told.push_back(command.offer_id + command.ticket_id + command.agent_id);
                      return Ok();
                    });
  EXPECT_EQ(*assigner.Step(), 1);
  EXPECT_EQ(told, (std::vector<std::string>{offer.id + "t3ann"}));
}

TEST_P(ByHandTest, PullingTwiceWithOneKeyIsOnce) {
  AddAgent("ann");
  SetPresence("ann", AgentStatus::kAway);
  Open("t1");
  const OperationKey key = Key();
  EXPECT_EQ(one_->offers.Pull("t1", key, "ann", PullRights::kAny).error().reason, "NOT_ABLE");
  SetPresence("ann", AgentStatus::kAvailable);
  const auto first = one_->offers.Pull("t1", key, "ann", PullRights::kAny);
  const auto again = one_->offers.Pull("t1", key, "ann", PullRights::kAny);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(first->id, again->id);
  EXPECT_EQ(GetAgent("ann").used(), 1);
  EXPECT_EQ(one_->offers.Pull("t1", key, "bob", PullRights::kAny).error().reason, "REQUEST_ID_USED")
      << "what another one was given is not shown";
}

TEST_P(ByHandTest, ASupervisorPullsAlsoWhatWaitsForAnother) {
  MakeQueue("free", [](Queue& queue) { queue.agents_may_pull = true; });
  for (const char* agent : {"ann", "bob"}) AddAgent(agent, 1, {"free"});
  AddAgent("cid", 1, {"free"});
  TicketView held = In("free", "t0");
  ASSERT_TRUE(React(&Work::OpenedIn, held).ok());
  held.assignee_id = "bob";
  ASSERT_TRUE(React(&Work::AssignedIn, held).ok());
  ASSERT_TRUE(React(&Work::OpenedIn, In("free")).ok());
  Transfer(In("free"), {"cid", "bob", {}});
  EXPECT_EQ(OfferedTo("t1"), "");
  EXPECT_EQ(Pull("t1", "ann"), "NOT_ABLE KEPT_FOR_ANOTHER");
  EXPECT_EQ(Pull("t1", "cid", PullRights::kAny), "NOT_ABLE EXCLUDED");
  EXPECT_EQ(Pull("t1", "ann", PullRights::kAny), "OK");
}

TEST_P(ByHandTest, SeveralWhoPullTheSameGetItOnce) {
  MakeQueue("free", [](Queue& queue) { queue.agents_may_pull = true; });
  for (int i = 0; i < 4; ++i) AddAgent("a" + std::to_string(i), 1, {"free"});
  for (int round = 0; round < 5; ++round) {
    const std::string id = "t" + std::to_string(round);
    ASSERT_TRUE(React(&Work::OpenedIn, In("free", id)).ok());
    std::atomic<int> got{0};
    bus::AtOnce(4, [&](int thread) {
      got += one_->offers.Pull(id, Key(), "a" + std::to_string(thread), PullRights::kAny).ok();
    });
    EXPECT_EQ(got, 1);
    ExpectCapacityIsRight();
    ASSERT_TRUE(React(&Work::EndedIn, In("free", id)).ok());
  }
}

TEST_P(ByHandTest, APriorityByHandStaysUntilTheWorkIsDoneOrItIsReset) {
  AddAgent("ann", 1);
  SetPresence("ann", AgentStatus::kAway);
  Open("t1");
  Open("t2");
  ASSERT_TRUE(Prioritize("t2", 90).ok());
  EXPECT_EQ(Get("t2").priority, 90);
  EXPECT_EQ(Get("t2").reason, "PRIORITIZED");
  EXPECT_TRUE(LastFact<v1::WorkQueued>("t2").item().priority_by_hand());
  const std::string facts = FactTypes("t2");
  ASSERT_TRUE(Prioritize("t2", 90).ok());
  EXPECT_EQ(FactTypes("t2"), facts) << "it is that already";
  EXPECT_EQ(Prioritize("t2", 10, 1).error().reason, "STALE_VERSION");
  TicketView urgent = Ticket("t2");
  urgent.priority = 60;
  ASSERT_TRUE(React(&Work::ChangedIn, urgent).ok());
  EXPECT_EQ(Get("t2").priority, 90);
  SetPresence("ann", AgentStatus::kAvailable);
  EXPECT_EQ(OfferedTo("t2"), "ann");
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
  ASSERT_TRUE(Prioritize("t2", std::nullopt).ok());
  EXPECT_EQ(Get("t2").status, ItemStatus::kOffered);
  EXPECT_EQ(Get("t2").priority, 60) << "what its ticket says by now";
  EXPECT_FALSE(LastFact<v1::WorkChanged>("t2").item().priority_by_hand());
  ASSERT_TRUE(Prioritize("t2", 90).ok());
  ASSERT_TRUE(React(&Work::EndedIn, urgent).ok());
  EXPECT_EQ(Prioritize("t2", 1).error().reason, "WORK_ENDED");
  ASSERT_TRUE(React(&Work::ReopenedIn, urgent).ok());
  EXPECT_EQ(Get("t2").priority, 60);
  EXPECT_EQ(Prioritize("t9", 1).error().reason, "WORK_ITEM_NOT_FOUND");
}

MUARA_ON_BOTH_ENGINES(ByHandTest);

}  // namespace
}  // namespace muara::routing

// What routing does about tickets, and how an accepted offer reaches the ticket service.
#include "services/routing/app/work.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

class WorkTest : public RoutingTest {
 protected:
  static TicketView AssignedTo(const std::string& agent, const std::string& id = "t1") {
    TicketView ticket = Ticket(id);
    ticket.assignee_id = agent;
    return ticket;
  }
};

TEST_P(WorkTest, ParkingFreesTheAgentAndReopeningPrefersIt) {
  AddAgent("ann");
  AddAgent("bob");
  Open("t1");
  EXPECT_EQ(Accepted("t1").agent_id, "ann");
  clock_.Advance(std::chrono::minutes(1));
  ASSERT_TRUE(React(&Work::ParkedIn, AssignedTo("ann")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kParked);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(GetAgent("ann").idle_since, clock_.Now());
  ASSERT_TRUE(React(&Work::ReopenedIn, AssignedTo("ann")).ok());
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann") << "though bob is longer idle";
  EXPECT_EQ(Pending("t1").why, "preferred agent");
  EXPECT_EQ(FactTypes("t1"),
            "WorkQueued WorkOffered OfferAccepted WorkParked WorkQueued WorkOffered");
}

TEST_P(WorkTest, APreferredAgentWhoIsAwayIsNotWaitedFor) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  ASSERT_TRUE(React(&Work::EndedIn, AssignedTo("ann")).ok());
  SetPresence("ann", AgentStatus::kOffline);
  AddAgent("bob");
  ASSERT_TRUE(React(&Work::ReopenedIn, AssignedTo("ann")).ok());
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "bob");
}

TEST_P(WorkTest, AResolvedTicketEndsTheWorkOnce) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  ASSERT_TRUE(React(&Work::EndedIn, AssignedTo("ann")).ok());
  ASSERT_TRUE(React(&Work::EndedIn, AssignedTo("ann")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kDone);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferAccepted WorkDone");
  EXPECT_EQ(LastFact<v1::WorkDone>("t1").item().reason(), "TICKET_ENDED");
}

TEST_P(WorkTest, AnOfferOfWorkThatEndsIsTakenBackAndTheAgentStaysIdle) {
  AddAgent("ann");
  const Time idle = GetAgent("ann").idle_since;
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  clock_.Advance(std::chrono::seconds(5));
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kRescinded);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(GetAgent("ann").idle_since, idle) << "an offer alone does not end idleness";
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferEnded WorkDone");
  EXPECT_EQ(one_->offers.Accept(offer.id, Key(), {}).error().reason, "OFFER_NOT_PENDING");
}

TEST_P(WorkTest, ASupervisorGivesWorkPastTheOffers) {
  AddAgent("ann");
  AddAgent("bob");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  ASSERT_TRUE(React(&Work::AssignedIn, AssignedTo("bob")).ok());
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kRescinded);
  EXPECT_EQ(Get("t1").agent_id, "bob");
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(GetAgent("bob").used(), 1);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferEnded WorkAssigned");
  // And on to another one, and to someone who is no agent of ours.
  ASSERT_TRUE(React(&Work::AssignedIn, AssignedTo("ann")).ok());
  EXPECT_EQ(GetAgent("bob").used(), 0);
  EXPECT_EQ(GetAgent("ann").used(), 1);
  ASSERT_TRUE(React(&Work::AssignedIn, AssignedTo("stranger")).ok());
  EXPECT_EQ(GetAgent("ann").used(), 0);
  ASSERT_TRUE(React(&Work::EndedIn, AssignedTo("stranger")).ok());
}

TEST_P(WorkTest, OurOwnAcceptComingBackIsNoNews) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  const std::string before = FactTypes("t1");
  ASSERT_TRUE(React(&Work::AssignedIn, AssignedTo("ann")).ok());
  EXPECT_EQ(FactTypes("t1"), before);
  EXPECT_EQ(GetAgent("ann").used(), 1);
}

TEST_P(WorkTest, AnotherQueueMovesWhatWaitsAndWhatIsOffered) {
  AddAgent("ann", 4, {"general"});
  AddAgent("bob", 4, {"billing"});
  TicketView moved = Ticket("t1");
  moved.queue_id = "billing";
  Open("t1");
  ASSERT_TRUE(React(&Work::ChangedIn, moved).ok());
  ASSERT_TRUE(React(&Work::ChangedIn, moved).ok());
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkQueued");
  Step();
  const Offer offer = Pending("t1");
  EXPECT_EQ(offer.agent_id, "bob");
  moved.queue_id = "general";
  ASSERT_TRUE(React(&Work::ChangedIn, moved).ok());
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kRescinded);
  EXPECT_EQ(GetAgent("bob").used(), 0);
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(WorkTest, AChangeWhileItIsOfferedIsNotLostWithTheOffer) {
  AddAgent("ann");
  Open("t1");
  Step();
  TicketView urgent = Ticket("t1");
  urgent.priority = 60;
  urgent.subject = "Another subject";
  ASSERT_TRUE(React(&Work::ChangedIn, urgent).ok());
  ASSERT_TRUE(React(&Work::ChangedIn, urgent).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kOffered) << "it stays where it is";
  ASSERT_TRUE(one_->offers.Reject(Pending("t1").id, Key(), {}, "").ok());
  EXPECT_EQ(Get("t1").priority, 60);
  EXPECT_EQ(Get("t1").subject, "Another subject");
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered WorkChanged OfferEnded");
  ExpectCapacityIsRight();
}

TEST_P(WorkTest, AQueueByDueTimeGoesByWhatTheTicketsSay) {
  Queue queue{.id = "due", .display_name = "Due", .order = Order::kDueTime};
  ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  const auto due = [&](const std::string& id, int minutes) {
    TicketView ticket = Ticket(id);
    ticket.queue_id = "due";
    if (minutes > 0) ticket.due_time = clock_.Now() + std::chrono::minutes(minutes);
    return ticket;
  };
  const auto next = [&] {
    Step();
    const auto pending = *one_->offers.List(OfferStatus::kPending, "", 200, "");
    if (pending.size() != 1) return "offers " + std::to_string(pending.size());
    EXPECT_TRUE(one_->offers.Accept(pending[0].id, Key(), {}).ok());
    EXPECT_TRUE(React(&Work::EndedIn, Ticket(pending[0].work_item_id)).ok());
    return pending[0].work_item_id;
  };
  AddAgent("ann", 1, {"due"});
  SetPresence("ann", AgentStatus::kAway);
  // None is as if due an hour after it came.
  for (const auto& [id, minutes] :
       std::map<std::string, int>{{"t1", 90}, {"t2", 30}, {"t3", 0}, {"t4", 50}, {"t5", 80}}) {
    ASSERT_TRUE(React(&Work::OpenedIn, due(id, minutes)).ok());
  }
  const std::string before = FactTypes("t5");
  ASSERT_TRUE(React(&Work::ChangedIn, due("t5", 80)).ok());
  EXPECT_EQ(FactTypes("t5"), before) << "it is what it was";
  ASSERT_TRUE(React(&Work::ChangedIn, due("t5", 10)).ok());
  EXPECT_EQ(FactTypes("t5"), "WorkQueued WorkQueued");
  EXPECT_EQ(LastFact<v1::WorkQueued>("t5").item().due_time().seconds(),
            ToMicros(clock_.Now()) / 1'000'000 + 600);
  SetPresence("ann", AgentStatus::kAvailable);
  EXPECT_EQ(next(), "t5");
  EXPECT_EQ(next(), "t2");
  ASSERT_TRUE(React(&Work::ChangedIn, due("t4", 0)).ok());  // its clocks are paused
  ASSERT_TRUE(React(&Work::EscalatedIn, due("t1", 5)).ok());
  EXPECT_EQ(next(), "t1");
  EXPECT_EQ(next(), "t3");
  EXPECT_EQ(next(), "t4");
}

TEST_P(WorkTest, WhatIsHeldKeepsItsAgentWhenItIsDueAtAnotherTime) {
  AddAgent("ann");
  Open("t1");
  Step();
  TicketView ticket = Ticket("t1");
  ticket.due_time = clock_.Now() + std::chrono::minutes(5);
  ASSERT_TRUE(React(&Work::ChangedIn, ticket).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kOffered);
  Accepted("t1");
  ticket.assignee_id = "ann";
  ASSERT_TRUE(React(&Work::AssignedIn, ticket).ok());
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered WorkChanged OfferAccepted");
  ticket.due_time += std::chrono::minutes(5);
  ASSERT_TRUE(React(&Work::ChangedIn, ticket).ok());
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered WorkChanged OfferAccepted")
      << "nobody goes by it while she has it";
  EXPECT_EQ(Get("t1").agent_id, "ann");
  ASSERT_TRUE(React(&Work::ParkedIn, ticket).ok());
  ASSERT_TRUE(React(&Work::ReopenedIn, ticket).ok());
  EXPECT_EQ(Get("t1").due_time, ticket.due_time);
  EXPECT_EQ(FactTypes("t1"),
            "WorkQueued WorkOffered WorkChanged OfferAccepted WorkParked WorkQueued");
  Step();
  Accepted("t1");
  ticket.due_time += std::chrono::minutes(5);
  ASSERT_TRUE(
      database_->Transact([&](sql::Tx& tx) { return one_->work.ReturnedIn(tx, ticket, "ann"); })
          .ok());
  EXPECT_EQ(Get("t1").due_time, ticket.due_time) << "taken from a lost agent";
  Step();
  Accepted("t1");
  ticket.due_time += std::chrono::minutes(5);
  ASSERT_TRUE(React(&Work::EscalatedIn, ticket).ok());
  EXPECT_EQ(Get("t1").due_time, ticket.due_time);
  ExpectCapacityIsRight();
}

TEST_P(WorkTest, WhatWaitsForItsContactIsNobodysLoad) {
  AddAgent("ann");
  AddAgent("bob");
  Open("t1");
  Accepted("t1");
  ASSERT_TRUE(React(&Work::ParkedIn, AssignedTo("ann")).ok());
  ASSERT_TRUE(React(&Work::AssignedIn, AssignedTo("bob")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kParked);
  EXPECT_EQ(GetAgent("bob").used(), 0);
  ASSERT_TRUE(React(&Work::ReopenedIn, AssignedTo("bob")).ok());
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "bob");
}

TEST_P(WorkTest, AQueueThatATicketNamesFirstIsMadeAndToldOnce) {
  TicketView ticket = Ticket("t1");
  ticket.queue_id = "new-one";
  ASSERT_TRUE(React(&Work::OpenedIn, ticket).ok());
  ticket.id = "t2";
  ASSERT_TRUE(React(&Work::OpenedIn, ticket).ok());
  EXPECT_EQ(FactTypes("queues/new-one"), "QueueChanged");
  EXPECT_EQ(LastFact<v1::QueueChanged>("queues/new-one").queue().display_name(), "new-one");
  EXPECT_EQ(one_->people.GetQueue("new-one")->waiting, 2);
}

TEST_P(WorkTest, FactsOfUnknownWorkAreHarmless) {
  for (auto reaction : {&Work::AssignedIn, &Work::ParkedIn, &Work::EndedIn, &Work::ChangedIn}) {
    EXPECT_TRUE(React(reaction, Ticket("unknown")).ok());
  }
  EXPECT_EQ(one_->work.Get("unknown").error().reason, "WORK_ITEM_NOT_FOUND");
  EXPECT_TRUE(React(&Work::ReopenedIn, Ticket("t1")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
}

TEST_P(WorkTest, AnAcceptedOfferIsToldUntilTheTicketServiceHasHeard) {
  AddAgent("ann");
  Open("t1");
  const Offer offer = Accepted("t1");
  int asked = 0;
  Assigner assigner(*database_, one_->work, one_->floor.command_wake(),
                    [&](const store::AssignCommand& command) -> Status {
                      EXPECT_EQ(command.offer_id, offer.id);
                      EXPECT_EQ(command.ticket_id, "t1");
                      EXPECT_EQ(command.agent_id, "ann");
                      EXPECT_EQ(command.agent_name, "Agent ann");
                      if (++asked < 3) return MakeError(Code::kUnavailable, "AWAY", "");
                      return Ok();
                    });
  EXPECT_FALSE(assigner.Step().ok());
  EXPECT_FALSE(assigner.Step().ok());
  EXPECT_EQ(*assigner.Step(), 1);
  EXPECT_EQ(*assigner.Step(), 0);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(Get("t1").status, ItemStatus::kAssigned);
}

TEST_P(WorkTest, ARefusedAssignmentEndsTheWorkAndFreesTheAgent) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  Assigner assigner(*database_, one_->work, one_->floor.command_wake(),
                    [](const store::AssignCommand&) -> Status {
                      return MakeError(Code::kFailedPrecondition, "WRONG_STATE", "");
                    });
  EXPECT_EQ(*assigner.Step(), 1);
  EXPECT_EQ(*assigner.Step(), 0);
  EXPECT_EQ(Get("t1").status, ItemStatus::kDone);
  EXPECT_EQ(Get("t1").reason, "ASSIGN_REFUSED");
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferAccepted WorkDone");
  // The ticket is reopened later: it is work again.
  ASSERT_TRUE(React(&Work::ReopenedIn, Ticket("t1")).ok());
  Step();
  EXPECT_EQ(Pending("t1").agent_id, "ann");
}

TEST_P(WorkTest, WhatOneCannotBeToldDoesNotHoldUpTheOthers) {
  AddAgent("ann");
  for (const char* id : {"t1", "t2", "t3"}) {
    Open(id);
    Accepted(id);
    clock_.Advance(Duration(1));
  }
  std::vector<std::string> told;
  Assigner assigner(*database_, one_->work, one_->floor.command_wake(),
                    [&](const store::AssignCommand& command) -> Status {
                      if (command.ticket_id == "t1") return MakeError(Code::kInternal, "BUG", "");
                      told.push_back(command.ticket_id);
                      return Ok();
                    });
  EXPECT_FALSE(assigner.Step().ok());
  EXPECT_EQ(told, (std::vector<std::string>{"t2", "t3"}));
}

MUARA_ON_BOTH_ENGINES(WorkTest);

}  // namespace
}  // namespace muara::routing

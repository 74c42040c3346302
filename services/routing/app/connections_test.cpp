// Agents who are no longer heard of: what they keep, what goes to others, and when.
#include "services/routing/app/connections.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/app/unassigner.h"

namespace muara::routing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class ConnectionsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    SetPolicy([](RoutingPolicy& policy) {
      policy.suspect_seconds = RoutingPolicy().suspect_seconds;
      policy.lost_seconds = RoutingPolicy().lost_seconds;
    });
    Queue queue;
    queue.id = "general";
    queue.display_name = "General";
    queue.offer_timeout_seconds = kOfferSecondsMax;
    ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  }
  void Heartbeat(const std::string& agent) {
    ASSERT_TRUE(one_->presence.Heartbeat(agent, kDefaultSession).ok());
  }
  // Second by second, with heartbeats of these agents.
  void Pass(int secs, const std::vector<std::string>& heard = {}) {
    for (int i = 0; i < secs; ++i) {
      clock_.Advance(seconds(1));
      for (const std::string& agent : heard) Heartbeat(agent);
      ASSERT_TRUE(one_->presence.WriteHeartbeats().ok());
      Step();
    }
  }
  Connection Of(const std::string& agent) { return GetAgent(agent).connection; }

  // What the ticket service is asked for in one round, as "item/agent".
  std::string Asked(Status answer = Ok()) {
    std::string out;
    Unassigner unassigner(*database_, [&](const store::LostWork& work) {
      out += (out.empty() ? "" : " ") + work.work_item_id + "/" + work.agent_id;
      requests_.insert(work.request_id);
      return answer;
    });
    const auto asked = unassigner.Step();
    if (answer.ok()) {
      EXPECT_TRUE(asked.ok());
    }
    return out;
  }
  void Assigned(const std::string& item) {
    Accepted(item);
    Told(item);
  }
  // The ticket service knows whose it is.
  void Told(const std::string& item) {
    const std::string offer = Get(item).offer_id;
    ASSERT_TRUE(
        database_->Transact([&](sql::Tx& tx) { return store::DeleteCommand(tx, offer); }).ok());
  }
  void Returned(const std::string& item, Channel channel, const std::string& from) {
    ASSERT_TRUE(database_
                    ->Transact([&](sql::Tx& tx) {
                      return one_->work.ReturnedIn(tx, Ticket(item, channel), from);
                    })
                    .ok());
  }

  std::set<std::string> requests_;
};

TEST_P(ConnectionsTest, OneNotHeardOfKeepsItsOfferAndGetsNothingNew) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  Pass(14);
  EXPECT_EQ(Of("ann"), Connection::kLive);
  Pass(1);
  EXPECT_EQ(Of("ann"), Connection::kSuspect);
  EXPECT_EQ(LastFact<v1::AgentChanged>("agents/ann").agent().connection(),
            v1::AGENT_CONNECTION_SUSPECT);
  Open("t2");
  Step();
  EXPECT_EQ(PendingCount(), 1u);
  EXPECT_TRUE(one_->offers.Accept(offer.id, Key(), {"ann"}).ok());
  Pass(2, {"ann"});
  EXPECT_EQ(Of("ann"), Connection::kLive);
  EXPECT_EQ(Pending("t2").agent_id, "ann");
}

TEST_P(ConnectionsTest, OffersOfALostAgentGoToOthersAtTheirPlace) {
  AddAgent("ann");
  Open("t1");
  Open("t2");
  Step();
  const Offer offer = Pending("t1");
  const Time enqueued = Get("t1").enqueue_time;
  AddAgent("bob", 1);
  Pass(44, {"bob"});
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kPending);
  Open("t3");
  Pass(1, {"bob"});
  EXPECT_EQ(Of("ann"), Connection::kNone);
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kLost);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(GetAgent("ann").status, AgentStatus::kAvailable) << "that is still what it wants";
  EXPECT_EQ(GetAgent("ann").missed_offers, 0);
  EXPECT_EQ(Get("t1").enqueue_time, enqueued);
  EXPECT_EQ(Pending("t1").agent_id, "bob") << "the oldest goes first";
  EXPECT_EQ(Get("t2").reason, "AGENT_LOST");
  EXPECT_TRUE(Get("t2").excluded.empty());
  EXPECT_EQ(LastFact<v1::OfferEnded>("t2").offer().status(), v1::OFFER_STATUS_LOST);
  EXPECT_EQ(one_->offers.Accept(offer.id, Key(), {"ann"}).error().reason, "OFFER_NOT_PENDING");
  ExpectCapacityIsRight();
}

TEST_P(ConnectionsTest, AnAgentIsThereWhileOneOfItsSessionsIs) {
  AddAgent("ann");
  const auto second = one_->presence.Start("ann", Key(), "a phone");
  ASSERT_TRUE(second.ok());
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(one_->presence.Heartbeat("ann", second->id).ok());
    Pass(1);
  }
  EXPECT_EQ(Of("ann"), Connection::kLive);
  EXPECT_EQ(one_->presence.List("ann")->size(), 1u) << "the other one is over";
  ASSERT_TRUE(one_->presence.End("ann", second->id).ok());
  Pass(1);
  EXPECT_EQ(Of("ann"), Connection::kNone) << "signed out";
}

TEST_P(ConnectionsTest, WorkOfALostAgentComesBackAfterTheGraceOfItsChannel) {
  AddAgent("ann", 6);
  Open("chat", Channel::kChat);
  Open("mail");
  Assigned("chat");
  Assigned("mail");
  AddAgent("bob", 1);
  const Time enqueued = Get("chat").enqueue_time;
  Pass(45, {"bob"});
  ASSERT_EQ(Of("ann"), Connection::kNone);
  Pass(29, {"bob"});
  EXPECT_EQ(Asked(), "");
  Pass(1, {"bob"});
  EXPECT_EQ(Asked(MakeError(Code::kUnavailable, "AWAY", "")), "chat/ann");
  Pass(1, {"bob"});
  EXPECT_EQ(Asked(), "chat/ann");
  EXPECT_EQ(requests_.size(), 1u) << "asked again under the same request";
  Pass(1, {"bob"});
  EXPECT_EQ(Asked(), "") << "once";
  Open("newer", Channel::kChat);
  Returned("chat", Channel::kChat, "ann");
  EXPECT_EQ(Get("chat").status, ItemStatus::kQueued);
  EXPECT_EQ(Get("chat").reason, "AGENT_LOST");
  EXPECT_EQ(Get("chat").enqueue_time, enqueued);
  EXPECT_EQ(GetAgent("ann").used(), 1);
  AddAgent("cid", 2);
  Step();
  EXPECT_EQ(Pending("chat").agent_id, "cid");
  Pass(120, {"bob", "cid"});
  EXPECT_EQ(Asked(), "");
  EXPECT_EQ(Get("mail").agent_id, "ann") << "mail stays with its agent";
}

TEST_P(ConnectionsTest, WorkThatCameBackGoesToItsAgentFirst) {
  AddAgent("ann");
  Open("chat", Channel::kChat);
  Assigned("chat");
  Pass(76);
  EXPECT_EQ(Asked(), "chat/ann");
  // Back between the question and its fact.
  SetPresence("ann", AgentStatus::kAvailable);
  AddAgent("bob");
  Returned("chat", Channel::kChat, "ann");
  Step();
  EXPECT_EQ(Pending("chat").agent_id, "ann");
  EXPECT_EQ(Pending("chat").why, "preferred agent");
}

TEST_P(ConnectionsTest, WhoComesBackInTimeKeepsItsWork) {
  AddAgent("ann");
  Open("chat", Channel::kChat);
  Assigned("chat");
  Pass(74);
  ASSERT_EQ(Of("ann"), Connection::kNone);
  SetPresence("ann", AgentStatus::kAvailable);
  EXPECT_EQ(Of("ann"), Connection::kLive);
  Pass(60, {"ann"});
  EXPECT_EQ(Asked(), "");
  // The next loss counts from its own beginning.
  Pass(74);
  EXPECT_EQ(Asked(), "");
  // Back after it was let go, and before it was asked for.
  Pass(1);
  ASSERT_TRUE(one_->presence.Start("ann", Key(), "").ok());
  EXPECT_EQ(Asked(), "");
  EXPECT_EQ(Get("chat").agent_id, "ann");
}

TEST_P(ConnectionsTest, WorkGivenAfterTheLossStays) {
  AddAgent("ann");
  Pass(46);
  ASSERT_EQ(Of("ann"), Connection::kNone);
  TicketView chat = Ticket("chat", Channel::kChat);
  Open("chat", Channel::kChat);
  chat.assignee_id = "ann";
  ASSERT_TRUE(React(&Work::AssignedIn, chat).ok());
  Pass(60);
  EXPECT_EQ(Asked(), "") << "whoever gave it knew that ann is away";
}

TEST_P(ConnectionsTest, WorkIsNotAskedForBeforeItsAssignmentWasTold) {
  AddAgent("ann");
  Open("chat", Channel::kChat);
  Accepted("chat");
  Pass(90);
  ASSERT_EQ(Of("ann"), Connection::kNone);
  EXPECT_EQ(Asked(), "");
  Told("chat");
  Pass(1);
  EXPECT_EQ(Asked(), "chat/ann");
}

TEST_P(ConnectionsTest, WhatIsNoLongerTheLostAgentsIsNotAskedFor) {
  AddAgent("ann");
  AddAgent("bob");
  Open("t1", Channel::kChat);
  Assigned("t1");
  Pass(50, {"bob"});
  TicketView given = Ticket("t1", Channel::kChat);
  given.assignee_id = "bob";
  ASSERT_TRUE(React(&Work::AssignedIn, given).ok());
  Pass(60, {"bob"});
  EXPECT_EQ(Asked(), "");
  Open("t2", Channel::kChat);
  Assigned("t2");
  Pass(80);
  EXPECT_NE(Asked(MakeError(Code::kFailedPrecondition, "ASSIGNED_TO_ANOTHER", "")), "");
  EXPECT_EQ(Asked(), "") << "a refusal is the end of it";
}

TEST_P(ConnectionsTest, NobodyIsLostByTheSilenceOfAnOutage) {
  AddAgent("ann");
  Open("chat", Channel::kChat);
  Assigned("chat");
  Pass(5, {"ann"});
  clock_.Advance(minutes(2));  // nothing ran
  Step();
  EXPECT_EQ(Of("ann"), Connection::kSuspect);
  Pass(44);
  EXPECT_EQ(Of("ann"), Connection::kSuspect);
  Pass(1, {"ann"});
  EXPECT_EQ(Of("ann"), Connection::kLive);
  EXPECT_EQ(Asked(), "");
  clock_.Advance(minutes(2));
  Step();
  Pass(45);
  EXPECT_EQ(Of("ann"), Connection::kNone) << "but not for ever";
}

TEST_P(ConnectionsTest, AGraceThatEndsInAnOutageIsProlonged) {
  AddAgent("ann");
  Open("chat", Channel::kChat);
  Assigned("chat");
  Pass(50);
  ASSERT_EQ(Of("ann"), Connection::kNone);
  clock_.Advance(minutes(2));
  const auto two = NewReplica();
  ASSERT_TRUE(two->dispatcher.Step().ok());
  ASSERT_TRUE(two->dispatcher.leads());
  EXPECT_EQ(Asked(), "");
  ASSERT_TRUE(one_->presence.Start("ann", Key(), "").ok());
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(seconds(1));
    ASSERT_TRUE(two->dispatcher.Step().ok());
  }
  EXPECT_EQ(Asked(), "");
}

TEST_P(ConnectionsTest, TheSilenceOfEverybodyIsNotTheirs) {
  for (const char* id : {"ann", "bob", "cid"}) AddAgent(id);
  Pass(240);
  EXPECT_EQ(Of("ann"), Connection::kSuspect) << "the way to us is broken";
  Pass(1, {"bob"});
  EXPECT_EQ(Of("bob"), Connection::kLive);
  Pass(43, {"bob"});
  EXPECT_EQ(Of("ann"), Connection::kSuspect);
  Pass(2, {"bob"});
  EXPECT_EQ(Of("ann"), Connection::kNone);
  EXPECT_EQ(Of("bob"), Connection::kLive);
}

TEST_P(ConnectionsTest, AnOldEpochLosesNobody) {
  AddAgent("ann");
  Open("t1");
  Step();
  const Offer offer = Pending("t1");
  Connections old(*database_, one_->floor, one_->offers, one_->policy, clock_);
  for (int i = 0; i < 60; ++i) {
    clock_.Advance(seconds(1));
    (void)old.Step(offer.epoch - 1);
  }
  EXPECT_EQ(old.Step(offer.epoch - 1).error().reason, "NOT_LEADER");
  EXPECT_EQ(Of("ann"), Connection::kLive);
  EXPECT_EQ(GetOffer(offer.id).status, OfferStatus::kPending);
}

TEST_P(ConnectionsTest, LosingAcceptingAndComingBackAtOnceHaveOneOutcome) {
  for (int round = 0; round < 6; ++round) {
    const std::string agent = "agent" + std::to_string(round), id = "t" + std::to_string(round);
    AddAgent(agent, 100);  // earlier rounds' items that came back are offered too
    Open(id, Channel::kChat);
    Pass(43);
    const auto offers = *one_->offers.List(OfferStatus::kPending, agent, 10, "");
    clock_.Advance(seconds(3));
    bus::AtOnce(3, [&](int who) {
      if (who == 0) {
        Step();
        clock_.Advance(seconds(1));
        Step();
      }
      if (who == 1) {
        for (const Offer& offer : offers) (void)one_->offers.Accept(offer.id, Key(), {agent});
      }
      if (who == 2) {
        EXPECT_TRUE(one_->presence.Start(agent, Key(), "").ok());
      }
    });
    ExpectCapacityIsRight();
    EXPECT_EQ(Of(agent), Connection::kLive);
    for (const Offer& offer : offers) {
      const Offer now = GetOffer(offer.id);
      EXPECT_TRUE(now.status == OfferStatus::kAccepted || now.status == OfferStatus::kLost ||
                  now.status == OfferStatus::kPending);
    }
    SetPresence(agent, AgentStatus::kOffline);
  }
}

MUARA_ON_BOTH_ENGINES(ConnectionsTest);

}  // namespace
}  // namespace muara::routing

// What an agent still does for work whose ticket has ended: capacity is held, time ends it.
#include "services/routing/app/wrap_ups.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/explanations.h"
#include "services/routing/app/routing_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kWrapUp = 60;

class WrapUpsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    Queue queue;
    queue.id = "general";
    queue.display_name = "General";
    queue.wrap_up_seconds = kWrapUp;
    ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
    AddAgent("ann", 1);
  }
  static TicketView Of(const std::string& agent, const std::string& id = "t1") {
    TicketView ticket = Ticket(id);
    ticket.assignee_id = agent;
    return ticket;
  }
  // Ann has had it, and its ticket has ended.
  void Wrap(const std::string& id = "t1") {
    Open(id);
    ASSERT_EQ(Accepted(id).agent_id, "ann");
    clock_.Advance(seconds(10));
    ASSERT_TRUE(React(&Work::EndedIn, Of("ann", id)).ok());
    ASSERT_EQ(Get(id).status, ItemStatus::kWrapping);
  }
  void ExpectOver(const char* reason) {
    EXPECT_EQ(Get("t1").status, ItemStatus::kDone);
    EXPECT_EQ(Get("t1").reason, reason);
    EXPECT_EQ(GetAgent("ann").used(), 0);
    EXPECT_EQ(GetAgent("ann").idle_since, clock_.Now());
    ExpectCapacityIsRight();
  }
};

TEST_P(WrapUpsTest, CapacityIsHeldUntilItsTimeAndThenFree) {
  const Time idle = GetAgent("ann").idle_since;
  Wrap();
  const WorkItem item = Get("t1");
  EXPECT_EQ(item.wrap_up_until, clock_.Now() + seconds(kWrapUp));
  EXPECT_EQ(item.agent_id, "ann");
  EXPECT_EQ(GetAgent("ann").used(), 1);
  EXPECT_EQ(GetAgent("ann").idle_since, idle) << "it is at work still";
  ExpectCapacityIsRight();
  Open("t2");
  clock_.Advance(seconds(kWrapUp) - milliseconds(1));
  Step();
  EXPECT_EQ(PendingCount(), 0u);
  EXPECT_EQ(Get("t1").status, ItemStatus::kWrapping);
  clock_.Advance(milliseconds(100));
  Step();
  EXPECT_EQ(Pending("t2").agent_id, "ann") << "in the same step";
  EXPECT_EQ(GetAgent("ann").idle_since, clock_.Now());
  EXPECT_EQ(Get("t1").reason, "WRAP_UP_ENDED");
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferAccepted WorkWrapping WorkDone");
  EXPECT_FALSE(LastFact<v1::WorkDone>("t1").item().has_wrap_up_until_time());
  ExpectCapacityIsRight();
}

TEST_P(WrapUpsTest, ItsAgentEndsItSoonerAndNobodyElse) {
  Wrap();
  EXPECT_EQ(one_->wrap_ups.Finish("t1", Key(), {"bob"}).error().reason, "NOT_YOURS");
  EXPECT_EQ(one_->wrap_ups.Finish("none", Key(), {"ann"}).error().reason, "WORK_ITEM_NOT_FOUND");
  const OperationKey key = Key();
  const auto finished = one_->wrap_ups.Finish("t1", key, {"ann"});
  ASSERT_TRUE(finished.ok());
  EXPECT_EQ(finished->status, ItemStatus::kDone);
  EXPECT_EQ(one_->wrap_ups.Finish("t1", key, {"ann"})->version, finished->version) << "a retry";
  EXPECT_EQ(one_->wrap_ups.Finish("t1", Key(), {"ann"}).error().reason, "NOT_WRAPPING_UP");
  ExpectOver("WRAP_UP_FINISHED");
  Open("t2");
  Step();
  EXPECT_EQ(Pending("t2").agent_id, "ann");
}

TEST_P(WrapUpsTest, ASupervisorEndsAnybodysAndOverIsOver) {
  Wrap();
  clock_.Advance(seconds(kWrapUp) + milliseconds(1));
  EXPECT_EQ(one_->wrap_ups.Extend("t1", Key(), {"ann"}).error().reason, "NOT_WRAPPING_UP");
  Step();
  ExpectOver("WRAP_UP_ENDED");
  Wrap("t2");
  ASSERT_TRUE(one_->wrap_ups.Finish("t2", Key(), {}).ok());
  EXPECT_EQ(Get("t2").status, ItemStatus::kDone);
}

TEST_P(WrapUpsTest, ItIsMadeLongerOnce) {
  Wrap();
  const Time until = Get("t1").wrap_up_until;
  const OperationKey key = Key();
  EXPECT_EQ(one_->wrap_ups.Extend("t1", Key(), {"bob"}).error().reason, "NOT_YOURS");
  ASSERT_TRUE(one_->wrap_ups.Extend("t1", key, {"ann"}).ok());
  ASSERT_TRUE(one_->wrap_ups.Extend("t1", key, {"ann"}).ok());
  EXPECT_EQ(Get("t1").wrap_up_until, until + seconds(kWrapUp));
  EXPECT_EQ(one_->wrap_ups.Extend("t1", Key(), {"ann"}).error().reason, "ALREADY_EXTENDED");
  clock_.Advance(seconds(kWrapUp));
  Step();
  EXPECT_EQ(Get("t1").status, ItemStatus::kWrapping);
  clock_.Advance(seconds(kWrapUp));
  Step();
  ExpectOver("WRAP_UP_ENDED");
  EXPECT_EQ(FactTypes("t1"),
            "WorkQueued WorkOffered OfferAccepted WorkWrapping WorkWrapping WorkDone");
}

TEST_P(WrapUpsTest, AReopenedTicketComesBackToItsAgentsHands) {
  Wrap();
  ASSERT_TRUE(React(&Work::ReopenedIn, Of("ann")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kAssigned);
  EXPECT_EQ(Get("t1").reason, "REOPENED_WHILE_WRAPPING");
  EXPECT_EQ(Get("t1").agent_id, "ann");
  ExpectCapacityIsRight();
  clock_.Advance(seconds(kWrapUp + 1));
  Step();
  EXPECT_EQ(Get("t1").status, ItemStatus::kAssigned);
  EXPECT_EQ(GetAgent("ann").used(), 1);
  EXPECT_EQ(FactTypes("t1"), "WorkQueued WorkOffered OfferAccepted WorkWrapping WorkAssigned");
  // And ends once more, with a whole wrap-up.
  ASSERT_TRUE(React(&Work::EndedIn, Of("ann")).ok());
  EXPECT_EQ(Get("t1").wrap_up_until, clock_.Now() + seconds(kWrapUp));
  EXPECT_EQ(Get("t1").wrap_up_extendable_seconds, kWrapUp);
}

TEST_P(WrapUpsTest, OneReopenedForSomebodyElseWaitsAndFreesItsAgent) {
  for (const char* assignee : {"", "bob"}) {
    const std::string id = std::string("t-") + assignee;
    Wrap(id);
    ASSERT_TRUE(React(&Work::ReopenedIn, Of(assignee, id)).ok());
    EXPECT_EQ(Get(id).status, ItemStatus::kQueued);
    EXPECT_EQ(GetAgent("ann").used(), 0);
    ExpectCapacityIsRight();
    ASSERT_TRUE(React(&Work::EndedIn, Of("", id)).ok());
    EXPECT_EQ(Get(id).status, ItemStatus::kDone) << "nobody had it";
  }
}

TEST_P(WrapUpsTest, OnlyWhatEndsInHandsIsWrappedUp) {
  Open("t1");
  Accepted("t1");
  ASSERT_TRUE(React(&Work::ParkedIn, Of("ann")).ok());
  EXPECT_EQ(GetAgent("ann").used(), 0);
  ASSERT_TRUE(React(&Work::EndedIn, Of("ann")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kDone);
  Open("t2");
  Step();
  ASSERT_TRUE(React(&Work::EndedIn, Of("", "t2")).ok()) << "offered only";
  EXPECT_EQ(Get("t2").status, ItemStatus::kDone);
  Open("t3");
  Accepted("t3");
  ASSERT_TRUE(React(&Work::EscalatedIn, Of("", "t3")).ok());
  EXPECT_EQ(Get("t3").status, ItemStatus::kQueued);
  ExpectCapacityIsRight();
}

TEST_P(WrapUpsTest, MoreThatHappensToAnEndedTicketChangesNothing) {
  Wrap();
  const WorkItem before = Get("t1");
  clock_.Advance(seconds(5));
  for (auto reaction : {&Work::EndedIn, &Work::ChangedIn, &Work::EscalatedIn}) {
    ASSERT_TRUE(React(reaction, Of("ann")).ok());
  }
  EXPECT_EQ(Get("t1").version, before.version);
  EXPECT_EQ(Get("t1").wrap_up_until, before.wrap_up_until);
}

TEST_P(WrapUpsTest, AnotherAgentGivenTheTicketHasItAndTheFirstIsFree) {
  AddAgent("bob", 1);
  Wrap();
  ASSERT_TRUE(React(&Work::AssignedIn, Of("bob")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kAssigned);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  EXPECT_EQ(GetAgent("bob").used(), 1);
  ExpectCapacityIsRight();
}

TEST_P(WrapUpsTest, ARefusedAssignmentIsNotWrappedUp) {
  Wrap();
  const std::string offer = Get("t1").offer_id;
  ASSERT_TRUE(
      database_->Transact([&](sql::Tx& tx) { return one_->work.RefusedIn(tx, "t1", offer); }).ok());
  ExpectOver("ASSIGN_REFUSED");
}

TEST_P(WrapUpsTest, ThatOfALostAgentEndsAtOnceAndNoneBegins) {
  SetPolicy([](RoutingPolicy& policy) {
    policy.suspect_seconds = RoutingPolicy().suspect_seconds;
    policy.lost_seconds = RoutingPolicy().lost_seconds;
  });
  ASSERT_TRUE(
      one_->people.UpdateAgent("ann", Key(), 0, [](Agent& agent) { agent.capacity = 2; }).ok());
  Open("t2");
  Accepted("t2");
  Wrap();
  ASSERT_TRUE(one_->wrap_ups.Extend("t1", Key(), {"ann"}).ok());
  for (int i = 0; i < 60 && GetAgent("ann").connection != Connection::kNone; ++i) {
    EXPECT_EQ(Get("t1").status, ItemStatus::kWrapping);
    clock_.Advance(seconds(1));
    Step();
  }
  EXPECT_EQ(Get("t1").status, ItemStatus::kDone) << "in the step in which it was lost";
  EXPECT_EQ(Get("t1").reason, "AGENT_LOST");
  EXPECT_EQ(GetAgent("ann").used(), 1);
  ASSERT_TRUE(React(&Work::EndedIn, Of("ann", "t2")).ok());
  EXPECT_EQ(Get("t2").status, ItemStatus::kDone);
  EXPECT_EQ(GetAgent("ann").used(), 0);
  ExpectCapacityIsRight();
}

TEST_P(WrapUpsTest, OneReopenedForAnAgentWhoIsLostWaits) {
  SetPolicy([](RoutingPolicy& policy) {
    policy.suspect_seconds = RoutingPolicy().suspect_seconds;
    policy.lost_seconds = RoutingPolicy().lost_seconds;
  });
  Wrap();
  Step();
  for (int i = 0; i < 60 && GetAgent("ann").connection != Connection::kNone; ++i) {
    clock_.Advance(seconds(1));
    ASSERT_TRUE(one_->connections.Step(1).ok());
  }
  ASSERT_EQ(GetAgent("ann").connection, Connection::kNone);
  ASSERT_EQ(Get("t1").status, ItemStatus::kWrapping);
  ASSERT_TRUE(React(&Work::ReopenedIn, Of("ann")).ok());
  EXPECT_EQ(Get("t1").status, ItemStatus::kQueued);
  ExpectCapacityIsRight();
}

TEST_P(WrapUpsTest, AnotherLeaderEndsItAndTheOldOneDoesNot) {
  Wrap();
  Step();
  clock_.Advance(seconds(10));
  const auto two = NewReplica();
  ASSERT_TRUE(two->dispatcher.Step().ok());
  ASSERT_TRUE(two->dispatcher.leads());
  clock_.Advance(seconds(kWrapUp));
  EXPECT_EQ(one_->wrap_ups.EndDue(1).error().reason, "NOT_LEADER");
  EXPECT_EQ(Get("t1").status, ItemStatus::kWrapping);
  ASSERT_TRUE(two->dispatcher.Step().ok());
  ExpectOver("WRAP_UP_ENDED");
  EXPECT_EQ(*two->wrap_ups.EndDue(2), 0);
}

TEST_P(WrapUpsTest, ExplanationsSayWhoWrapsItUpNowAndThen) {
  Wrap();
  Open("t2");
  Explanations explanations(*database_, *log_, clock_, one_->policy, one_->hours);
  const auto codes = [](const Explained& explained) {
    std::string out;
    for (const Hindrance& one : explained.explanations[0].hindrances) {
      out += (out.empty() ? "" : "; ") + one.code + " " + one.detail;
    }
    return out;
  };
  EXPECT_EQ(codes(*explanations.Now("t2", "ann")), "NO_CAPACITY needs 1 units, 0 of 1 are left");
  const std::string wraps =
      "NOT_WAITING ann wraps it up until " + ToRfc3339(Get("t1").wrap_up_until);
  EXPECT_EQ(codes(*explanations.Now("t1", "ann")).substr(0, wraps.size()), wraps);
  const Time then = clock_.Now();
  clock_.Advance(seconds(kWrapUp));
  Step();
  EXPECT_EQ(codes(*explanations.At("t1", "ann", then)).substr(0, wraps.size()), wraps);
}

MUARA_ON_BOTH_ENGINES(WrapUpsTest);

}  // namespace
}  // namespace muara::routing

// Why work is where it is: now by the store, before by the facts.
#include "services/routing/app/explanations.h"

#include "services/routing/app/routing_fixture.h"
#include "services/routing/store/loads.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

class ExplanationsTest : public RoutingTest {
 protected:
  void SetUp() override {
    RoutingTest::SetUp();
    explanations_ =
        std::make_unique<Explanations>(*database_, *log_, clock_, one_->policy, one_->hours);
  }

  // "ann: NO_CAPACITY EXCLUDED; bob: "
  static std::string Said(const Result<Explained>& explained) {
    if (!explained.ok()) return explained.error().reason;
    std::string out;
    for (const Explanation& one : explained->explanations) {
      out += (out.empty() ? "" : "; ") + one.work_item_id + "/" + one.agent_id + ":";
      for (const Hindrance& hindrance : one.hindrances) out += " " + hindrance.code;
    }
    return out;
  }
  std::string Now(const std::string& item, const std::string& agent) {
    return Said(explanations_->Now(item, agent));
  }
  std::string At(const std::string& item, const std::string& agent, Time time) {
    return Said(explanations_->At(item, agent, time));
  }

  std::unique_ptr<Explanations> explanations_;
};

TEST_P(ExplanationsTest, AnItemHasAReasonForEachAgent) {
  AddAgent("ann", 1);
  AddAgent("bob", 4, {"other"});
  Open("t1");
  Accepted("t1");
  Open("t2");
  Step();
  const auto explained = explanations_->Now("t2", "");
  EXPECT_EQ(Said(explained), "t2/ann: NO_CAPACITY") << "bob cannot have it";
  EXPECT_EQ(Now("t2", "bob"), "t2/bob: NOT_IN_QUEUE") << "unless he is asked about";
  EXPECT_EQ(explained->looked_at, 2);
  EXPECT_EQ(explained->not_listed, 1);
  EXPECT_EQ(explained->counts,
            (std::map<std::string, int>{{"NO_CAPACITY", 1}, {"NOT_IN_QUEUE", 1}}));
  EXPECT_EQ(explained->before, 0);
  EXPECT_EQ(Now("t1", "ann"), "t1/ann: NOT_WAITING NO_CAPACITY");
  EXPECT_EQ(Now("none", ""), "WORK_ITEM_NOT_FOUND");
  EXPECT_EQ(Now("t1", "none"), "AGENT_NOT_FOUND");
}

TEST_P(ExplanationsTest, WhoCannotHaveItIsCountedByWhatKeepsItsLikeAway) {
  constexpr int kAbsent = 203;
  AddAgent("ann");
  AddAgent("cid", 4, {"other"});
  AddAgent("dan", 4, {"other", "third"});
  SetPresence("dan", AgentStatus::kAway);
  for (int i = 0; i < kAbsent; ++i) {
    Agent agent{.id = "gone-" + std::to_string(i), .display_name = "Gone"};
    agent.queue_ids = {"other", "general"};
    ASSERT_TRUE(one_->people.CreateAgent(agent, Key()).ok());
  }
  Open("t1");
  const auto waits = explanations_->Now("t1", "");
  ASSERT_TRUE(waits.ok());
  EXPECT_EQ(waits->explanations.size(), 200u);
  EXPECT_EQ(waits->explanations[0].agent_id, "ann");
  EXPECT_EQ(waits->looked_at, kAbsent + 3);
  EXPECT_EQ(waits->not_listed, kAbsent + 3 - 200);
  EXPECT_EQ(waits->counts, (std::map<std::string, int>{{"NOT_AVAILABLE", kAbsent + 1},
                                                       {"NO_LIVE_SESSION", kAbsent},
                                                       {"NOT_IN_QUEUE", 2}}));
  const Status named = database_->Transact(
      [&](sql::Tx& tx) { return one_->work.TransferredIn(tx, Ticket("t1"), {"", "cid", {}}); });
  ASSERT_TRUE(named.ok());
  const auto kept = explanations_->Now("t1", "");
  EXPECT_EQ(kept->explanations[0].agent_id, "cid") << "named by a person";
  EXPECT_TRUE(kept->explanations[0].hindrances.empty());
  EXPECT_EQ(kept->counts.at("KEPT_FOR_ANOTHER"), kAbsent + 2);
  EXPECT_FALSE(kept->counts.contains("NOT_IN_QUEUE")) << "nobody need be of it now";
  EXPECT_EQ(kept->looked_at, kAbsent + 3);
}

TEST_P(ExplanationsTest, AnAgentHasWhatWaitsForItBestFirst) {
  AddAgent("ann");
  SetPresence("ann", AgentStatus::kAway);
  Open("t1");
  clock_.Advance(seconds(1));
  Open("t2");
  EXPECT_EQ(Now("", "ann"), "t1/ann: NOT_AVAILABLE; t2/ann: NOT_AVAILABLE");
  EXPECT_EQ(explanations_->Now("t2", "ann")->before, 1);
}

TEST_P(ExplanationsTest, WhoIsKeptFreeIsToldForWhat) {
  Queue calls;
  calls.id = "calls";
  calls.display_name = "Calls";
  calls.priority = 50;
  calls.hold_back_seconds = 30;
  ASSERT_TRUE(one_->people.CreateQueue(calls, Key()).ok());
  AddAgent("ann", 4, {"calls", "general"});
  Open("mail");
  Accepted("mail");
  TicketView call = Ticket("call", Channel::kPhone);
  call.queue_id = "calls";
  ASSERT_TRUE(React(&Work::OpenedIn, call).ok());
  clock_.Advance(seconds(30));
  Open("late");
  Step();
  EXPECT_EQ(Now("late", "ann"), "late/ann: HELD_BACK");
  EXPECT_EQ(Now("call", "ann"), "call/ann: INTERRUPT");
}

TEST_P(ExplanationsTest, ThePastIsAsItWas) {
  AddAgent("ann", 1);
  Open("t1");
  const Time before_offer = clock_.Now();
  clock_.Advance(seconds(10));
  Step();
  ASSERT_TRUE(one_->offers.Reject(Pending("t1").id, Key(), {}, "").ok());
  const Time rejected = clock_.Now();
  clock_.Advance(seconds(40));
  Open("t0");
  Step();
  Accepted("t1");
  const Time taken = clock_.Now();
  clock_.Advance(seconds(10));
  SetPresence("ann", AgentStatus::kAway);
  EXPECT_EQ(At("t1", "ann", before_offer), "t1/ann:");
  EXPECT_EQ(At("t1", "ann", rejected), "t1/ann: EXCLUDED");
  EXPECT_EQ(At("t1", "", taken), "t1/ann: NOT_WAITING NO_CAPACITY");
  EXPECT_EQ(At("t0", "ann", taken), "t0/ann: NO_CAPACITY");
  EXPECT_EQ(At("t1", "ann", clock_.Now()), "t1/ann: NOT_WAITING NOT_AVAILABLE NO_CAPACITY");
  EXPECT_EQ(At("t1", "ann", before_offer - seconds(60)), "WORK_ITEM_NOT_FOUND");
  AddAgent("new");
  EXPECT_EQ(At("t1", "new", taken), "AGENT_NOT_FOUND");
  EXPECT_EQ(At("t1", "", taken), "t1/ann: NOT_WAITING NO_CAPACITY")
      << "who was not there is not said";
}

TEST_P(ExplanationsTest, WhoIsNotThereIsSaidToBeNowAndThen) {
  AddAgent("ann");
  Open("t1");
  const Time live = clock_.Now();
  clock_.Advance(seconds(kSuspectSecondsMax));
  Step();
  const Time suspect = clock_.Now();
  EXPECT_EQ(Now("t1", "ann"), "t1/ann: NO_LIVE_SESSION");
  clock_.Advance(seconds(1));
  ASSERT_TRUE(one_->presence.End("ann", kDefaultSession).ok());
  Step();
  EXPECT_EQ(explanations_->Now("t1", "ann")->explanations[0].hindrances[0].detail,
            "has no session since " + ToRfc3339(clock_.Now()));
  EXPECT_EQ(At("t1", "ann", live), "t1/ann:");
  EXPECT_EQ(At("t1", "ann", suspect), "t1/ann: NO_LIVE_SESSION");
  EXPECT_EQ(explanations_->At("t1", "ann", suspect)->explanations[0].hindrances[0].detail,
            "nothing is heard of it since " + ToRfc3339(suspect));
}

TEST_P(ExplanationsTest, OldLoadsGoButTheLastOfEachAgent) {
  AddAgent("ann");
  Open("t1");
  Accepted("t1");
  const Time taken = clock_.Now();
  clock_.Advance(seconds(1));
  ASSERT_TRUE(React(&Work::EndedIn, Ticket("t1")).ok());
  clock_.Advance(kLoadsKept + seconds(10));
  const auto load_at = [&](Time time) {
    return *database_->Read([&](sql::Tx& tx) { return store::LoadAt(tx, "ann", time); });
  };
  EXPECT_EQ(load_at(taken)->total(), 1);
  EXPECT_EQ(*explanations_->DropOldLoads(), false);
  EXPECT_EQ(load_at(taken), std::nullopt);
  ASSERT_TRUE(load_at(clock_.Now()).has_value());
  EXPECT_EQ(load_at(clock_.Now())->total(), 0);
}

TEST_P(ExplanationsTest, LintSeesTheStore) {
  Queue queue;
  queue.id = "alone";
  queue.display_name = "Alone";
  ASSERT_TRUE(one_->people.CreateQueue(queue, Key()).ok());
  const auto found = *explanations_->Lint();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "QUEUE_WITHOUT_MEMBERS");
}

MUARA_ON_BOTH_ENGINES(ExplanationsTest);

}  // namespace
}  // namespace muara::routing

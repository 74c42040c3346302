// Sessions of agents, and heartbeats that wait to be written together.
#include "services/routing/app/presence.h"

#include "muara/routing/v1/facts.pb.h"
#include "services/routing/app/routing_fixture.h"
#include "services/routing/store/sessions.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

class PresenceTest : public RoutingTest {
 protected:
  void AddAbsent(const std::string& id) {
    Agent agent;
    agent.id = id;
    agent.display_name = id;
    ASSERT_TRUE(one_->people.CreateAgent(agent, Key()).ok());
  }
  std::string Start(const std::string& agent) {
    const auto session = one_->presence.Start(agent, Key(), "a tab");
    EXPECT_TRUE(session.ok());
    return session.ok() ? session->id : "";
  }
  // As kept in the store.
  Time HeardOf(const std::string& agent, const std::string& id) {
    const auto found =
        database_->Read([&](sql::Tx& tx) { return store::FindSession(tx, agent, id); });
    EXPECT_TRUE(found->has_value());
    return found->has_value() ? (*found)->heartbeat_time : Time();
  }
};

TEST_P(PresenceTest, ASessionIsStartedOnceAndItsAgentIsThereAtOnce) {
  AddAbsent("ann");
  EXPECT_EQ(GetAgent("ann").connection, Connection::kNone);
  const OperationKey key = Key();
  const auto session = one_->presence.Start("ann", key, "Firefox");
  ASSERT_TRUE(session.ok());
  EXPECT_EQ(session->device, "Firefox");
  EXPECT_EQ(GetAgent("ann").connection, Connection::kLive);
  EXPECT_EQ(GetAgent("ann").connection_time, clock_.Now());
  EXPECT_EQ(LastFact<v1::AgentChanged>("agents/ann").agent().connection(),
            v1::AGENT_CONNECTION_LIVE);
  EXPECT_EQ(one_->presence.Start("ann", key, "Firefox")->id, session->id);
  EXPECT_EQ(one_->presence.List("ann")->size(), 1u);
  EXPECT_EQ(one_->presence.Start("ann", {key.key, "other"}, "").error().reason,
            "IDEMPOTENCY_CONFLICT");
  const size_t told = Facts("agents/ann").size();
  Start("ann");
  EXPECT_EQ(Facts("agents/ann").size(), told) << "it was there already";
  EXPECT_EQ(one_->presence.Start("bob", Key(), "").error().reason, "AGENT_NOT_FOUND");
  EXPECT_EQ(one_->presence.List("bob").error().reason, "AGENT_NOT_FOUND");
  ASSERT_TRUE(one_->presence.End("ann", session->id).ok());
  EXPECT_EQ(one_->presence.Start("ann", key, "Firefox").error().reason, "SESSION_NOT_FOUND")
      << "a late retry starts nothing anew";
}

TEST_P(PresenceTest, OfTooManyTheOneNotHeardOfForLongestGoes) {
  AddAbsent("ann");
  std::vector<std::string> ids;
  for (size_t i = 0; i < kSessionsMax; ++i) {
    ids.push_back(Start("ann"));
    clock_.Advance(seconds(1));
  }
  ASSERT_TRUE(one_->presence.Heartbeat("ann", ids[0]).ok());
  ASSERT_TRUE(one_->presence.WriteHeartbeats().ok());
  Start("ann");
  const auto left = *one_->presence.List("ann");
  EXPECT_EQ(left.size(), kSessionsMax);
  const auto has = [&](const std::string& id) {
    return std::any_of(left.begin(), left.end(), [&](const Session& one) { return one.id == id; });
  };
  EXPECT_TRUE(has(ids[0]));
  EXPECT_FALSE(has(ids[1]));
}

TEST_P(PresenceTest, HeartbeatsAreWrittenTogetherAndNoneGoesBack) {
  AddAbsent("ann");
  AddAbsent("bob");
  const std::string anns = Start("ann"), bobs = Start("bob");
  const Time begun = clock_.Now();
  clock_.Advance(seconds(5));
  ASSERT_TRUE(one_->presence.Heartbeat("ann", anns).ok());
  ASSERT_TRUE(one_->presence.Heartbeat("bob", bobs).ok());
  EXPECT_EQ(HeardOf("ann", anns), begun) << "not yet";
  const auto two = NewReplica();
  clock_.Advance(seconds(5));
  ASSERT_TRUE(two->presence.Heartbeat("bob", bobs).ok());
  ASSERT_TRUE(two->presence.WriteHeartbeats().ok());
  ASSERT_TRUE(one_->presence.WriteHeartbeats().ok());
  EXPECT_EQ(HeardOf("ann", anns), begun + seconds(5));
  EXPECT_EQ(HeardOf("bob", bobs), begun + seconds(10)) << "what is known later is newer";
  EXPECT_EQ(GetAgent("ann").version, 2) << "no heartbeat changes the agent";
}

TEST_P(PresenceTest, AtTheEndWhatIsHeldIsWrittenAndWhatComesStillToo) {
  AddAbsent("ann");
  AddAbsent("bob");
  const std::string anns = Start("ann"), bobs = Start("bob");
  clock_.Advance(seconds(5));
  ASSERT_TRUE(one_->presence.Heartbeat("ann", anns).ok());
  ASSERT_TRUE(one_->presence.Stop().ok());
  EXPECT_EQ(HeardOf("ann", anns), clock_.Now());
  // Calls that were under way when it stopped.
  clock_.Advance(seconds(1));
  bus::AtOnce(4, [&](int i) {
    EXPECT_TRUE(
        one_->presence.Heartbeat(i % 2 == 0 ? "ann" : "bob", i % 2 == 0 ? anns : bobs).ok());
  });
  EXPECT_EQ(HeardOf("ann", anns), clock_.Now());
  EXPECT_EQ(HeardOf("bob", bobs), clock_.Now());
}

TEST_P(PresenceTest, ASessionThatIsOverIsSaidToBe) {
  AddAbsent("ann");
  const std::string id = Start("ann");
  EXPECT_EQ(one_->presence.Heartbeat("ann", "none").error().reason, "SESSION_NOT_FOUND");
  EXPECT_EQ(one_->presence.Heartbeat("bob", id).error().reason, "SESSION_NOT_FOUND");
  ASSERT_TRUE(one_->presence.Heartbeat("ann", id).ok());
  const auto two = NewReplica();
  ASSERT_TRUE(two->presence.End("ann", id).ok());
  ASSERT_TRUE(two->presence.End("ann", id).ok());
  EXPECT_TRUE(one_->presence.Heartbeat("ann", id).ok()) << "not known here yet";
  ASSERT_TRUE(one_->presence.WriteHeartbeats().ok());
  EXPECT_EQ(one_->presence.Heartbeat("ann", id).error().reason, "SESSION_NOT_FOUND");
  EXPECT_TRUE(one_->presence.List("ann")->empty());
}

TEST_P(PresenceTest, SettingOnesPresenceIsASignOfLife) {
  AddAbsent("ann");
  const auto set = [&](PresenceBy by, AgentStatus status) {
    ASSERT_TRUE(one_->people.SetPresence("ann", Key(), by, status, "").ok());
  };
  set(PresenceBy::kSupervisor, AgentStatus::kAvailable);
  set(PresenceBy::kAgent, AgentStatus::kOffline);
  EXPECT_EQ(GetAgent("ann").connection, Connection::kNone);
  EXPECT_TRUE(one_->presence.List("ann")->empty());
  set(PresenceBy::kAgent, AgentStatus::kAvailable);
  EXPECT_EQ(GetAgent("ann").connection, Connection::kLive);
  EXPECT_EQ(one_->presence.List("ann")->at(0).id, "default");
  clock_.Advance(seconds(5));
  EXPECT_TRUE(one_->presence.Heartbeat("ann", "default").ok());
  ASSERT_TRUE(one_->presence.WriteHeartbeats().ok());
  clock_.Advance(seconds(5));
  set(PresenceBy::kAgent, AgentStatus::kAway);
  EXPECT_EQ(HeardOf("ann", "default"), clock_.Now());
}

TEST_P(PresenceTest, WhoHasALiveSessionNeedsNoOther) {
  AddAbsent("ann");
  const std::string id = Start("ann");
  const auto set = [&] {
    ASSERT_TRUE(
        one_->people.SetPresence("ann", Key(), PresenceBy::kAgent, AgentStatus::kAvailable, "")
            .ok());
  };
  set();
  EXPECT_EQ(one_->presence.List("ann")->size(), 1u);
  clock_.Advance(seconds(kSuspectSecondsMax));
  set();
  EXPECT_EQ(one_->presence.List("ann")->at(0).id, "default") << "the other one may be gone";
}

TEST_P(PresenceTest, ManyAgentsHeartbeatsAreFewStatements) {
  constexpr int kAgents = 120;
  std::vector<store::Heartbeat> all;
  ASSERT_TRUE(database_
                  ->Transact([&](sql::Tx& tx) -> Status {
                    for (int i = 0; i < kAgents; ++i) {
                      const std::string id = "a" + std::to_string(i);
                      RETURN_IF_ERROR(store::InsertSession(tx, {id, "s", "", Time(), Time()}));
                      all.push_back({id, "s", clock_.Now()});
                    }
                    all.push_back({"nobody", "s", clock_.Now()});
                    return Ok();
                  })
                  .ok());
  const auto there =
      database_->Transact([&](sql::Tx& tx) { return store::SaveHeartbeats(tx, all); });
  ASSERT_TRUE(there.ok());
  EXPECT_EQ(there->size(), static_cast<size_t>(kAgents));
  EXPECT_EQ(HeardOf("a119", "s"), clock_.Now());
  const auto heard = database_->Read([](sql::Tx& tx) { return store::LastHeartbeats(tx); });
  EXPECT_EQ(heard->agents, kAgents);
  EXPECT_EQ(heard->last, clock_.Now());
}

MUARA_ON_BOTH_ENGINES(PresenceTest);

}  // namespace
}  // namespace muara::routing

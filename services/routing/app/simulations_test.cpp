#include "services/routing/app/simulations.h"

#include <thread>

#include "services/routing/app/simulations_fixture.h"

namespace muara::routing {
namespace {

TEST_P(SimulationsTest, ASecondAgentWithTheSkillShortensWaits) {
  MakeQueue("german", [](Queue& queue) { queue.requirements = {{"german", 3, {}}}; });
  AddAgent("ann", 1, {"german"});
  AddAgent("bob", 1, {"german"});
  SetAgent("ann", [](Agent& agent) { agent.skills = {{"german", 3}}; });
  for (int i = 0; i < 20; ++i) {
    OpenIn("t" + std::to_string(i), "german");
    Tick(seconds(10));
    if (i % 2 == 1) End("t" + std::to_string(i / 2));
    Tick(seconds(10));
  }
  Question question = Asked();
  question.changes.agents = {Set("bob", [](Agent& one) { one.skills = {{"german", 5}}; })};
  const auto found = simulations_->Simulate(question);
  ASSERT_TRUE(found.ok()) << found.error().message;
  const Compared& all = found->all;
  EXPECT_EQ(all.actual.mean_wait, all.baseline.mean_wait);
  EXPECT_LT(all.changed.mean_wait, all.baseline.mean_wait / 2);
  EXPECT_GT(all.changed.served, all.baseline.served);
  EXPECT_GT(*all.changed.service_level, *all.baseline.service_level);
  EXPECT_EQ(found->queues.at("german").changed.served, all.changed.served);
  EXPECT_EQ(found->agents.at("bob").baseline.served, 0);
  EXPECT_GT(found->agents.at("bob").changed.served, 5);
  EXPECT_GT(*found->agents.at("bob").changed.occupancy, 0.5);
  ASSERT_FALSE(found->visits.empty());
  for (size_t i = 1; i < found->visits.size(); ++i) {
    const auto by = [&](size_t at) {
      return std::chrono::abs(found->visits[at].changed.wait - found->visits[at].baseline.wait);
    };
    EXPECT_GE(by(i - 1), by(i));
  }
  EXPECT_EQ(found->visits_changed, static_cast<int>(found->visits.size()));
  question.compared_max = 3;
  const auto few = simulations_->Simulate(question);
  EXPECT_EQ(few->visits.size(), 3u);
  EXPECT_EQ(few->visits_changed, found->visits_changed);
  EXPECT_EQ(few->visits[0].item_id, found->visits[0].item_id);
}

TEST_P(SimulationsTest, LessCapacityFewerPeopleAndHeavierWorkLengthenWaits) {
  AddAgent("ann", 4);
  AddAgent("bob", 4);
  for (int i = 0; i < 24; ++i) {
    Open("t" + std::to_string(i));
    Tick(seconds(10));
    if (i >= 6) End("t" + std::to_string(i - 6));
  }
  const auto waits_with = [&](const std::function<void(Changes&)>& change) {
    Question question = Asked();
    change(question.changes);
    const auto found = simulations_->Simulate(question);
    EXPECT_TRUE(found.ok()) << found.error().message;
    EXPECT_EQ(found->all.baseline.mean_wait, Duration(0));
    return found->all.changed;
  };
  EXPECT_GT(waits_with([](Changes& changes) {
              changes.agents = {Set("ann", [](Agent& one) { one.capacity = 1; })};
            }).mean_wait,
            Duration(0));
  EXPECT_GT(waits_with([](Changes& changes) {
              changes.agents = {{.id = "bob", .change = [](Agent&) {}, .removed = true}};
            }).mean_wait,
            Duration(0));
  EXPECT_GT(waits_with([](Changes& changes) {
              changes.policy = [](CapacityPolicy& policy) {
                policy.weights[static_cast<size_t>(Channel::kEmail)] = 3;
              };
              changes.weighed = {Channel::kEmail};
            }).mean_wait,
            Duration(0));
  const Measures nobody = waits_with([](Changes& changes) {
    changes.queues = {
        Set("general", [](Queue& queue) { queue.requirements = {{"klingon", 1, {}}}; })};
  });
  EXPECT_EQ(nobody.served, 0);
}

TEST_P(SimulationsTest, AnAddedAgentWorksInItsShiftsAlone) {
  AddAgent("ann", 1);
  for (int i = 0; i < 20; ++i) {
    Open("t" + std::to_string(i));
    Tick(seconds(30));
  }
  Question question = Asked();
  const Time comes = start_ + seconds(120), goes = start_ + seconds(240);
  question.changes.agents = {{.id = "eve",
                              .change =
                                  [](Agent& one) {
                                    one.queue_ids = {"general"};
                                    one.capacity = 3;
                                  },
                              .available = std::vector<Interval>{{comes, goes}}}};
  const auto found = simulations_->Simulate(question);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->agents.at("eve").changed.available, seconds(120));
  EXPECT_EQ(found->agents.at("eve").baseline.available, seconds(0));
  EXPECT_EQ(found->agents.at("eve").changed.served, 3);
  for (const ComparedVisit& visit : found->visits) {
    if (visit.changed.agent_id != "eve") continue;
    EXPECT_GE(visit.changed.time, comes);
    EXPECT_LT(visit.changed.time, goes);
    EXPECT_TRUE(visit.is_work_guessed);
    EXPECT_EQ(visit.changed.why, "longest idle of 1 able agents");
  }
}

TEST_P(SimulationsTest, OffersAreAcceptedAfterTheUsualDelayAndTheRestIsGuessed) {
  AddAgent("ann", 1);
  for (int i = 0; i < 5; ++i) {
    const std::string id = "t" + std::to_string(i);
    Open(id);
    Step();
    clock_.Advance(seconds(i == 0 ? 20 : 4));
    ASSERT_TRUE(one_->offers.Accept(Pending(id).id, Key(), {}).ok());
    clock_.Advance(seconds(60));
    if (i < 4) End(id);
    clock_.Advance(seconds(10));
  }
  const auto found = simulations_->Simulate(Asked());
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->accept_delay, seconds(4));
  EXPECT_EQ(found->all.baseline.p50_wait, seconds(4));
  EXPECT_EQ(found->all.actual.longest_wait, seconds(20));
  EXPECT_EQ(found->work_guessed, 1);
}

TEST_P(SimulationsTest, RefusesWhatCannotBeAndNamesIt) {
  AddAgent("ann", 1);
  Open("t0");
  Tick(seconds(60));
  const Question good = Asked();
  EXPECT_EQ(Refusal(good), "OK");
  Question bad = good;
  bad.until = bad.from;
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS to_time");
  bad.until = clock_.Now() + seconds(1);
  bad.service_level = seconds(-1);
  bad.compared_max = 1001;
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS to_time service_level_seconds changed_items_max");
  bad = good;
  bad.from = bad.until - std::chrono::hours(24 * 31) - seconds(1);
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS to_time");
  bad = good;
  bad.changes.queues = {Set("none", [](Queue&) {})};
  bad.changes.agents = {Set("nobody", [](Agent&) {})};
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS queues agents");
  bad.changes.queues = {Set("general", [](Queue& queue) { queue.tier = 10; })};
  bad.changes.agents = {Set("ann", [](Agent& agent) { agent.capacity = 0; })};
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS queues/general.tier agents/ann.capacity");
  bad.changes.queues = {};
  bad.changes.policy = [](CapacityPolicy& policy) { policy.weights.fill(0); };
  bad.changes.agents = {Set("ann", [](Agent&) {}), Set("ann", [](Agent&) {})};
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS agents");
  bad.changes.agents = {{.id = "eve",
                         .change = [](Agent&) {},
                         .available = std::vector<Interval>{{bad.from, bad.until + seconds(1)}}}};
  EXPECT_EQ(Refusal(bad), "INVALID_FIELDS policy.weights agents/eve.available");
}

TEST_P(SimulationsTest, StopsAtItsLimitsAndWhenTheCallerGoes) {
  AddAgent("ann", 1);
  for (int i = 0; i < 6; ++i) Open("t" + std::to_string(i));
  Tick();
  simulations_ = NewSimulations({.visits_max = 5});
  EXPECT_EQ(Refusal(Asked()), "TOO_MUCH_WORK");
  simulations_ = NewSimulations({.visits_max = 6});
  EXPECT_EQ(Refusal(Asked()), "OK");
  for (int i = 0; i < 6; ++i) SetAgent("ann", [&](Agent& agent) { agent.capacity = 1 + i; });
  EXPECT_EQ(Refusal(Asked()), "TOO_MUCH_WORK");
  simulations_ = NewSimulations({});
  Question question = Asked();
  question.time_max = Duration(0);
  EXPECT_EQ(Refusal(question), "SIMULATION_TOO_LONG");
  question = Asked();
  question.is_cancelled = [] { return true; };
  EXPECT_EQ(Refusal(question), "CALLER_GONE");
  std::optional<Error> other;
  question.is_cancelled = [&] {
    if (other) return false;
    std::thread([&] { other = simulations_->Simulate(Asked()).error(); }).join();
    return false;
  };
  EXPECT_EQ(Refusal(question), "OK");
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->reason, "SIMULATION_RUNS");
  EXPECT_GT(other->retry_after_ms, 0);
  EXPECT_EQ(Refusal(question), "OK");
}

MUARA_ON_BOTH_ENGINES(SimulationsTest);

}  // namespace
}  // namespace muara::routing

// Estimates of waits: against closed forms, and against queues simulated through the engine.
#include "services/routing/domain/wait.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "services/routing/domain/hours_fixture.h"
#include "services/routing/domain/replay/history_fixture.h"

namespace muara::routing {
namespace {

using std::chrono::seconds;

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

TEST(Wait, OfTheNextOneIsThePredictionLimitInClosedForm) {
  const Pace pace{10, seconds(100)};
  const auto range = EstimateWait(pace, 1);
  ASSERT_TRUE(range);
  // P(wait > w) = (1 + w / S)^-k
  EXPECT_NEAR(Seconds(range->p50), 100 * (std::pow(2, 0.1) - 1), 1e-4);
  EXPECT_NEAR(Seconds(range->p90), 100 * (std::pow(10, 0.1) - 1), 1e-4);
}

TEST(Wait, WithManyGapsIsErlang) {
  const Pace pace{20000, seconds(20000)};
  EXPECT_NEAR(Seconds(EstimateWait(pace, 3)->p50), 2.67406, 0.01);
  EXPECT_NEAR(Seconds(EstimateWait(pace, 3)->p90), 5.32232, 0.01);
  EXPECT_NEAR(Seconds(EstimateWait(pace, 1)->p90), 2.30259, 0.01);
}

TEST(Wait, FewerGapsAndLaterPositionsAreLessCertain) {
  const WaitRange sure = *EstimateWait({50, seconds(50)}, 4);
  const WaitRange unsure = *EstimateWait({5, seconds(5)}, 4);
  EXPECT_GT(unsure.p90, sure.p90);
  EXPECT_GT(EstimateWait({50, seconds(50)}, 5)->p50, sure.p50);
  EXPECT_GT(Seconds(EstimateWait({50, seconds(50)}, 100000)->p50), 90000);
  EXPECT_FALSE(EstimateWait({4, seconds(4)}, 1));
  EXPECT_FALSE(EstimateWait({50, seconds(50)}, 0));
  EXPECT_EQ(EstimateWait({5, seconds(0)}, 3)->p90, Duration(0));
}

TEST(Wait, OnlyGapsInWhichTheNextOneWaitedTellThePace) {
  const auto at = [](int enqueue, int serve) {
    return Served{kStart + seconds(enqueue), kStart + seconds(serve)};
  };
  // Newest first: the one of 100 came after the one before it was served.
  const Pace pace = PaceOf({at(40, 110), at(90, 100), at(20, 50), at(10, 30), at(0, 0)});
  EXPECT_EQ(pace.gaps, 2);
  EXPECT_EQ(pace.sum, seconds(10 + 20));
  EXPECT_EQ(PaceOf({}).gaps, 0);
  EXPECT_EQ(PaceOf(std::vector<Served>(200, at(0, 5))).gaps, kGapsMax);
}

TEST(Wait, NightsAreNoGaps) {
  const auto at = [](int enqueue, int serve) {
    return Served{kStart + seconds(enqueue), kStart + seconds(serve)};
  };
  // Open until 07:01 and from 08:00 on.
  const SharedHours hours = Daily({{420, 421}, {480, 540}});
  const std::vector<Served> served = {at(0, 3610), at(0, 50), at(0, 40)};
  EXPECT_EQ(PaceOf(served).sum, seconds(3570));
  EXPECT_EQ(PaceOf(served, &hours->schedule).gaps, 2);
  EXPECT_EQ(PaceOf(served, &hours->schedule).sum, seconds(10 + 10 + 10));
  EXPECT_EQ(PaceOf({at(0, 300), at(0, 200)}, &hours->schedule).gaps, 0) << "who knows";
}

TEST(Wait, CalibrationCountsWhatHeld) {
  const WaitRange estimate{seconds(10), seconds(20)};
  const Calibration found = CalibrationOf({{estimate, seconds(10)},
                                           {estimate, seconds(15)},
                                           {estimate, seconds(20)},
                                           {estimate, seconds(25)}});
  EXPECT_EQ(found.count, 4);
  EXPECT_DOUBLE_EQ(found.within_p50, 0.25);
  EXPECT_DOUBLE_EQ(found.within_p90, 0.75);
  EXPECT_EQ(found.mean_error, Duration(seconds(30)) / 4);
  EXPECT_EQ(CalibrationOf({}).count, 0);
}

std::vector<Visit> Calls(int run, double per_second, double work_seconds) {
  std::mt19937_64 random(static_cast<uint32_t>(run) * 104729 + 3);
  const auto draw = [&](double mean) {
    return Duration(std::llround(std::exponential_distribution<double>(1 / mean)(random) * 1e6));
  };
  std::vector<Visit> calls;
  Time now = kStart;
  for (int i = 0; i < 3000; ++i) {
    now += draw(1 / per_second);
    calls.push_back(Coming("i" + std::to_string(i), now, draw(work_seconds)));
  }
  return calls;
}

// What every fifth of those who waited would have been told when it came. First come, first served.
std::vector<Settled> Told(const std::vector<Visit>& calls, const std::vector<WaitEnd>& outcomes) {
  std::vector<Served> served;
  for (size_t i = 0; i < calls.size(); ++i) {
    served.push_back({calls[i].time, calls[i].time + outcomes[i].wait});
  }
  std::vector<Settled> settled;
  for (size_t i = 300; i < served.size(); i += 5) {
    if (outcomes[i].wait == Duration(0)) continue;
    size_t ahead = 0;
    while (served[i - ahead - 1].serve_time > served[i].enqueue_time) ++ahead;
    std::vector<Served> newest;
    for (size_t j = i - ahead; j-- > 0 && newest.size() < 200;) newest.push_back(served[j]);
    const auto range = EstimateWait(PaceOf(newest), static_cast<int>(ahead) + 1);
    if (range) settled.push_back({*range, outcomes[i].wait});
  }
  return settled;
}

TEST(Wait, HoldsInSimulatedQueues) {
  struct Crowd {
    double per_second = 0, work_seconds = 0;
    int agents = 0;
  };
  for (const Crowd& crowd : {Crowd{0.2, 240, 50}, Crowd{100.0 / 3600, 180, 6}}) {
    std::vector<Settled> all;
    for (int run = 0; run < 12; ++run) {
      const auto calls = Calls(run, crowd.per_second, crowd.work_seconds);
      std::vector<Agent> agents;
      for (int i = 0; i < crowd.agents; ++i) {
        agents.push_back(Working("agent" + std::to_string(i)));
      }
      const Time until = calls.back().time + std::chrono::hours(24);
      const auto told = Told(calls, Played(Desk(agents, calls, until)));
      all.insert(all.end(), told.begin(), told.end());
    }
    const Calibration found = CalibrationOf(all);
    RecordProperty("within_p90_of_" + std::to_string(crowd.agents),
                   std::to_string(found.within_p90));
    EXPECT_GT(found.count, 2000);
    EXPECT_GE(found.within_p90, 0.85);
    EXPECT_LE(found.within_p90, 0.95);
    EXPECT_GE(found.within_p50, 0.43);
    EXPECT_LE(found.within_p50, 0.57);
  }
}

}  // namespace
}  // namespace muara::routing

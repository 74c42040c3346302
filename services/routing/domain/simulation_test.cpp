// The engine against queueing theory: simulated through it, the known results of M/M/c, M/M/c+M and
// a two-skill system lie within 95 % intervals.
// Sources: Erlang C and Erlang A by their formulas; N-system with first come first served and
// longest idle first: Adan and Weiss, "A skill based parallel service system under FCFS-ALIS".
#include "services/routing/domain/simulation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace muara::routing {
namespace {

const Time kStart = FromMicros(1772348400000000);
constexpr int kRuns = 40;
constexpr double kStudent = 2.023;  // t at 97.5 %, 39 degrees of freedom
constexpr size_t kItems = 9000;
constexpr size_t kWarmUp = 1500;

// The mean over independent runs, and how far the truth may be from it.
class Estimate {
 public:
  void Add(double value) { sum_ += value, squares_ += value * value, ++count_; }
  bool Contains(double truth) const { return std::abs(truth - mean()) <= half(); }
  double mean() const { return sum_ / count_; }
  double half() const {
    return kStudent * std::sqrt((squares_ / count_ - mean() * mean()) / (count_ - 1));
  }

 private:
  double sum_ = 0;
  double squares_ = 0;
  int count_ = 0;
};

void ExpectContains(const char* what, const Estimate& estimate, double truth) {
  EXPECT_TRUE(estimate.Contains(truth))
      << what << ": " << truth << " is not in " << estimate.mean() << " +- " << estimate.half();
}

class Drawn {
 public:
  explicit Drawn(int run) : random_(static_cast<uint32_t>(run) * 7919 + 17) {}
  Duration Exponential(double mean_seconds) {
    const double seconds = std::exponential_distribution<double>(1 / mean_seconds)(random_);
    return Duration(std::llround(seconds * 1e6));
  }
  bool Chance(double probability) { return std::bernoulli_distribution(probability)(random_); }

 private:
  std::mt19937_64 random_;
};

Shift Working(const std::string& id, std::vector<std::string> queues) {
  Agent agent;
  agent.id = id;
  agent.queue_ids = std::move(queues);
  agent.capacity = 1;
  agent.status = AgentStatus::kAvailable;
  agent.connection = Connection::kLive;
  return {kStart, agent};
}

Scenario Calls(int run, double per_second, double work_seconds, double patience_seconds) {
  Drawn drawn(run);
  Scenario scenario;
  Time now = kStart;
  for (size_t i = 0; i < kItems; ++i) {
    now += drawn.Exponential(1 / per_second);
    Arrival arrival;
    arrival.item.id = "i" + std::to_string(i);
    arrival.item.queue_id = "a";
    arrival.item.enqueue_time = now;
    arrival.work = drawn.Exponential(work_seconds);
    if (patience_seconds > 0) arrival.patience = drawn.Exponential(patience_seconds);
    scenario.arrivals.push_back(std::move(arrival));
  }
  scenario.until = now + std::chrono::hours(24);
  return scenario;
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

struct Crowd {
  double per_second = 0;
  double work_seconds = 0;
  int agents = 0;
  double patience_seconds = 0;  // 0: for ever
  double level_seconds = 0;
};

struct Measures {
  Estimate waited;  // who was not served at once
  Estimate wait;    // of all, served or gone, in seconds
  Estimate in_time;
  Estimate gone;
};

Measures Measure(const Crowd& crowd) {
  Measures measures;
  for (int run = 0; run < kRuns; ++run) {
    Scenario scenario = Calls(run, crowd.per_second, crowd.work_seconds, crowd.patience_seconds);
    for (int i = 0; i < crowd.agents; ++i) {
      scenario.shifts.push_back(Working("agent" + std::to_string(i), {"a"}));
    }
    double waited = 0, wait = 0, in_time = 0, gone = 0;
    const auto outcomes = Simulate(scenario);
    for (size_t i = kWarmUp; i < outcomes.size(); ++i) {
      waited += outcomes[i].wait > Duration(0) ? 1 : 0;
      wait += Seconds(outcomes[i].wait);
      in_time += Seconds(outcomes[i].wait) <= crowd.level_seconds ? 1 : 0;
      gone += outcomes[i].fate == Fate::kGone ? 1 : 0;
    }
    const double count = static_cast<double>(outcomes.size() - kWarmUp);
    measures.waited.Add(waited / count);
    measures.wait.Add(wait / count);
    measures.in_time.Add(in_time / count);
    measures.gone.Add(gone / count);
  }
  return measures;
}

TEST(Simulation, AgreesWithErlangC) {
  const Measures large = Measure({0.2, 240, 55, 0, 15});
  ExpectContains("P(wait)", large.waited, 0.238701);
  ExpectContains("mean wait", large.wait, 8.1840);
  ExpectContains("within 15 s", large.in_time, 0.845883);
  const Measures small = Measure({100.0 / 3600, 180, 7, 0, 20});
  ExpectContains("P(wait)", small.waited, 0.324150);
  ExpectContains("mean wait", small.wait, 29.1735);
  ExpectContains("within 20 s", small.in_time, 0.740441);
}

TEST(Simulation, AgreesWithErlangA) {
  const Measures measures = Measure({0.2, 240, 48, 120, 0});
  ExpectContains("P(wait)", measures.waited, 0.437132);
  ExpectContains("mean wait", measures.wait, 8.0752);
  ExpectContains("P(abandon)", measures.gone, 0.067294);
}

TEST(Simulation, AgreesWithTheNSystem) {
  Estimate wait_a, wait_b;
  for (int run = 0; run < kRuns; ++run) {
    Scenario scenario = Calls(run, 1, 1, 0);
    Drawn kinds(run + 1000);
    for (Arrival& arrival : scenario.arrivals) {
      arrival.item.queue_id = kinds.Chance(0.6) ? "a" : "b";
    }
    scenario.shifts = {Working("one", {"a"}), Working("two", {"a", "b"})};
    double sum_a = 0, sum_b = 0, count_a = 0, count_b = 0;
    const auto outcomes = Simulate(scenario);
    for (size_t i = kWarmUp; i < outcomes.size(); ++i) {
      const bool is_a = outcomes[i].queue_id == "a";
      (is_a ? sum_a : sum_b) += Seconds(outcomes[i].wait);
      (is_a ? count_a : count_b) += 1;
    }
    wait_a.Add(sum_a / count_a);
    wait_b.Add(sum_b / count_b);
  }
  ExpectContains("mean wait of a", wait_a, 0.2926);
  ExpectContains("mean wait of b", wait_b, 1.1056);
}

TEST(Simulation, SaysWhatBecameOfEachItem) {
  Scenario scenario;
  scenario.shifts = {Working("ann", {"a"})};
  Agent away = scenario.shifts[0].agent;
  away.status = AgentStatus::kAway;
  scenario.shifts.push_back({kStart + std::chrono::minutes(3), away});
  for (int i = 0; i < 4; ++i) {
    Arrival arrival;
    arrival.item.id = std::to_string(i);
    arrival.item.queue_id = "a";
    arrival.item.enqueue_time = kStart + std::chrono::seconds(i);
    arrival.work = std::chrono::minutes(2);
    if (i == 1) arrival.patience = std::chrono::seconds(30);
    scenario.arrivals.push_back(arrival);
  }
  scenario.until = kStart + std::chrono::minutes(10);
  const auto outcomes = Simulate(scenario);
  EXPECT_EQ(outcomes[0].fate, Fate::kServed);
  EXPECT_EQ(outcomes[0].agent_id, "ann");
  EXPECT_EQ(outcomes[0].wait, Duration(0));
  EXPECT_EQ(outcomes[1].fate, Fate::kGone);
  EXPECT_EQ(outcomes[1].wait, Duration(std::chrono::seconds(30)));
  EXPECT_EQ(outcomes[2].fate, Fate::kServed);
  EXPECT_EQ(outcomes[2].wait, Duration(std::chrono::seconds(118)));
  EXPECT_EQ(outcomes[3].fate, Fate::kWaits) << "ann went away while she worked";
  EXPECT_EQ(outcomes[3].wait, Duration(std::chrono::seconds(597)));
}

}  // namespace
}  // namespace muara::routing

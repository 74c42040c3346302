// The engine, and the replay that feeds it, against queueing theory: the known results of M/M/c,
// M/M/c+M and a two-skill system lie within 95 % intervals.
// Sources: Erlang C and Erlang A by their formulas; N-system with first come first served and
// longest idle first: Adan and Weiss, "A skill based parallel service system under FCFS-ALIS".
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "services/routing/domain/replay/history_fixture.h"

namespace muara::routing {
namespace {

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

std::vector<Visit> Calls(int run, double per_second, double work_seconds, double patience_seconds) {
  Drawn drawn(run);
  std::vector<Visit> calls;
  Time now = kStart;
  for (size_t i = 0; i < kItems; ++i) {
    now += drawn.Exponential(1 / per_second);
    Visit call = Coming("i" + std::to_string(i), now, drawn.Exponential(work_seconds));
    if (patience_seconds > 0) call.left = now + drawn.Exponential(patience_seconds);
    calls.push_back(std::move(call));
  }
  return calls;
}

std::vector<WaitEnd> PlayedToTheEnd(const std::vector<Agent>& agents, std::vector<Visit> calls) {
  const Time until = calls.back().time + std::chrono::hours(24);
  return Played(Desk(agents, std::move(calls), until));
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
    std::vector<Agent> agents;
    for (int i = 0; i < crowd.agents; ++i) agents.push_back(Working("agent" + std::to_string(i)));
    double waited = 0, wait = 0, in_time = 0, gone = 0;
    const auto outcomes = PlayedToTheEnd(
        agents, Calls(run, crowd.per_second, crowd.work_seconds, crowd.patience_seconds));
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

TEST(QueueingTheory, AgreesWithErlangC) {
  const Measures large = Measure({0.2, 240, 55, 0, 15});
  ExpectContains("P(wait)", large.waited, 0.238701);
  ExpectContains("mean wait", large.wait, 8.1840);
  ExpectContains("within 15 s", large.in_time, 0.845883);
  const Measures small = Measure({100.0 / 3600, 180, 7, 0, 20});
  ExpectContains("P(wait)", small.waited, 0.324150);
  ExpectContains("mean wait", small.wait, 29.1735);
  ExpectContains("within 20 s", small.in_time, 0.740441);
}

TEST(QueueingTheory, AgreesWithErlangA) {
  const Measures measures = Measure({0.2, 240, 48, 120, 0});
  ExpectContains("P(wait)", measures.waited, 0.437132);
  ExpectContains("mean wait", measures.wait, 8.0752);
  ExpectContains("P(abandon)", measures.gone, 0.067294);
}

TEST(QueueingTheory, AgreesWithTheNSystem) {
  Estimate wait_a, wait_b;
  for (int run = 0; run < kRuns; ++run) {
    std::vector<Visit> calls = Calls(run, 1, 1, 0);
    Drawn kinds(run + 1000);
    for (Visit& call : calls) {
      call.item.queue_id = call.item.home_queue_id = kinds.Chance(0.6) ? "a" : "b";
    }
    double sum_a = 0, sum_b = 0, count_a = 0, count_b = 0;
    const auto outcomes =
        PlayedToTheEnd({Working("one", 1, {"a"}), Working("two", 1, {"a", "b"})}, calls);
    for (size_t i = kWarmUp; i < outcomes.size(); ++i) {
      const bool is_a = calls[i].item.queue_id == "a";
      (is_a ? sum_a : sum_b) += Seconds(outcomes[i].wait);
      (is_a ? count_a : count_b) += 1;
    }
    wait_a.Add(sum_a / count_a);
    wait_b.Add(sum_b / count_b);
  }
  ExpectContains("mean wait of a", wait_a, 0.2926);
  ExpectContains("mean wait of b", wait_b, 1.1056);
}

}  // namespace
}  // namespace muara::routing

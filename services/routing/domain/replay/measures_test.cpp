#include "services/routing/domain/replay/measures.h"

#include <gtest/gtest.h>

namespace muara::routing {
namespace {

using std::chrono::seconds;

const Time kStart = FromMicros(1772348400000000);

WaitEnd Ended(Fate fate, int wait_seconds) {
  return {.fate = fate, .agent_id = "ann", .time = kStart, .wait = seconds(wait_seconds)};
}

TEST(Measures, CountEachFateAndRankWaitsOfWhatWasServed) {
  std::vector<WaitEnd> ends;
  std::vector<size_t> all;
  for (int i = 1; i <= 100; ++i) ends.push_back(Ended(Fate::kServed, i));
  ends.push_back(Ended(Fate::kGone, 300));
  ends.push_back(Ended(Fate::kGone, 5));
  ends.push_back(Ended(Fate::kWaits, 400));
  ends.push_back(Ended(Fate::kWaits, 5));
  for (size_t i = 0; i < ends.size(); ++i) all.push_back(i);
  const Measures found = Measure(ends, all, seconds(20));
  EXPECT_EQ(found.items, 104);
  EXPECT_EQ(found.served, 100);
  EXPECT_EQ(found.gone, 2);
  EXPECT_EQ(found.waiting, 2);
  EXPECT_EQ(found.mean_wait, Duration(50'500'000));
  EXPECT_EQ(found.p50_wait, seconds(50));
  EXPECT_EQ(found.p90_wait, seconds(90));
  EXPECT_EQ(found.p99_wait, seconds(99));
  EXPECT_EQ(found.longest_wait, seconds(400));
  // 20 in time; 80 late, one gone late, one still waiting too long.
  EXPECT_DOUBLE_EQ(*found.service_level, 20.0 / 102);
}

TEST(Measures, SayNothingOfALevelWhereNothingWasServedOrLate) {
  EXPECT_FALSE(Measure({}, {}, seconds(20)).service_level.has_value());
  EXPECT_FALSE(Measure({Ended(Fate::kGone, 5)}, {0}, seconds(20)).service_level.has_value());
}

TEST(Measures, AnAgentIsBusyOnceHoweverMuchItHoldsAndOnlyWhileThere) {
  Agent ann{.id = "ann", .status = AgentStatus::kAvailable, .connection = Connection::kLive};
  Agent away = ann;
  away.status = AgentStatus::kAway;
  History history{.from = kStart, .until = kStart + seconds(100)};
  history.agents = {{kStart, ann}, {kStart + seconds(60), away}, {kStart + seconds(80), ann}};
  history.holds = {{"ann", Channel::kEmail, 1, kStart - seconds(50), kStart + seconds(10)}};
  WaitEnd one = Ended(Fate::kServed, 0);
  one.time = kStart + seconds(5), one.end_time = kStart + seconds(20);
  WaitEnd two = one;
  two.time = kStart + seconds(50), two.end_time.reset();
  const auto found = MeasureAgents(history, {one, two, Ended(Fate::kGone, 1)});
  EXPECT_EQ(found.at("ann").available, seconds(80));
  EXPECT_EQ(found.at("ann").busy, seconds(20 + 10 + 20));
  EXPECT_DOUBLE_EQ(*found.at("ann").occupancy, 50.0 / 80);
  EXPECT_EQ(found.at("ann").served, 2);
}

}  // namespace
}  // namespace muara::routing

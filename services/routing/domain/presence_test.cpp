#include "services/routing/domain/presence.h"

#include <gtest/gtest.h>

namespace muara::routing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time kStart = Time(std::chrono::hours(24));

class PresenceRules : public ::testing::Test {
 protected:
  // Last heard of at the start.
  Connection After(Duration silence, Time watched_since = Time()) {
    return StateOf(policy_, kStart, watched_since, kStart + silence);
  }
  RoutingPolicy policy_;
};

TEST_F(PresenceRules, ASessionGoesByTheTimeSinceItsLastHeartbeat) {
  EXPECT_EQ(After(seconds(0)), Connection::kLive);
  EXPECT_EQ(After(seconds(15) - Duration(1)), Connection::kLive);
  EXPECT_EQ(After(seconds(15)), Connection::kSuspect);
  EXPECT_EQ(After(seconds(45) - Duration(1)), Connection::kSuspect);
  EXPECT_EQ(After(seconds(45)), Connection::kNone);
}

TEST_F(PresenceRules, NobodyIsLostBeforeTheyCouldBeHeard) {
  const Time back = kStart + minutes(2);
  EXPECT_EQ(After(minutes(2), back), Connection::kSuspect);
  EXPECT_EQ(After(minutes(2) + seconds(44), back), Connection::kSuspect);
  EXPECT_EQ(After(minutes(2) + seconds(45), back), Connection::kNone);
}

TEST_F(PresenceRules, WithoutASessionThereIsNoConnection) {
  EXPECT_EQ(ConnectionOf(policy_, std::nullopt, kStart, kStart), Connection::kNone);
  EXPECT_EQ(ConnectionOf(policy_, kStart, kStart, kStart), Connection::kLive);
}

TEST_F(PresenceRules, TheSilenceOfEverybodyIsOursForAWhile) {
  const auto ours = [&](int agents, Duration silence) {
    return IsOurSilence(policy_, {agents, kStart}, kStart + silence);
  };
  EXPECT_FALSE(ours(3, seconds(14)));
  EXPECT_TRUE(ours(3, seconds(15)));
  EXPECT_TRUE(ours(3, minutes(5) - Duration(1)));
  EXPECT_FALSE(ours(3, minutes(5)));
  EXPECT_FALSE(ours(2, seconds(15))) << "two may leave together";
}

}  // namespace
}  // namespace muara::routing

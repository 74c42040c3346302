#include "services/routing/domain/policy.h"

#include <gtest/gtest.h>

#include <functional>

namespace muara::routing {
namespace {

// The fields that are refused, joined.
std::string Refused(const std::function<void(RoutingPolicy&)>& change) {
  RoutingPolicy policy;
  change(policy);
  const Status valid = Validate(policy);
  std::string out;
  if (valid.ok()) return out;
  for (const Violation& one : valid.error().violations) {
    out += (out.empty() ? "" : " ") + one.field + " " + one.description;
  }
  return out;
}

TEST(RoutingPolicy, AsBuiltIsValid) {
  EXPECT_EQ(Refused([](RoutingPolicy&) {}), "");
}

TEST(RoutingPolicy, EachLimitIsNamedWithItsField) {
  EXPECT_EQ(Refused([](auto& p) { p.capacity.weights[2] = 0; }), "weights one is not 1 to 1000");
  EXPECT_EQ(Refused([](auto& p) { p.capacity.beside[2][4] = Beside{0}; }),
            "interrupt_rules one is not SHARES, WAITS or INTERRUPTS");
  EXPECT_EQ(Refused([](auto& p) { p.exclusion_seconds = 3601; }),
            "exclusion_seconds is not 0 to 3600");
  EXPECT_EQ(Refused([](auto& p) { p.missed_offers_max = 0; }), "missed_offers_max is not 1 to 100");
  EXPECT_EQ(Refused([](auto& p) { p.missed_action = MissedAction{3}; }),
            "missed_offers_action is not AWAY or NOTHING");
  EXPECT_EQ(Refused([](auto& p) { p.heartbeat_seconds = 0; }), "heartbeat_seconds is not 1 to 300");
  EXPECT_EQ(Refused([](auto& p) { p.grace_seconds[4] = -1; }), "lost_grace one is not 0 to 86400");
}

TEST(RoutingPolicy, WhatIsHeardOfInTimeIsNeverSuspected) {
  EXPECT_EQ(Refused([](auto& p) { p.heartbeat_seconds = 13; }),
            "suspect_seconds is not 16 to 3600");
  EXPECT_EQ(Refused([](auto& p) { p.suspect_seconds = 45; }), "lost_seconds is not 46 to 86400");
  EXPECT_EQ(Refused([](auto& p) { p.heartbeat_seconds = 1, p.suspect_seconds = 4; }), "");
}

}  // namespace
}  // namespace muara::routing

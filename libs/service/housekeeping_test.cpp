#include "libs/service/housekeeping.h"

#include <gtest/gtest.h>

#include "libs/testing/eventually.h"

namespace muara::service {
namespace {

using testing::Eventually;

constexpr auto kNever = std::chrono::hours(1);

TEST(Housekeeping, WorksAtOnceAndGoesOnWhileThereIsMore) {
  std::atomic<int> rounds{0};
  Housekeeping housekeeping("rounds fail", kNever, [&]() -> Result<bool> { return ++rounds < 3; });
  housekeeping.Start();
  EXPECT_TRUE(Eventually([&] { return rounds == 3; }));
  housekeeping.Stop();
  EXPECT_EQ(rounds, 3);
}

TEST(Housekeeping, TriesAgainAfterAFailure) {
  std::atomic<int> rounds{0};
  Housekeeping housekeeping("rounds fail", std::chrono::milliseconds(1), [&]() -> Result<bool> {
    if (++rounds < 5) return MakeError(Code::kUnavailable, "AWAY", "away");
    return false;
  });
  housekeeping.Start();
  EXPECT_TRUE(Eventually([&] { return rounds >= 5; }));
}

}  // namespace
}  // namespace muara::service

#include <gtest/gtest.h>

#include "services/gateway/domain/cursor.h"
#include "services/gateway/domain/lockout.h"
#include "services/gateway/domain/rate_limit.h"

namespace muara::gateway {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Time kNow = FromMicros(1772348400000000);

TEST(Lockout, WaitsLongerAfterEachFailureAndForgetsAfterADay) {
  LoginFailures failures;
  for (int i = 0; i < 4; ++i) failures = AfterFailure(failures, kNow);
  EXPECT_FALSE(IsLocked(failures, kNow));
  failures = AfterFailure(failures, kNow);
  EXPECT_TRUE(IsLocked(failures, kNow + seconds(59)));
  EXPECT_FALSE(IsLocked(failures, kNow + minutes(1)));
  failures = AfterFailure(failures, kNow);
  EXPECT_EQ(failures.locked_until, kNow + minutes(2));
  for (int i = 0; i < 100; ++i) failures = AfterFailure(failures, kNow);
  EXPECT_EQ(failures.locked_until, kNow + hours(1));
  EXPECT_EQ(AfterFailure(failures, kNow + hours(25)).count, 1);
}

TEST(RateLimit, AllowsABurstThenItsRate) {
  RateLimit limit(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.Take("a", kNow));
  EXPECT_FALSE(limit.Take("a", kNow));
  EXPECT_TRUE(limit.Take("b", kNow));
  EXPECT_TRUE(limit.Take("a", kNow + seconds(20)));
  EXPECT_FALSE(limit.Take("a", kNow + seconds(20)));
  EXPECT_FALSE(limit.Take("a", kNow - seconds(20)));  // a clock that went back gives nothing
}

TEST(RateLimit, KeepsABoundedNumberOfKeys) {
  RateLimit limit(1);
  for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(limit.Take(std::to_string(i), kNow));
  EXPECT_FALSE(limit.Take("one more", kNow));
  EXPECT_TRUE(limit.Take("one more", kNow + minutes(2)));
}

TEST(Cursor, GoesThereAndBack) {
  const Cursor cursor{{"ticket", {"e1", {0, 1, 127, 128, 1'000'000'000'000}}}, {"routing", {}}};
  EXPECT_EQ(CursorFromText(ToText(cursor)), cursor);
  EXPECT_EQ(CursorFromText(ToText({})), Cursor{});
}

TEST(Cursor, RefusesWhatIsNotItsOwn) {
  const std::string text = ToText({{"ticket", {"e1", {5, 6}}}});
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(CursorFromText(text.substr(0, i)).has_value());
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(CursorFromText(changed).has_value()) << i;
  }
  EXPECT_FALSE(CursorFromText(text + "AAAA").has_value());
  EXPECT_FALSE(CursorFromText(std::string(9000, 'A')).has_value());
}

}  // namespace
}  // namespace muara::gateway

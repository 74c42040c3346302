#include "services/gateway/domain/lockout.h"

#include <algorithm>

namespace muara::gateway {
namespace {

constexpr int kFreeTries = 5;
constexpr int kDoublingsMax = 6;
constexpr Duration kFirstLock = std::chrono::minutes(1);
constexpr Duration kLockMax = std::chrono::hours(1);
constexpr Duration kForgottenAfter = std::chrono::hours(24);

}  // namespace

LoginFailures AfterFailure(LoginFailures before, Time now) {
  if (now - before.last > kForgottenAfter) before = {};
  before.last = now;
  ++before.count;
  if (before.count >= kFreeTries) {
    const int doublings = std::min(before.count - kFreeTries, kDoublingsMax);
    before.locked_until = now + std::min(kFirstLock * (1 << doublings), kLockMax);
  }
  return before;
}

bool IsLocked(const LoginFailures& failures, Time now) { return now < failures.locked_until; }

}  // namespace muara::gateway

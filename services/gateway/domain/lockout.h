// When a name that failed to sign in may try again: five tries are free, then it waits a minute,
// and twice as long after every further failure, up to an hour. A day without failure forgets.
#pragma once

#include "libs/base/time.h"

namespace muara::gateway {

struct LoginFailures {
  int count = 0;
  Time last = {};
  Time locked_until = {};
};

LoginFailures AfterFailure(LoginFailures before, Time now);
bool IsLocked(const LoginFailures& failures, Time now);

}  // namespace muara::gateway

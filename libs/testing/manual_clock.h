// A clock that stands still until it is moved.
#pragma once

#include <atomic>

#include "libs/base/time.h"

namespace muara::testing {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = FromMicros(1772348400000000)) : micros_(ToMicros(start)) {}
  Time Now() const override { return FromMicros(micros_.load()); }
  void Advance(Duration by) { micros_ += by.count(); }

 private:
  std::atomic<int64_t> micros_;
};

}  // namespace muara::testing

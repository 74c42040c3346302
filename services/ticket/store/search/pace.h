// How long one call may look. It always takes a first step, however slow the machine is, and so
// every call comes further. One thread.
#pragma once

#include <chrono>

#include "libs/base/time.h"

namespace muara::ticket::store {

class Pace {
 public:
  using Steady = std::chrono::steady_clock;
  explicit Pace(Duration at_most) : end_(Steady::now() + at_most) {}

  bool IsOver() const { return Steady::now() >= end_; }
  // Whether there is time for something that takes so long.
  bool Allows(Steady::duration more) const { return Steady::now() + more < end_; }

 private:
  Steady::time_point end_;
};

}  // namespace muara::ticket::store

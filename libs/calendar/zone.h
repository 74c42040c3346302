// A zone of the IANA database as a table of its offsets from 1970 to 2100; later the last one goes
// on. A value: copies are independent, reads thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/time.h"

namespace muara {

class Zone {
 public:
  // One offset, from `since` up to the next; local wall time is UTC plus `offset`.
  struct Stretch {
    Time since;
    Duration offset{0};
  };

  // None where this machine's database has no zone of this name ("Europe/Berlin", "UTC").
  static std::optional<Zone> Find(const std::string& name);
  // At least one, in order of time; the first holds for all times before it too.
  explicit Zone(std::vector<Stretch> stretches)
      : stretches_(std::make_shared<std::vector<Stretch>>(std::move(stretches))) {}

  // The place of the stretch that holds at `time`.
  size_t At(Time time) const;
  Duration OffsetOf(size_t stretch) const { return (*stretches_)[stretch].offset; }
  // Where it ends; the end of time for the last.
  Time EndOf(size_t stretch) const;

 private:
  std::shared_ptr<const std::vector<Stretch>> stretches_;
};

}  // namespace muara

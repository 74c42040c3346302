// The working time of a calendar day by day, added up once, so that a moment far ahead is searched
// for instead of walked to: queues ask for each item that comes, and a calendar with hardly any
// hours would be walked for its whole horizon each time. Pure but for what it keeps; thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "libs/calendar/calendar.h"

namespace muara::routing {

class OpenTime {
 public:
  // What Schedule::AddWorkingTime says of the same schedule, always the same one.
  std::optional<Time> Add(const Schedule& schedule, Time from, Duration duration) const;

 private:
  // sums[i]: the working time of the first i days from `begin` on.
  struct Days {
    Time begin;
    Time end;
    std::vector<Duration> sums;
  };
  static std::shared_ptr<const Days> DaysAround(const Schedule& schedule, Time from);
  std::shared_ptr<const Days> DaysFor(const Schedule& schedule, Time from) const;

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Days> days_;  // made when first asked for
};

}  // namespace muara::routing

#include "services/routing/domain/open_time.h"

#include <algorithm>

namespace muara::routing {
namespace {

constexpr Duration kDay = std::chrono::hours(24);
constexpr Duration kHorizon = std::chrono::duration_cast<Duration>(Schedule::kHorizon);
// What is added up serves for items that came so long before or after the first one.
constexpr Duration kBefore = 60 * kDay;
constexpr Duration kAfter = 365 * kDay;

}  // namespace

std::shared_ptr<const OpenTime::Days> OpenTime::DaysAround(const Schedule& schedule, Time from) {
  auto days = std::make_shared<Days>();
  days->begin = std::chrono::floor<std::chrono::days>(from - kBefore);
  const Time wanted = from + kHorizon + kAfter;
  days->sums = {Duration(0)};
  Time day = days->begin;
  for (; day < wanted; day += kDay) {
    days->sums.push_back(days->sums.back() + schedule.WorkingTimeBetween(day, day + kDay));
  }
  days->end = day;
  return days;
}

std::shared_ptr<const OpenTime::Days> OpenTime::DaysFor(const Schedule& schedule, Time from) const {
  const std::lock_guard lock(mutex_);
  if (days_ == nullptr || from < days_->begin || from + kHorizon > days_->end) {
    days_ = DaysAround(schedule, from);
  }
  return days_;
}

std::optional<Time> OpenTime::Add(const Schedule& schedule, Time from, Duration duration) const {
  if (duration <= Duration(0)) return from;
  const auto days = DaysFor(schedule, from);
  const auto& sums = days->sums;
  const auto first = static_cast<size_t>((from - days->begin) / kDay);
  const Time midnight = days->begin + static_cast<int64_t>(first) * kDay;
  const Duration wanted = sums[first] + schedule.WorkingTimeBetween(midnight, from) + duration;
  const auto reached =
      std::lower_bound(sums.begin() + static_cast<std::ptrdiff_t>(first) + 1, sums.end(), wanted);
  if (reached == sums.end()) return std::nullopt;
  const auto last = static_cast<size_t>(reached - sums.begin()) - 1;  // the day in which it is
  const auto found = last == first
                         ? schedule.AddWorkingTime(from, duration)
                         : schedule.AddWorkingTime(days->begin + static_cast<int64_t>(last) * kDay,
                                                   wanted - sums[last]);
  return found && *found <= from + kHorizon ? found : std::nullopt;
}

}  // namespace muara::routing

// When a queue is open: a business calendar, made ready for reckoning once. Values, shared by all
// queues that keep it; reads are thread-safe.
#pragma once

#include <memory>

#include "libs/calendar/calendar.h"
#include "services/routing/domain/open_time.h"

namespace muara::routing {

enum class CalendarState { kStands, kDeleted };

struct BusinessHours {
  BusinessHours(Calendar of, Schedule made, CalendarState state)
      : calendar(std::move(of)),
        schedule(std::move(made)),
        is_deleted(state == CalendarState::kDeleted) {}

  // As AddWorkingTime of the schedule, for many questions.
  std::optional<Time> AddWorkingTime(Time from, Duration duration) const {
    return open_time.Add(schedule, from, duration);
  }

  Calendar calendar;
  Schedule schedule;
  bool is_deleted = false;  // its hours stay in force where it is kept
  OpenTime open_time;
};
using SharedHours = std::shared_ptr<const BusinessHours>;

// INVALID_FIELDS where it cannot be reckoned with: as its zone is not known on this machine.
Result<SharedHours> HoursOf(Calendar calendar, CalendarState state);

// Whatever they are called.
bool HasSameHours(const Calendar& one, const Calendar& other);

}  // namespace muara::routing

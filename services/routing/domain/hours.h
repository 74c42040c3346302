// When a queue is open: a business calendar, made ready for reckoning once. Values, shared by all
// queues that keep it; reads are thread-safe.
#pragma once

#include <memory>

#include "libs/calendar/calendar.h"

namespace muara::routing {

struct BusinessHours {
  Calendar calendar;
  Schedule schedule;
  bool is_deleted = false;  // its hours stay in force where it is kept
};
using SharedHours = std::shared_ptr<const BusinessHours>;

enum class CalendarState { kStands, kDeleted };

// INVALID_FIELDS where it cannot be reckoned with: as its zone is not known on this machine.
Result<SharedHours> HoursOf(Calendar calendar, CalendarState state);

// Whatever they are called.
bool HasSameHours(const Calendar& one, const Calendar& other);

}  // namespace muara::routing

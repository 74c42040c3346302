#include "services/routing/domain/hours.h"

#include <algorithm>

namespace muara::routing {

Result<SharedHours> HoursOf(Calendar calendar, CalendarState state) {
  ASSIGN_OR_RETURN(Schedule schedule, Schedule::Of(calendar));
  return std::make_shared<const BusinessHours>(std::move(calendar), std::move(schedule), state);
}

bool HasSameHours(const Calendar& one, const Calendar& other) {
  return one.time_zone == other.time_zone && one.week == other.week &&
         std::equal(one.holidays.begin(), one.holidays.end(), other.holidays.begin(),
                    other.holidays.end(), [](const Holiday& a, const Holiday& b) {
                      return a.date == b.date && a.hours == b.hours;
                    });
}

}  // namespace muara::routing

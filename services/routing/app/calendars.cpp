#include "services/routing/app/calendars.h"

#include "libs/log/log.h"
#include "services/routing/store/calendars.h"
#include "services/routing/store/people.h"

namespace muara::routing {

Status Calendars::ChangedIn(sql::Tx& tx, Calendar calendar) {
  if (const auto schedule = Schedule::Of(calendar); !schedule.ok()) {
    log::Failed("a business calendar is passed over", schedule.error());
    return Ok();
  }
  const Time now = clock_.Now();
  ASSIGN_OR_RETURN(const auto known, store::FindCalendarForChange(tx, calendar.id));
  store::KeptCalendar kept{.calendar = std::move(calendar), .version = known ? known->version : 0};
  RETURN_IF_ERROR(store::SaveCalendar(tx, kept));
  ASSIGN_OR_RETURN(const auto queue_ids, store::ListQueuesOfCalendar(tx, kept.calendar.id));
  for (const std::string& id : queue_ids) {
    ASSIGN_OR_RETURN(Queue queue, store::LoadQueueForChange(tx, id));
    if (queue.calendar_id != kept.calendar.id) continue;  // it took another one meanwhile
    RETURN_IF_ERROR(hours_.Attach(tx, queue));
    RETURN_IF_ERROR(floor_.Save(tx, queue, now));
  }
  return Ok();
}

Status Calendars::DeletedIn(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(auto kept, store::FindCalendarForChange(tx, id));
  if (!kept) return Ok();
  kept->state = CalendarState::kDeleted;
  return store::SaveCalendar(tx, *kept);
}

}  // namespace muara::routing

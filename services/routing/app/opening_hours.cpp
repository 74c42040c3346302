#include "services/routing/app/opening_hours.h"

#include "libs/base/check.h"
#include "libs/log/log.h"
#include "services/routing/store/people.h"

namespace muara::routing {

Result<SharedHours> OpeningHours::Of(sql::Tx& tx, const std::string& calendar_id, int version) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = made_.find(calendar_id);
    if (known != made_.end() && known->second.version == version) return known->second.hours;
  }
  ASSIGN_OR_RETURN(auto kept, store::FindCalendar(tx, calendar_id));
  CHECK(kept.has_value());  // a queue takes none that is not kept, and none is ever dropped
  SharedHours hours;
  auto made = HoursOf(std::move(kept->calendar), kept->state);
  if (made.ok()) {
    hours = std::move(*made);
  } else {
    // Another machine could: work that is offered too early does less harm than work that is not.
    log::Failed("queues of a calendar are always open here", made.error());
  }
  const std::lock_guard lock(mutex_);
  Made& known = made_[calendar_id];
  if (known.version < kept->version) known = {kept->version, hours};
  return hours;
}

Status OpeningHours::Attach(sql::Tx& tx, Queue& queue) {
  queue.hours = nullptr;
  if (queue.calendar_id.empty()) return Ok();
  ASSIGN_OR_RETURN(queue.hours, Of(tx, queue.calendar_id, queue.hours_version));
  return Ok();
}

Status OpeningHours::Attach(sql::Tx& tx, std::vector<Queue>& queues) {
  for (Queue& queue : queues) RETURN_IF_ERROR(Attach(tx, queue));
  return Ok();
}

Result<Queue> OpeningHours::Load(sql::Tx& tx, const std::string& queue_id) {
  ASSIGN_OR_RETURN(Queue queue, store::LoadQueueUncounted(tx, queue_id));
  RETURN_IF_ERROR(Attach(tx, queue));
  return queue;
}

Status OpeningHours::Take(sql::Tx& tx, Queue& queue,
                          const std::optional<store::KeptCalendar>& kept) {
  if (!kept || kept->state == CalendarState::kDeleted) {
    Error error = MakeError(Code::kFailedPrecondition, "CALENDAR_NOT_FOUND",
                            kept ? "the business calendar was deleted"
                                 : "the business calendar is not known here (yet)");
    error.metadata.emplace_back("calendar_id", queue.calendar_id);
    return error;
  }
  queue.hours_version = kept->version;
  return Attach(tx, queue);
}

Status OpeningHours::Choose(sql::Tx& tx, Queue& queue) {
  if (queue.calendar_id.empty()) return Attach(tx, queue);
  ASSIGN_OR_RETURN(const auto kept, store::FindCalendarForChange(tx, queue.calendar_id));
  return Take(tx, queue, kept);
}

Status OpeningHours::TryOn(sql::Tx& tx, Queue& queue) {
  if (queue.calendar_id.empty()) return Attach(tx, queue);
  ASSIGN_OR_RETURN(const auto kept, store::FindCalendar(tx, queue.calendar_id));
  return Take(tx, queue, kept);
}

}  // namespace muara::routing

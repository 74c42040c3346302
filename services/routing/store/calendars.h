// Business calendars as routing keeps them, in the caller's transaction. They are the ticket
// service's; one that was deleted there is kept for the queues that go by it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/routing/domain/hours.h"

namespace muara::routing::store {

struct KeptCalendar {
  Calendar calendar;  // without the names of its holidays
  CalendarState state = CalendarState::kStands;
  int version = 0;  // grows with every change here; 0: not kept yet
};

// Nothing where there is none.
Result<std::optional<KeptCalendar>> FindCalendar(sql::Tx& tx, const std::string& id);
// Locks the row.
Result<std::optional<KeptCalendar>> FindCalendarForChange(sql::Tx& tx, const std::string& id);
// Version grows by one.
Status SaveCalendar(sql::Tx& tx, KeptCalendar& kept);
// The ids of queues that go by it.
Result<std::vector<std::string>> ListQueuesOfCalendar(sql::Tx& tx, const std::string& id);

}  // namespace muara::routing::store

// A stretch of the past, read from the service's own log in pages: the picture at its beginning,
// and what was told until its end. Thread-safe.
#pragma once

#include "libs/bus/event_log.h"
#include "services/routing/app/opening_hours.h"
#include "services/routing/domain/replay/replay.h"

namespace muara::routing {

struct HistoryAsked {
  Time from;
  Time until;
  size_t visits_max = 0;
  GoOn go_on;  // asked before each page
};

// LOG_TRIMMED: the log begins later; TOO_MUCH_WORK: more than `visits_max` waited or came,
// or agents and queues changed so often, or 20 times as many facts were told.
Result<History> ReadHistory(sql::Database& database, const bus::EventLog& log, OpeningHours& hours,
                            const HistoryAsked& asked);

}  // namespace muara::routing

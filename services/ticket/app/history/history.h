// What was told of a ticket, as the log of facts kept it: its timeline, and what it was at any past
// moment. The facts stay bytes here; who serves them reads them. Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "libs/bus/event_log.h"
#include "services/ticket/domain/ids.h"

namespace muara::ticket {

class History {
 public:
  History(sql::Database& database, const bus::EventLog& log) : database_(database), log_(log) {}

  // Facts number `after` + 1 ... of this ticket, oldest first, and the one before them, if any, in
  // front; those told after `until` are left out. TICKET_NOT_FOUND.
  struct Page {
    std::optional<bus::KeyEntry> before;
    std::vector<bus::KeyEntry> facts;
    bool goes_on = false;  // there are more, whether the limit or their length cut the page
  };
  Result<Page> List(const TicketId& id, int64_t after, int limit, std::optional<Time> until);
  // The last facts told until this moment, newest first, as many as may carry no ticket and one
  // more. TICKET_NOT_FOUND: there was no such ticket then.
  Result<std::vector<bus::KeyEntry>> Latest(const TicketId& id, Time until);

 private:
  sql::Database& database_;
  const bus::EventLog& log_;
};

}  // namespace muara::ticket

// How far each schedule has come through the tickets, in the caller's transaction. A time of a
// ticket is always set to now, so whatever comes later stands behind it in the order of times: what
// a schedule has passed it never meets again.
#pragma once

#include <optional>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/rules/rule.h"

namespace muara::ticket::store {

struct SchedulePlace {
  Time time = {};
  TicketId ticket_id = {};
};

// Begins at the oldest ticket where there is none, or where it counted from another time before.
// Locked; nothing: another replica is at it.
Result<std::optional<SchedulePlace>> LockPlace(sql::Tx& tx, const std::string& rule_id,
                                               TimeBase base);
muara::Status MovePlace(sql::Tx& tx, const std::string& rule_id, const SchedulePlace& place);
// The same to read; nothing: it has not begun.
Result<std::optional<SchedulePlace>> FindPlace(sql::Tx& tx, const std::string& rule_id,
                                               TimeBase base);
// Tickets behind a place whose time is not after this one, in order.
Result<std::vector<SchedulePlace>> ListReached(sql::Tx& tx, TimeBase base,
                                               const SchedulePlace& after, Time until, int limit);
// The time of the next ticket behind a place.
Result<std::optional<Time>> NextTime(sql::Tx& tx, TimeBase base, const SchedulePlace& after);
// Keeps since when a ticket has its status.
muara::Status NoteStatus(sql::Tx& tx, const Ticket& ticket, Time now);
Result<std::optional<Time>> StatusSince(sql::Tx& tx, const TicketId& ticket);

}  // namespace muara::ticket::store

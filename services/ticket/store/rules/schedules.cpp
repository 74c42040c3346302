#include "services/ticket/store/rules/schedules.h"

namespace muara::ticket::store {
namespace {

struct Columns {
  const char* table;
  const char* time;
  const char* id;
};

Columns ColumnsOf(TimeBase base) {
  switch (base) {
    case TimeBase::kCreated:
      return {"ticket", "created_us", "id"};
    case TimeBase::kLastInbound:
      return {"ticket", "last_inbound_us", "id"};
    case TimeBase::kLastOutbound:
      return {"ticket", "last_outbound_us", "id"};
    case TimeBase::kStatusChanged:
      return {"ticket_status_time", "since_us", "ticket_id"};
    case TimeBase::kResolved:
      return {"ticket", "resolved_us", "id"};
    case TimeBase::kUpdated:
      return {"ticket", "updated_us", "id"};
  }
  return {"ticket", "created_us", "id"};
}

std::string Behind(const Columns& columns) {
  return std::string("SELECT ") + columns.time + ", " + columns.id + " FROM " + columns.table +
         " WHERE (" + columns.time + ", " + columns.id + ") > ($1, $2) AND " + columns.time +
         " IS NOT NULL ";
}

std::string InOrder(const Columns& columns) {
  return std::string("ORDER BY ") + columns.time + ", " + columns.id + " LIMIT ";
}

std::optional<SchedulePlace> PlaceIn(const sql::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return SchedulePlace{FromMicros(rows[0].Int(0)), {rows[0].Text(1)}};
}

}  // namespace

Result<std::optional<SchedulePlace>> LockPlace(sql::Tx& tx, const std::string& rule_id,
                                               TimeBase base) {
  RETURN_IF_ERROR(
      tx.Post("INSERT INTO rule_schedule (rule_id, base, time_us, ticket_id) "
              "VALUES ($1, $2, 0, '') ON CONFLICT (rule_id) DO UPDATE SET base = $2, "
              "time_us = 0, ticket_id = '' WHERE rule_schedule.base <> $2",
              rule_id, base));
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT time_us, ticket_id FROM rule_schedule WHERE rule_id = $1 "
                            "FOR UPDATE SKIP LOCKED",
                            rule_id));
  return PlaceIn(rows);
}

muara::Status MovePlace(sql::Tx& tx, const std::string& rule_id, const SchedulePlace& place) {
  return tx.Post("UPDATE rule_schedule SET time_us = $2, ticket_id = $3 WHERE rule_id = $1",
                 rule_id, ToMicros(place.time), place.ticket_id.value);
}

Result<std::optional<SchedulePlace>> FindPlace(sql::Tx& tx, const std::string& rule_id,
                                               TimeBase base) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT time_us, ticket_id FROM rule_schedule "
                                                  "WHERE rule_id = $1 AND base = $2",
                                                  rule_id, base));
  return PlaceIn(rows);
}

Result<std::vector<SchedulePlace>> ListReached(sql::Tx& tx, TimeBase base,
                                               const SchedulePlace& after, Time until, int limit) {
  const Columns columns = ColumnsOf(base);
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(Behind(columns) + "AND " + columns.time + " <= $3 " + InOrder(columns) + "$4",
               ToMicros(after.time), after.ticket_id.value, ToMicros(until), limit));
  std::vector<SchedulePlace> places;
  for (const sql::Row& row : rows) places.push_back({FromMicros(row.Int(0)), {row.Text(1)}});
  return places;
}

Result<std::optional<Time>> NextTime(sql::Tx& tx, TimeBase base, const SchedulePlace& after) {
  const Columns columns = ColumnsOf(base);
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(Behind(columns) + InOrder(columns) + "1",
                                                  ToMicros(after.time), after.ticket_id.value));
  if (rows.empty()) return std::optional<Time>();
  return std::optional<Time>(FromMicros(rows[0].Int(0)));
}

muara::Status NoteStatus(sql::Tx& tx, const Ticket& ticket, Time now) {
  return tx.Post(
      "INSERT INTO ticket_status_time (ticket_id, status, since_us) VALUES ($1, $2, $3) "
      "ON CONFLICT (ticket_id) DO UPDATE SET status = $2, since_us = $3 "
      "WHERE ticket_status_time.status <> $2",
      ticket.id.value, ticket.status, ToMicros(now));
}

Result<std::optional<Time>> StatusSince(sql::Tx& tx, const TicketId& ticket) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT since_us FROM ticket_status_time WHERE ticket_id = $1", ticket.value));
  if (rows.empty()) return std::optional<Time>();
  return std::optional<Time>(FromMicros(rows[0].Int(0)));
}

}  // namespace muara::ticket::store

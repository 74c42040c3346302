#include "services/ticket/store/recurring/recurring_tickets.h"

#include "libs/sql/migrate.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr const char* kColumns =
    "id, enabled, unit, every, weekdays, month_day, minute_of_day, time_zone, start_day, end_day, "
    "contact_id, subject, text, queue_id, priority, type, tags, next_us, last_ticket_id, version";

// A bit for each weekday.
int64_t BitsOf(const std::set<int>& weekdays) {
  int64_t bits = 0;
  for (const int day : weekdays) bits |= int64_t{1} << day;
  return bits;
}

std::set<int> WeekdaysOf(int64_t bits) {
  std::set<int> weekdays;
  for (int day = 1; day <= 7; ++day) {
    if (bits >> day & 1) weekdays.insert(day);
  }
  return weekdays;
}

sql::Value DayOrNull(const std::optional<sys_days>& day) {
  return day ? sql::Value(int64_t{day->time_since_epoch().count()}) : sql::Value(sql::Null{});
}

sql::Value TimeOrNull(const std::optional<Time>& time) {
  return time ? sql::Value(ToMicros(*time)) : sql::Value(sql::Null{});
}

sys_days DayOf(int64_t number) { return sys_days(days(number)); }

RecurringTicket FromRow(const sql::Row& row) {
  RecurringTicket one;
  one.id = row.Text(0);
  one.enabled = row.Bool(1);
  one.recurrence.unit = static_cast<RecurrenceUnit>(row.Int(2));
  one.recurrence.every = static_cast<int>(row.Int(3));
  one.recurrence.weekdays = WeekdaysOf(row.Int(4));
  one.recurrence.month_day = static_cast<int>(row.Int(5));
  one.recurrence.minute_of_day = static_cast<int>(row.Int(6));
  one.recurrence.time_zone = row.Text(7);
  one.recurrence.start = DayOf(row.Int(8));
  if (!row.IsNull(9)) one.recurrence.end = DayOf(row.Int(9));
  one.contact_id.value = row.Text(10);
  one.subject = row.Text(11);
  one.text = row.Text(12);
  one.queue_id = row.Text(13);
  one.priority = static_cast<Priority>(row.Int(14));
  one.type = row.Text(15);
  one.tags = SplitLines(row.Text(16));
  if (!row.IsNull(17)) one.next = FromMicros(row.Int(17));
  one.last_ticket.value = row.Text(18);
  one.version = static_cast<int>(row.Int(19));
  return one;
}

Result<RecurringTicket> FindWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query(std::string("SELECT ") + kColumns +
                                                      " FROM recurring_ticket WHERE id = $1" + lock,
                                                  id));
  return rows.empty() ? RecurringTicket{} : FromRow(rows[0]);
}

}  // namespace

muara::Status MigrateRecurringTickets(sql::Database& database) {
  return sql::Migrate(
      database, "recurring_tickets",
      {{1,
        "recurring tickets",
        {"CREATE TABLE recurring_ticket (id TEXT PRIMARY KEY, enabled BOOLEAN NOT NULL, "
         "unit BIGINT NOT NULL, every BIGINT NOT NULL, weekdays BIGINT NOT NULL, "
         "month_day BIGINT NOT NULL, minute_of_day BIGINT NOT NULL, time_zone TEXT NOT NULL, "
         "start_day BIGINT NOT NULL, end_day BIGINT, contact_id TEXT NOT NULL, "
         "subject TEXT NOT NULL, text TEXT NOT NULL, queue_id TEXT NOT NULL, "
         "priority BIGINT NOT NULL, type TEXT NOT NULL, tags TEXT NOT NULL, next_us BIGINT, "
         "last_ticket_id TEXT NOT NULL, version BIGINT NOT NULL)",
         "CREATE INDEX recurring_ticket_next ON recurring_ticket (next_us) "
         "WHERE next_us IS NOT NULL"}}});
}

Result<RecurringTicket> FindRecurring(sql::Tx& tx, const std::string& id) {
  return FindWith(tx, id, "");
}

Result<RecurringTicket> FindRecurringForChange(sql::Tx& tx, const std::string& id) {
  return FindWith(tx, id, " FOR UPDATE");
}

Result<std::vector<RecurringTicket>> ListRecurring(sql::Tx& tx, int limit,
                                                   const std::string& after) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kColumns +
                                " FROM recurring_ticket WHERE id > $1 ORDER BY id LIMIT $2",
                            after, limit));
  std::vector<RecurringTicket> all;
  for (const sql::Row& row : rows) all.push_back(FromRow(row));
  return all;
}

// There are 1000 at most.
Result<std::vector<RecurringTicket>> ListRecurringOfForChange(sql::Tx& tx, const ContactId& id) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kColumns +
                                " FROM recurring_ticket WHERE contact_id = $1 FOR UPDATE",
                            id.value));
  std::vector<RecurringTicket> all;
  for (const sql::Row& row : rows) all.push_back(FromRow(row));
  return all;
}

Result<int> CountRecurring(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows, tx.Query("SELECT COUNT(*) FROM recurring_ticket"));
  return static_cast<int>(rows[0].Int(0));
}

muara::Status SaveRecurring(sql::Tx& tx, const RecurringTicket& one) {
  const Recurrence& when = one.recurrence;
  ASSIGN_OR_RETURN(
      const int64_t saved,
      tx.Execute(std::string("INSERT INTO recurring_ticket (") + kColumns +
                     ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
                     "$16, $17, $18, $19, $20) ON CONFLICT (id) DO UPDATE SET enabled = $2, "
                     "unit = $3, every = $4, weekdays = $5, month_day = $6, minute_of_day = $7, "
                     "time_zone = $8, start_day = $9, end_day = $10, contact_id = $11, "
                     "subject = $12, text = $13, queue_id = $14, priority = $15, type = $16, "
                     "tags = $17, next_us = $18, last_ticket_id = $19, version = $20 "
                     "WHERE recurring_ticket.version = $20 - 1",
                 one.id, one.enabled, when.unit, when.every, BitsOf(when.weekdays), when.month_day,
                 when.minute_of_day, when.time_zone, int64_t{when.start.time_since_epoch().count()},
                 DayOrNull(when.end), one.contact_id.value, one.subject, one.text, one.queue_id,
                 one.priority, one.type, JoinLines(one.tags), TimeOrNull(one.next),
                 one.last_ticket.value, one.version));
  if (saved == 1) return Ok();
  return MakeError(Code::kAborted, "LOST_RACE", "it was changed at the same time");
}

muara::Status DeleteRecurring(sql::Tx& tx, const std::string& id) {
  return tx.Post("DELETE FROM recurring_ticket WHERE id = $1", id);
}

Result<std::vector<std::pair<std::string, Time>>> ListRecurringDue(sql::Tx& tx, Time until,
                                                                   int limit) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT id, next_us FROM recurring_ticket WHERE next_us IS NOT NULL "
                            "AND next_us <= $1 ORDER BY next_us LIMIT $2",
                            ToMicros(until), limit));
  std::vector<std::pair<std::string, Time>> due;
  for (const sql::Row& row : rows) due.emplace_back(row.Text(0), FromMicros(row.Int(1)));
  return due;
}

muara::Status MoveRecurring(sql::Tx& tx, const RecurringTicket& one) {
  return tx.Post("UPDATE recurring_ticket SET next_us = $2, last_ticket_id = $3 WHERE id = $1",
                 one.id, TimeOrNull(one.next), one.last_ticket.value);
}

}  // namespace muara::ticket::store

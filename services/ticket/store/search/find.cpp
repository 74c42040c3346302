#include "services/ticket/store/search/find.h"

#include <algorithm>

#include "libs/sql/migrate.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/lists.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket::store {
namespace {

constexpr int kLookedAtMax = 5000;  // tickets of one call

// Work that is not over; the indexes of it say the same words, or they are not used.
constexpr const char* kActive = "status IN (1, 2, 3, 6, 7)";  // as IsOpen says

template <class T>
void AddAmong(std::string& where, sql::Params& params, const char* column,
              const std::vector<T>& values) {
  if (values.empty()) return;
  std::string list;
  for (const T& value : values) list += (list.empty() ? "" : ", ") + params.Add(value).last();
  where += std::string(" AND ") + column + " IN (" + list + ")";
}

void AddTime(std::string& where, sql::Params& params, const char* comparison,
             const std::optional<Time>& time) {
  if (time) where += std::string(" AND ") + comparison + params.Add(ToMicros(*time)).last();
}

void AddField(std::string& where, sql::Params& params, const FieldFilter& filter) {
  where += filter.unset ? " AND NOT EXISTS" : " AND EXISTS";
  where += " (SELECT 1 FROM ticket_field f WHERE f.ticket_id = seen.id AND f.key = " +
           params.Add(filter.key).last();
  AddAmong(where, params, "f.text", filter.any_of);
  if (filter.number_from) where += " AND f.number >= " + params.Add(*filter.number_from).last();
  if (filter.number_to) where += " AND f.number <= " + params.Add(*filter.number_to).last();
  if (!filter.date_from.empty()) where += " AND f.text >= " + params.Add(filter.date_from).last();
  if (!filter.date_to.empty()) where += " AND f.text <= " + params.Add(filter.date_to).last();
  where += ")";
}

// '%' and '_' of a tag mean themselves.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') escaped += '!';
    escaped += c;
  }
  return escaped;
}

// The one field that leaves the fewest tickets; the others are looked at.
enum class Narrowest { kContact, kAssignee, kQueue, kNone };

Narrowest NarrowestOf(const Filter& filter) {
  if (!filter.contact_id.empty()) return Narrowest::kContact;
  if (filter.assignee_ids.size() == 1 && !filter.assignee_ids[0].empty()) {
    return Narrowest::kAssignee;
  }
  return filter.queue_ids.size() == 1 ? Narrowest::kQueue : Narrowest::kNone;
}

// What an index answers, and its order.
std::string ByIndex(const Filter& filter, sql::Params& params,
                    const std::vector<std::string>& after) {
  const bool active = !filter.statuses.empty() &&
                      std::all_of(filter.statuses.begin(), filter.statuses.end(), IsOpen);
  std::string sql = std::string("SELECT * FROM ticket WHERE ") + (active ? kActive : "1 = 1");
  switch (NarrowestOf(filter)) {
    case Narrowest::kContact:
      sql += " AND contact_id IN (" +
             AddIds(params, filter.contact_group.empty() ? std::vector{filter.contact_id}
                                                         : filter.contact_group) +
             ")";
      break;
    case Narrowest::kAssignee:
      sql += " AND assignee_id = " + params.Add(filter.assignee_ids[0]).last();
      break;
    case Narrowest::kQueue:
      sql += " AND queue_id = " + params.Add(filter.queue_ids[0]).last();
      break;
    case Narrowest::kNone:
      break;
  }
  AddTime(sql, params, "updated_us >= ", filter.updated_from);
  AddTime(sql, params, "updated_us < ", filter.updated_before);
  if (after.size() == 2) {
    sql += " AND (updated_us, id) < (" + params.Add(std::atoll(after[0].c_str())).last();
    sql += ", " + params.Add(after[1]).last() + ")";
  }
  return sql + " ORDER BY updated_us DESC, id DESC";
}

// What must be looked at ticket by ticket; empty: nothing.
std::string OneByOne(const Filter& filter, sql::Params& params) {
  const Narrowest narrowest = NarrowestOf(filter);
  std::string where;
  if (narrowest != Narrowest::kAssignee) {
    AddAmong(where, params, "assignee_id", filter.assignee_ids);
  }
  if (narrowest != Narrowest::kQueue) AddAmong(where, params, "queue_id", filter.queue_ids);
  if (filter.statuses.empty()) where += " AND status NOT IN (9, 10)";  // put away
  AddAmong(where, params, "status", filter.statuses);
  AddAmong(where, params, "priority", filter.priorities);
  AddAmong(where, params, "channel", filter.channels);
  AddAmong(where, params, "endpoint", filter.endpoints);
  AddTime(where, params, "created_us >= ", filter.created_from);
  AddTime(where, params, "created_us < ", filter.created_before);
  if (filter.flagged) where += " AND flagged = " + params.Add(*filter.flagged).last();
  AddAmong(where, params, "type", filter.types);
  AddAmong(where, params, "disposition", filter.dispositions);
  AddAmong(where, params, "status_name", filter.status_names);
  AddAmong(where, params, "escalation_level", filter.escalation_levels);
  AddTime(where, params, "resolved_us >= ", filter.resolved_from);
  AddTime(where, params, "resolved_us < ", filter.resolved_before);
  AddTime(where, params, "last_inbound_us >= ", filter.last_inbound_from);
  AddTime(where, params, "last_inbound_us < ", filter.last_inbound_before);
  if (!filter.merged_into.empty()) {
    where += " AND merged_into = " + params.Add(filter.merged_into.value).last();
  }
  for (const FieldFilter& one : filter.fields) AddField(where, params, one);
  for (const std::string& tag : filter.tags) {
    const std::string pattern = "%\n" + Escaped(JoinLines({tag})) + "%";  // each ends its line
    where += " AND '\n' || tags LIKE " + params.Add(pattern).last() + " ESCAPE '!'";
  }
  return where;
}

std::vector<std::string> KeyOf(const sql::Row& row) {
  return {std::to_string(row.Int(0)), row.Text(1)};
}

// The last ticket that one call looks at; none where it reaches the end.
Result<std::vector<std::string>> LastLookedAt(sql::Tx& tx, const Filter& filter,
                                              const std::vector<std::string>& after) {
  sql::Params params;
  const std::string seen = ByIndex(filter, params, after);
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT updated_us, id FROM (" + seen + " LIMIT 1 OFFSET " +
                              std::to_string(kLookedAtMax - 1) + ") last",
                          params));
  return rows.empty() ? std::vector<std::string>() : KeyOf(rows[0]);
}

}  // namespace

muara::Status MigrateFind(sql::Database& database) {
  const std::string where = std::string(" WHERE ") + kActive;
  return sql::Migrate(
      database, "find",
      {{1,
        "work that is not over",
        {"CREATE INDEX ticket_active ON ticket (updated_us, id)" + where,
         "CREATE INDEX ticket_active_queue ON ticket (queue_id, updated_us, id)" + where,
         "CREATE INDEX ticket_active_assignee ON ticket (assignee_id, updated_us, id)" + where}}});
}

Result<FoundTickets> Find(sql::Tx& tx, const Filter& filter, int limit,
                          const std::vector<std::string>& after) {
  sql::Params params;
  std::string seen = ByIndex(filter, params, after);
  const std::string looked_at = OneByOne(filter, params);
  if (!looked_at.empty()) seen += " LIMIT " + std::to_string(kLookedAtMax);
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run("SELECT updated_us, id FROM (" + seen + ") seen WHERE 1 = 1" + looked_at +
                 " ORDER BY updated_us DESC, id DESC LIMIT " + params.Add(limit + 1).last(),
             params));
  FoundTickets found;
  const size_t shown = std::min<size_t>(rows.size(), limit);
  for (size_t i = 0; i < shown; ++i) found.ids.push_back({rows[i].Text(1)});
  if (rows.size() > shown) {
    found.next = KeyOf(rows[shown - 1]);
  } else if (!looked_at.empty()) {
    ASSIGN_OR_RETURN(found.next, LastLookedAt(tx, filter, after));
  }
  return found;
}

Result<Counted> Count(sql::Tx& tx, const Filter& filter, int limit) {
  sql::Params params;
  std::string seen = ByIndex(filter, params, {});
  const std::string looked_at = OneByOne(filter, params);
  seen += " LIMIT " + std::to_string(looked_at.empty() ? limit + 1 : kLookedAtMax);
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run("SELECT COUNT(*) FROM (" + seen + ") seen WHERE 1 = 1" + looked_at, params));
  const int64_t count = rows[0].Int(0);
  if (count > limit) return Counted{limit, true};
  if (looked_at.empty()) return Counted{count, false};
  ASSIGN_OR_RETURN(const auto last, LastLookedAt(tx, filter, {}));
  return Counted{count, !last.empty()};
}

}  // namespace muara::ticket::store

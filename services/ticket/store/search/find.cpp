#include "services/ticket/store/search/find.h"

#include <algorithm>
#include <functional>

#include "libs/sql/migrate.h"
#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/lists.h"
#include "services/ticket/store/tickets.h"

namespace muara::ticket::store {
namespace {

constexpr int kLookedAtMax = 5000;   // tickets of one call
constexpr int kLookedAtFirst = 300;  // of its first step; each has twice as many as the one before

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

// The one field that leaves the fewest tickets; the others are looked at.
enum class Narrowest { kContact, kAssignee, kAccount, kQueue, kNone };

Narrowest NarrowestOf(const Filter& filter) {
  if (!filter.contact_id.empty()) return Narrowest::kContact;
  if (filter.assignee_ids.size() == 1 && !filter.assignee_ids[0].empty()) {
    return Narrowest::kAssignee;
  }
  if (filter.account_ids.size() == 1 && !filter.account_ids[0].empty()) return Narrowest::kAccount;
  return filter.queue_ids.size() == 1 ? Narrowest::kQueue : Narrowest::kNone;
}

bool IsOfActive(const Filter& filter) {
  return !filter.statuses.empty() &&
         std::all_of(filter.statuses.begin(), filter.statuses.end(), IsOpen);
}

// SQLite is told which index to go along: it knows nothing of how many rows each leaves.
const char* IndexOf(const Filter& filter) {
  const bool active = IsOfActive(filter);
  switch (NarrowestOf(filter)) {
    case Narrowest::kContact:
      return "ticket_contact";
    case Narrowest::kAssignee:
      return active ? "ticket_open_assignee" : "ticket_assignee";
    case Narrowest::kAccount:
      return "ticket_of_account";
    case Narrowest::kQueue:
      return active ? "ticket_open_queue" : "ticket_queue";
    case Narrowest::kNone:
      return active ? "ticket_open" : "ticket_updated";
  }
  return "";
}

using Key = std::vector<std::string>;  // updated_us and id; empty: none

std::string KeyIn(sql::Params& params, const Key& key) {
  const std::string time = params.Add(std::atoll(key[0].c_str())).last();
  return "(" + time + ", " + params.Add(key[1]).last() + ")";
}

// What an index answers, between two places in its order.
std::string ByIndex(const Filter& filter, sql::Params& params, const Key& after) {
  std::string sql = IsOfActive(filter) ? kActive : "1 = 1";
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
    case Narrowest::kAccount:
      sql += " AND account_id = " + params.Add(filter.account_ids[0].value).last();
      break;
    case Narrowest::kQueue:
      sql += " AND queue_id = " + params.Add(filter.queue_ids[0]).last();
      break;
    case Narrowest::kNone:
      break;
  }
  AddTime(sql, params, "updated_us >= ", filter.updated_from);
  AddTime(sql, params, "updated_us < ", filter.updated_before);
  if (!after.empty()) sql += " AND (updated_us, id) < " + KeyIn(params, after);
  return sql;
}

// What must be looked at ticket by ticket; empty: nothing.
std::string OneByOne(const Filter& filter, sql::Params& params) {
  const Narrowest narrowest = NarrowestOf(filter);
  std::string where;
  if (narrowest != Narrowest::kAssignee) {
    AddAmong(where, params, "assignee_id", filter.assignee_ids);
  }
  if (narrowest != Narrowest::kAccount) {
    std::vector<std::string> accounts;
    for (const AccountId& id : filter.account_ids) accounts.push_back(id.value);
    AddAmong(where, params, "account_id", accounts);
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
    // Each ends its line. By REPLACE, since LIKE knows no case in SQLite.
    const std::string line = params.Add("\n" + JoinLines({tag})).last();
    where += " AND REPLACE('\n' || tags, " + line + ", '') <> '\n' || tags";
  }
  return where;
}

Key KeyOf(const sql::Row& row) { return {std::to_string(row.Int(0)), row.Text(1)}; }

constexpr const char* kOrder = " ORDER BY updated_us DESC, id DESC";

std::string From(const sql::Tx& tx, const Filter& filter) {
  if (tx.engine() == sql::Engine::kPostgres) return "FROM ticket ";
  return std::string("FROM ticket INDEXED BY ") + IndexOf(filter) + " ";
}

// One step: the next so many tickets in the order of the index.
struct Step {
  Key after;
  Key last;  // of them; empty: the index ends among them
  int looks = 0;
};

Result<Step> StepOf(sql::Tx& tx, const Filter& filter, const Key& after, int looks) {
  sql::Params params;
  const std::string where = ByIndex(filter, params, after);
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run("SELECT updated_us, id " + From(tx, filter) + "WHERE " + where + kOrder +
                              " LIMIT 1 OFFSET " + std::to_string(looks - 1),
                          params));
  return Step{after, rows.empty() ? Key() : KeyOf(rows[0]), looks};
}

// The tickets of a step as `seen`. SQLite goes along the index and stops where enough match only if
// there is no query within the query; PostgreSQL goes along it only if there is.
std::string Seen(sql::Tx& tx, const Filter& filter, const Step& step, sql::Params& params) {
  std::string where = ByIndex(filter, params, step.after);
  if (tx.engine() == sql::Engine::kSqlite) {
    if (!step.last.empty()) where += " AND (updated_us, id) >= " + KeyIn(params, step.last);
    return "FROM ticket AS seen INDEXED BY " + std::string(IndexOf(filter)) + " WHERE " + where;
  }
  return "FROM (SELECT * FROM ticket WHERE " + where + kOrder + " LIMIT " +
         std::to_string(step.looks) + ") seen WHERE 1 = 1";
}

// Goes on by steps until one says that it is enough, or there are no more, or the call has looked
// at as much as it may. Answers where the next call goes on; empty: nowhere.
Result<Key> Walk(sql::Tx& tx, const Filter& filter, const Key& after, const Pace& pace,
                 const std::function<Result<bool>(const Step&)>& is_enough) {
  Key from = after;
  int looked_at = 0;
  for (int looks = kLookedAtFirst;; looks *= 2) {
    looks = std::min(looks, kLookedAtMax - looked_at);
    ASSIGN_OR_RETURN(const Step step, StepOf(tx, filter, from, looks));
    ASSIGN_OR_RETURN(const bool enough, is_enough(step));
    looked_at += looks;
    if (enough || step.last.empty() || looked_at >= kLookedAtMax || pace.IsOver()) return step.last;
    from = step.last;
  }
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
         "CREATE INDEX ticket_active_assignee ON ticket (assignee_id, updated_us, id)" + where}},
       // Its status beside it: counting reads no ticket.
       {2,
        "open work is counted by its index, and accounts",
        {"CREATE INDEX ticket_open ON ticket (updated_us, id, status)" + where,
         "CREATE INDEX ticket_open_queue ON ticket (queue_id, updated_us, id, status)" + where,
         "CREATE INDEX ticket_open_assignee ON ticket (assignee_id, updated_us, id, status)" +
             where,
         "CREATE INDEX ticket_of_account ON ticket (account_id, updated_us, id)",
         "DROP INDEX ticket_active", "DROP INDEX ticket_active_queue",
         "DROP INDEX ticket_active_assignee"}}});
}

Result<FoundTickets> Find(sql::Tx& tx, const Filter& filter, int limit, const Key& after,
                          const Pace& pace) {
  FoundTickets found;
  Key last_shown;
  const auto look = [&](const Step& step) -> Result<bool> {
    sql::Params params;
    const std::string seen = Seen(tx, filter, step, params);
    const std::string matching = OneByOne(filter, params);
    const int wanted = limit - static_cast<int>(found.ids.size());
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Run("SELECT updated_us, id " + seen + matching + kOrder + " LIMIT " +
                                params.Add(wanted + 1).last(),
                            params));
    const size_t shown = std::min<size_t>(rows.size(), wanted);
    for (size_t i = 0; i < shown; ++i) found.ids.push_back({rows[i].Text(1)});
    if (shown > 0) last_shown = KeyOf(rows[shown - 1]);
    return rows.size() > shown;
  };
  bool full = false;
  ASSIGN_OR_RETURN(found.next, Walk(tx, filter, after, pace, [&](const Step& step) -> Result<bool> {
                     ASSIGN_OR_RETURN(full, look(step));
                     return full;
                   }));
  if (full) found.next = last_shown;
  return found;
}

Result<Counted> Count(sql::Tx& tx, const Filter& filter, int limit, const Pace& pace) {
  int64_t count = 0;
  const auto look = [&](const Step& step) -> Result<bool> {
    sql::Params params;
    const std::string seen = Seen(tx, filter, step, params);
    const std::string matching = OneByOne(filter, params);
    ASSIGN_OR_RETURN(const sql::Rows rows, tx.Run("SELECT COUNT(*) " + seen + matching, params));
    count += rows[0].Int(0);
    return count > limit;
  };
  ASSIGN_OR_RETURN(const Key next, Walk(tx, filter, {}, pace, look));
  if (count > limit) return Counted{limit, true};
  return Counted{count, !next.empty()};
}

}  // namespace muara::ticket::store

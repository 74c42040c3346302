#include "services/ticket/store/bulk/bulk_edits.h"

#include "libs/sql/migrate.h"
#include "services/ticket/domain/contacts/erasure.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {
namespace {

constexpr size_t kRowsAtOnce = 200;
constexpr const char* kEditColumns =
    "id, owner, undoer, reason, state, actions, created_us, finished_us, version";
constexpr const char* kItemColumns =
    "bulk_id, number, ticket_id, state, before_edit, after_edit, reason";

// Lists drop what is empty, so each part begins with a mark.
std::string Pack(const BulkSnapshot& snapshot) {
  std::vector<std::string> parts = {std::to_string(static_cast<int>(snapshot.status)),
                                    snapshot.queue_id,
                                    std::to_string(static_cast<int>(snapshot.priority)),
                                    snapshot.type,
                                    snapshot.status_name,
                                    snapshot.assignee_id,
                                    snapshot.assignee_name,
                                    JoinLines(snapshot.tags),
                                    JoinFields(snapshot.fields),
                                    snapshot.flagged ? "1" : "0",
                                    snapshot.flag_note,
                                    snapshot.until ? std::to_string(ToMicros(*snapshot.until)) : "",
                                    snapshot.flag_reason};
  for (std::string& part : parts) part.insert(0, "=");
  return JoinLines(parts);
}

BulkSnapshot Unpack(const std::string& text) {
  std::vector<std::string> parts = SplitLines(text);
  if (parts.size() < 9) return {};        // not asked yet
  const bool timed = parts.size() >= 12;  // others were taken down before times were
  parts.resize(13, "=");                  // or before flags and their reasons were
  for (std::string& part : parts) part.erase(0, 1);
  return {static_cast<Status>(std::atoi(parts[0].c_str())),
          parts[1],
          static_cast<Priority>(std::atoi(parts[2].c_str())),
          parts[3],
          parts[4],
          parts[5],
          parts[6],
          SplitLines(parts[7]),
          SplitFields(parts[8]),
          parts[9] == "1",
          parts[10],
          !timed              ? std::optional(Time::min())
          : parts[11].empty() ? std::nullopt
                              : std::optional(FromMicros(std::atoll(parts[11].c_str()))),
          parts[12]};
}

BulkRow EditOf(const sql::Row& row) {
  BulkRow out;
  out.edit.id = row.Text(0);
  out.edit.owner = row.Text(1);
  out.edit.undoer = row.Text(2);
  out.edit.reason = row.Text(3);
  out.edit.state = static_cast<BulkState>(row.Int(4));
  out.actions = row.Bytes(5);
  out.edit.create_time = FromMicros(row.Int(6));
  if (!row.IsNull(7)) out.edit.finish_time = FromMicros(row.Int(7));
  out.edit.version = static_cast<int>(row.Int(8));
  return out;
}

BulkItem ItemOf(const sql::Row& row) {
  return {static_cast<int>(row.Int(1)), {row.Text(2)},       static_cast<BulkItemState>(row.Int(3)),
          Unpack(row.Text(4)),          Unpack(row.Text(5)), row.Text(6)};
}

int& CountOf(BulkCounts& counts, BulkItemState state) {
  switch (state) {
    case BulkItemState::kWaiting:
      return counts.waiting;
    case BulkItemState::kDone:
      return counts.done;
    case BulkItemState::kUnchanged:
      return counts.unchanged;
    case BulkItemState::kRefused:
      return counts.refused;
    case BulkItemState::kUndone:
      return counts.undone;
    case BulkItemState::kKept:
      return counts.kept;
  }
  return counts.waiting;
}

Result<BulkCounts> CountItems(sql::Tx& tx, const std::string& id) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT state, COUNT(*) FROM bulk_item WHERE bulk_id = $1 GROUP BY state", id));
  BulkCounts counts;
  for (const sql::Row& row : rows) {
    CountOf(counts, static_cast<BulkItemState>(row.Int(0))) = static_cast<int>(row.Int(1));
  }
  return counts;
}

Result<BulkRow> LoadRow(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query(std::string("SELECT ") + kEditColumns + " FROM bulk_edit WHERE id = $1" + lock, id));
  if (rows.empty()) {
    return MakeError(Code::kNotFound, "BULK_EDIT_NOT_FOUND", "there is no such bulk edit");
  }
  return EditOf(rows[0]);
}

Result<BulkRow> LoadWith(sql::Tx& tx, const std::string& id, const char* lock) {
  ASSIGN_OR_RETURN(BulkRow row, LoadRow(tx, id, lock));
  ASSIGN_OR_RETURN(row.edit.counts, CountItems(tx, id));
  return row;
}

muara::Status InsertItems(sql::Tx& tx, const std::string& id,
                          const std::vector<TicketId>& tickets) {
  for (size_t at = 0; at < tickets.size(); at += kRowsAtOnce) {
    sql::Params params;
    std::string values;
    const std::string bulk = params.Add(id).last();
    for (size_t i = at; i < std::min(at + kRowsAtOnce, tickets.size()); ++i) {
      values += (values.empty() ? "(" : ", (") + bulk + ", " + std::to_string(i + 1) + ", " +
                params.Add(tickets[i].value).last() + ", 1, '', '', '')";
    }
    RETURN_IF_ERROR(tx.Post(sql::Statement{
        std::string("INSERT INTO bulk_item (") + kItemColumns + ") VALUES " + values, params}));
  }
  return Ok();
}

// False: there were none.
bool DropTexts(BulkSnapshot& snapshot) {
  const bool noted = !snapshot.flag_note.empty();
  snapshot.flag_note.clear();
  return ticket::DropTexts(snapshot.fields) || noted;
}

}  // namespace

muara::Status MigrateBulkEdits(sql::Database& database) {
  const auto step = [](const char* bytes) {
    return std::vector<std::string>{
        std::string("CREATE TABLE bulk_edit (id TEXT PRIMARY KEY, owner TEXT NOT NULL, undoer TEXT "
                    "NOT NULL, "
                    "reason TEXT NOT NULL, state BIGINT NOT NULL, actions ") +
            bytes +
            " NOT NULL, created_us BIGINT NOT NULL, finished_us BIGINT, "
            "version BIGINT NOT NULL)",
        "CREATE INDEX bulk_edit_time ON bulk_edit (created_us, id)",
        "CREATE INDEX bulk_edit_active ON bulk_edit (created_us) WHERE state IN (1, 4)",
        "CREATE TABLE bulk_item (bulk_id TEXT NOT NULL, number BIGINT NOT NULL, "
        "ticket_id TEXT NOT NULL, state BIGINT NOT NULL, before_edit TEXT NOT NULL, "
        "after_edit TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (bulk_id, number))",
        "CREATE INDEX bulk_item_state ON bulk_item (bulk_id, state, number)"};
  };
  return sql::Migrate(
      database, "bulk_edits",
      {{1, "bulk edits", step("BLOB"), step("BYTEA")},
       {2, "by ticket", {"CREATE INDEX bulk_item_ticket ON bulk_item (ticket_id)"}}});
}

muara::Status InsertBulkEdit(sql::Tx& tx, const BulkRow& row,
                             const std::vector<TicketId>& tickets) {
  const BulkEdit& edit = row.edit;
  RETURN_IF_ERROR(tx.Post(std::string("INSERT INTO bulk_edit (") + kEditColumns +
                              ") VALUES ($1, $2, '', $3, $4, $5, $6, NULL, $7)",
                          edit.id, edit.owner, edit.reason, edit.state, sql::Blob{row.actions},
                          ToMicros(edit.create_time), edit.version));
  return InsertItems(tx, edit.id, tickets);
}

muara::Status SaveBulkEdit(sql::Tx& tx, BulkEdit& edit) {
  ++edit.version;
  return tx.Post(
      "UPDATE bulk_edit SET state = $2, finished_us = $3, version = $4, undoer = $5 WHERE id = $1",
      edit.id, edit.state,
      edit.finish_time ? sql::Value(ToMicros(*edit.finish_time)) : sql::Value(sql::Null{}),
      edit.version, edit.undoer);
}

Result<BulkRow> LoadBulkRowForChange(sql::Tx& tx, const std::string& id) {
  return LoadRow(tx, id, " FOR UPDATE");
}

Result<BulkRow> LoadBulkEdit(sql::Tx& tx, const std::string& id) { return LoadWith(tx, id, ""); }

Result<BulkRow> LoadBulkEditForChange(sql::Tx& tx, const std::string& id) {
  return LoadWith(tx, id, " FOR UPDATE");
}

Result<std::vector<BulkRow>> ListBulkEdits(sql::Tx& tx, int limit,
                                           const std::vector<std::string>& after) {
  sql::Params params;
  std::string where;
  if (after.size() == 2) {
    where = " WHERE (created_us, id) < (" + params.Add(std::atoll(after[0].c_str())).last();
    where += ", " + params.Add(after[1]).last() + ")";
  }
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Run(std::string("SELECT ") + kEditColumns + " FROM bulk_edit" + where +
                 " ORDER BY created_us DESC, id DESC LIMIT " + params.Add(limit).last(),
             params));
  std::vector<BulkRow> edits;
  for (const sql::Row& row : rows) {
    edits.push_back(EditOf(row));
    ASSIGN_OR_RETURN(edits.back().edit.counts, CountItems(tx, edits.back().edit.id));
  }
  return edits;
}

Result<std::string> NextBulkEdit(sql::Tx& tx) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT id FROM bulk_edit WHERE state IN (1, 4) ORDER BY created_us LIMIT 1"));
  return rows.empty() ? std::string() : rows[0].Text(0);
}

Result<int> CountActiveBulkEdits(sql::Tx& tx) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query("SELECT COUNT(*) FROM bulk_edit WHERE state IN (1, 4)"));
  return static_cast<int>(rows[0].Int(0));
}

muara::Status DropTextsIn(sql::Tx& tx, const TicketId& ticket) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kItemColumns +
                                " FROM bulk_item WHERE ticket_id = $1 AND before_edit <> ''",
                            ticket.value));
  for (const sql::Row& row : rows) {
    BulkItem item = ItemOf(row);
    const bool before = DropTexts(item.before), after = DropTexts(item.after);
    if (!before && !after) continue;
    RETURN_IF_ERROR(
        tx.Post("UPDATE bulk_item SET before_edit = $3, after_edit = $4 WHERE "
                "bulk_id = $1 AND number = $2",
                row.Text(0), item.number, Pack(item.before), Pack(item.after)));
  }
  return Ok();
}

muara::Status DropBulkEdit(sql::Tx& tx, Time before) {
  const std::string old =
      "(SELECT id FROM bulk_edit WHERE created_us < $1 AND state NOT IN (1, 4) "
      "ORDER BY created_us LIMIT 1)";
  RETURN_IF_ERROR(tx.Post("DELETE FROM bulk_item WHERE bulk_id IN " + old, ToMicros(before)));
  return tx.Post("DELETE FROM bulk_edit WHERE id IN " + old, ToMicros(before));
}

Result<std::optional<BulkItem>> LockNextItem(sql::Tx& tx, const std::string& id,
                                             BulkItemState state) {
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Query(std::string("SELECT ") + kItemColumns +
                                " FROM bulk_item WHERE bulk_id = $1 AND state = $2 "
                                "ORDER BY number LIMIT 1 FOR UPDATE",
                            id, state));
  if (rows.empty()) return std::optional<BulkItem>();
  return std::optional<BulkItem>(ItemOf(rows[0]));
}

muara::Status SaveItem(sql::Tx& tx, const std::string& id, const BulkItem& item) {
  return tx.Post(
      "UPDATE bulk_item SET state = $3, before_edit = $4, after_edit = $5, reason = $6 "
      "WHERE bulk_id = $1 AND number = $2",
      id, item.number, item.state, Pack(item.before), Pack(item.after), item.reason);
}

Result<std::vector<BulkItem>> ListItems(sql::Tx& tx, const std::string& id,
                                        std::optional<BulkItemState> state, int limit, int after) {
  sql::Params params(id, after);
  std::string where = "WHERE bulk_id = $1 AND number > $2";
  if (state) where += " AND state = " + params.Add(*state).last();
  ASSIGN_OR_RETURN(const sql::Rows rows,
                   tx.Run(std::string("SELECT ") + kItemColumns + " FROM bulk_item " + where +
                              " ORDER BY number LIMIT " + params.Add(limit).last(),
                          params));
  std::vector<BulkItem> items;
  for (const sql::Row& row : rows) items.push_back(ItemOf(row));
  return items;
}

}  // namespace muara::ticket::store

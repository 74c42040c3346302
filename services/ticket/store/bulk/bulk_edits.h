// Bulk edits and their tickets, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/bulk/bulk_edit.h"

namespace muara::ticket::store {

// An edit as it is kept: its actions are bytes.
struct BulkRow {
  BulkEdit edit;  // without actions
  std::string actions;
};

muara::Status MigrateBulkEdits(sql::Database& database);

muara::Status InsertBulkEdit(sql::Tx& tx, const BulkRow& row, const std::vector<TicketId>& tickets);
// Sets version: one more than it was.
muara::Status SaveBulkEdit(sql::Tx& tx, BulkEdit& edit);
// Without its counts, its row locked. BULK_EDIT_NOT_FOUND.
Result<BulkRow> LoadBulkRowForChange(sql::Tx& tx, const std::string& id);
// With its counts.
Result<BulkRow> LoadBulkEdit(sql::Tx& tx, const std::string& id);
// Its row is locked.
Result<BulkRow> LoadBulkEditForChange(sql::Tx& tx, const std::string& id);
// Newest first; after this time and id.
Result<std::vector<BulkRow>> ListBulkEdits(sql::Tx& tx, int limit,
                                           const std::vector<std::string>& after);
// The oldest on which there is something to do; empty: none.
Result<std::string> NextBulkEdit(sql::Tx& tx);
Result<int> CountActiveBulkEdits(sql::Tx& tx);
// What they would take back of an erased contact's ticket holds no texts any more.
muara::Status DropTextsIn(sql::Tx& tx, const TicketId& ticket);
// The oldest of before this time, if there is one, with its items: as many as a new one may have.
muara::Status DropBulkEdit(sql::Tx& tx, Time before);

// The first in this state, its row locked.
Result<std::optional<BulkItem>> LockNextItem(sql::Tx& tx, const std::string& id,
                                             BulkItemState state);
muara::Status SaveItem(sql::Tx& tx, const std::string& id, const BulkItem& item);
// In order, after this number; no state: all.
Result<std::vector<BulkItem>> ListItems(sql::Tx& tx, const std::string& id,
                                        std::optional<BulkItemState> state, int limit, int after);

}  // namespace muara::ticket::store

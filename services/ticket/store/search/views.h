// Saved views in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/search/view.h"

namespace muara::ticket::store {

muara::Status MigrateViews(sql::Database& database);

// Those of the owner and all shared ones, by name.
Result<std::vector<View>> ListViews(sql::Tx& tx, const std::string& owner, int limit);
// NOT_FOUND with VIEW_NOT_FOUND.
Result<View> LoadView(sql::Tx& tx, const std::string& id);
Result<View> LoadViewForChange(sql::Tx& tx, const std::string& id);
// Everybody's, by id, after this one.
Result<std::vector<View>> ListAllViews(sql::Tx& tx, int limit, const std::string& after);
Result<int> CountViewsOf(sql::Tx& tx, const std::string& owner);
muara::Status InsertView(sql::Tx& tx, const View& view);
muara::Status SaveView(sql::Tx& tx, View& view);
muara::Status DeleteView(sql::Tx& tx, const std::string& id);

}  // namespace muara::ticket::store

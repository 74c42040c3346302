// Canned replies and macros in the caller's transaction. A macro's actions are bytes here.
#pragma once

#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/rules/texts.h"

namespace muara::ticket::store {

struct MacroRow {
  std::string id;
  std::string name;
  std::string owner;
  bool shared = false;
  std::string actions;
  int version = 1;
};

// CANNED_REPLY_NOT_FOUND, MACRO_NOT_FOUND.
Result<CannedReply> LoadCannedReply(sql::Tx& tx, const std::string& id);
Result<MacroRow> LoadMacro(sql::Tx& tx, const std::string& id);
// As the new version; made where there is none.
muara::Status SaveCannedReply(sql::Tx& tx, const CannedReply& reply);
muara::Status SaveMacro(sql::Tx& tx, const MacroRow& row);
muara::Status DeleteCannedReply(sql::Tx& tx, const std::string& id);
muara::Status DeleteMacro(sql::Tx& tx, const std::string& id);

// One's own and the shared ones by shortcut or name, after this one.
Result<std::vector<CannedReply>> ListCannedReplies(sql::Tx& tx, const std::string& owner, int limit,
                                                   const KeptPlace& after);
Result<std::vector<MacroRow>> ListMacros(sql::Tx& tx, const std::string& owner, int limit,
                                         const KeptPlace& after);
// How many someone keeps.
Result<int> CountCannedReplies(sql::Tx& tx, const std::string& owner);
Result<int> CountMacros(sql::Tx& tx, const std::string& owner);
// Whether all may use it, or this one keeps it.
Result<bool> IsCannedReplyOf(sql::Tx& tx, const std::string& id, const std::string& owner);

}  // namespace muara::ticket::store

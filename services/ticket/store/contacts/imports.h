// What importing contacts needs: whom a row means, and what became of a part of a table, in the
// caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/sql/database.h"
#include "services/ticket/domain/contacts/contact_row.h"

namespace muara::ticket::store {

// The contacts, where merged their survivors, that a row's points and external id find.
Result<std::vector<ContactId>> FoundBy(sql::Tx& tx, const ContactRow& row);

// What became of some rows.
struct ImportedPart {
  int created = 0;
  int updated = 0;
  int unchanged = 0;
  std::vector<RowProblem> problems;
};
muara::Status SaveImportedPart(sql::Tx& tx, const std::string& key, const ImportedPart& part,
                               Time now);
Result<ImportedPart> LoadImportedPart(sql::Tx& tx, const std::string& key);
// Those from before a time, which nobody asks for again.
muara::Status DropImportedParts(sql::Tx& tx, Time before);

}  // namespace muara::ticket::store

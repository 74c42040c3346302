#include "services/ticket/store/contacts/imports.h"

#include <algorithm>

#include "services/ticket/store/contacts/groups.h"
#include "services/ticket/store/contacts/points.h"
#include "services/ticket/store/lists.h"

namespace muara::ticket::store {

Result<std::vector<ContactId>> FoundBy(sql::Tx& tx, const ContactRow& row) {
  std::vector<ContactId> found;
  const auto add = [&](const ContactId& id) -> muara::Status {
    if (id.empty()) return Ok();
    ASSIGN_OR_RETURN(const ContactId survivor, SurvivorOf(tx, id));
    if (std::find(found.begin(), found.end(), survivor) == found.end()) found.push_back(survivor);
    return Ok();
  };
  if (!row.external_id.empty()) {
    ASSIGN_OR_RETURN(const sql::Rows rows,
                     tx.Query("SELECT id FROM contact WHERE external_id = $1 AND external_id <> ''",
                              row.external_id));
    if (!rows.empty()) RETURN_IF_ERROR(add(ContactId{rows[0].Text(0)}));
  }
  for (const ContactPoint& point : row.points) {
    ASSIGN_OR_RETURN(const ContactId owner, OwnerOfPoint(tx, point));
    RETURN_IF_ERROR(add(owner));
  }
  return found;
}

muara::Status SaveImportedPart(sql::Tx& tx, const std::string& key, const ImportedPart& part,
                               Time now) {
  std::vector<std::string> problems;
  for (const RowProblem& one : part.problems) {
    problems.push_back(JoinLines({std::to_string(one.line), "=" + one.column, one.reason}));
  }
  return tx.Post(
      "INSERT INTO contact_import (key, created, updated, unchanged, problems, imported_us) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      key, part.created, part.updated, part.unchanged, JoinLines(problems), ToMicros(now));
}

Result<ImportedPart> LoadImportedPart(sql::Tx& tx, const std::string& key) {
  ASSIGN_OR_RETURN(
      const sql::Rows rows,
      tx.Query("SELECT created, updated, unchanged, problems FROM contact_import WHERE key = $1",
               key));
  if (rows.empty())
    return MakeError(Code::kAborted, "LOST_RACE", "the import was undone meanwhile");
  ImportedPart part{static_cast<int>(rows[0].Int(0)),
                    static_cast<int>(rows[0].Int(1)),
                    static_cast<int>(rows[0].Int(2)),
                    {}};
  for (const std::string& line : SplitLines(rows[0].Text(3))) {
    const auto fields = SplitLines(line);
    part.problems.push_back(
        {std::atoi(fields.at(0).c_str()), fields.at(1).substr(1), fields.at(2)});
  }
  return part;
}

muara::Status DropImportedParts(sql::Tx& tx, Time before) {
  return tx.Post("DELETE FROM contact_import WHERE imported_us < $1", ToMicros(before));
}

}  // namespace muara::ticket::store

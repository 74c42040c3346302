#include "services/ticket/app/contacts/contact_import.h"

#include <algorithm>
#include <map>
#include <set>

#include "libs/bus/claim.h"
#include "services/ticket/store/contacts/accounts.h"
#include "services/ticket/store/contacts/contact_tickets.h"
#include "services/ticket/store/contacts/contacts.h"
#include "services/ticket/store/contacts/points.h"
#include "services/ticket/store/settings/custom_fields.h"
#include "services/ticket/wire/events.h"

namespace muara::ticket {
namespace {

constexpr size_t kPartRows = 200;  // of one transaction
constexpr Duration kKept = std::chrono::hours(24 * 30);
constexpr const char* kTried = "IMPORT_TRIED";

// A contact is in a table once: rows could not say which is meant.
class Seen {
 public:
  // The line that has it; 0: none.
  int Before(const ContactRow& row) {
    int line = 0;
    const auto look = [&](const std::string& key) {
      const auto [at, is_new] = lines_.emplace(key, row.line);
      if (!is_new && line == 0) line = at->second;
    };
    if (!row.external_id.empty()) look("external_id " + row.external_id);
    std::set<std::string> own;
    for (const ContactPoint& point : row.points) {
      const std::string key = std::to_string(static_cast<int>(point.kind)) + " " + point.value;
      if (own.insert(key).second) look(key);
    }
    return line;
  }

 private:
  std::map<std::string, int> lines_;
};

std::vector<ContactRow> RowsOf(const std::vector<CsvRow>& table,
                               const std::vector<CustomField>& declared,
                               std::vector<RowProblem>& problems) {
  std::vector<ContactRow> rows;
  Seen seen;
  for (size_t i = 1; i < table.size(); ++i) {
    const size_t before = problems.size();
    ContactRow row = RowOf(table[i], table[0].cells, declared, problems);
    if (problems.size() > before) continue;
    if (const int line = seen.Before(row); line > 0) {
      problems.push_back({row.line, "", "is the contact of line " + std::to_string(line)});
      continue;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Those that find nobody yet: the others find this contact already.
Result<std::vector<ContactPoint>> NewPoints(sql::Tx& tx, const ContactRow& row) {
  std::vector<ContactPoint> points;
  for (const ContactPoint& point : row.points) {
    ASSIGN_OR_RETURN(const ContactId owner, store::OwnerOfPoint(tx, point));
    if (owner.empty()) points.push_back(point);
  }
  return points;
}

// What has been merged is found by the points of all.
muara::Status TakePointsOfMerged(sql::Tx& tx, Contact& contact) {
  for (const ContactId& id : contact.merged) {
    ASSIGN_OR_RETURN(const Contact merged, store::LoadContact(tx, id));
    // Claims come last, here and there.
    const auto claims = [](const Contact& one) {
      return one.points.end() - static_cast<std::ptrdiff_t>(one.claims);
    };
    contact.points.insert(claims(contact), merged.points.begin(), claims(merged));
  }
  return Ok();
}

// What may be wrong with a row in the face of what is there; others undo the whole part.
bool IsOfRow(const Error& error) {
  return error.code == Code::kInvalidArgument || error.code == Code::kFailedPrecondition ||
         error.reason == "ACCOUNT_NOT_FOUND";
}

void Refuse(const ContactRow& row, const Error& error, std::vector<RowProblem>& problems) {
  if (error.reason == "ACCOUNT_NOT_FOUND") {
    problems.push_back({row.line, "account_id", "there is no such account"});
  } else if (error.violations.empty()) {
    problems.push_back({row.line, "", error.message});
  }
  for (const Violation& one : error.violations) {
    problems.push_back({row.line, one.field, one.description});
  }
}

}  // namespace

muara::Status ContactImport::PutIn(sql::Tx& tx, const Part& part, const ContactRow& row,
                                   Contact contact, Done& done, Time now) {
  const bool is_new = contact.version == 0;
  const AccountId account = contact.account_id;
  ASSIGN_OR_RETURN(const auto points, NewPoints(tx, row));
  if (contact.points.size() + points.size() > kPointsMax) {
    return InvalidFields({{"", "would have more than 50 points"}});
  }
  const bool named = !row.external_id.empty() && row.external_id != contact.external_id;
  if (named && !contact.external_id.empty()) {
    return InvalidFields({{"external_id", "the contact has another one"}});
  }
  if (named) contact.external_id = row.external_id;
  // What may refuse the row comes before anything of it is written.
  ASSIGN_OR_RETURN(auto fields, SetContactIn(tx, contact, row.update, index_, now));
  if (is_new) {
    contact.version = 1;
    RETURN_IF_ERROR(store::InsertContact(tx, contact));
  } else if (fields.empty() && (named || !points.empty())) {
    RETURN_IF_ERROR(store::SaveContact(tx, contact));
  }
  for (const ContactPoint& point : points) {
    ASSIGN_OR_RETURN(const bool added, store::Vouch(tx, contact.id, point));
    if (!added) return MakeError(Code::kAborted, "LOST_RACE", "somebody else has a point since");
  }
  if (named) fields.push_back("external_id");
  if (!points.empty()) fields.push_back("points");
  if (fields.empty()) {
    ++done.counts.unchanged;
    return Ok();
  }
  (is_new ? done.counts.created : done.counts.updated) += 1;
  const bool moved = contact.account_id != account;
  const bool tagged = std::find(fields.begin(), fields.end(), "tags") != fields.end();
  if (!is_new && moved) {
    RETURN_IF_ERROR(store::AskToFollow(tx, {contact.id, part.actor, "imported"}));
  }
  if (!is_new && (moved || tagged)) done.moved.push_back(contact.id);
  if (!points.empty()) RETURN_IF_ERROR(index_.FollowContact(tx, contact.id, now));
  ASSIGN_OR_RETURN(const Contact changed, store::LoadContact(tx, contact.id));
  return journal_.Note(tx, wire::ContactChanged(changed, fields, {part.actor, "IMPORTED", ""}),
                       now);
}

muara::Status ContactImport::TakeIn(sql::Tx& tx, const Part& part, const ContactRow& row,
                                    Done& done, Time now) {
  ASSIGN_OR_RETURN(const auto found, store::FoundBy(tx, row));
  if (found.size() > 1) {
    return InvalidFields({{"", "finds several contacts, " + found[0].value + " and " +
                                   found[1].value + ": merge them first"}});
  }
  if (found.size() == 1) {
    ASSIGN_OR_RETURN(Contact contact, store::LoadContactForChange(tx, found[0]));
    // While this waited for it: its points find somebody else by now, or nobody.
    if (contact.erase_time || contact.merged_into) {
      return MakeError(Code::kAborted, "LOST_RACE", "a contact was erased or merged meanwhile");
    }
    return PutIn(tx, part, row, std::move(contact), done, now);
  }
  Contact contact;
  contact.id = ContactId::New();
  contact.display_name =
      row.update.display_name.value_or(row.points.empty() ? row.external_id : row.points[0].value);
  contact.create_time = now;
  contact.version = 0;
  for (const ContactPoint& point : row.points) {
    if (row.update.account_id || !contact.account_id.empty()) break;
    ASSIGN_OR_RETURN(contact.account_id, store::JoinedBy(tx, point));
  }
  return PutIn(tx, part, row, std::move(contact), done, now);
}

Result<ContactImport::Done> ContactImport::ImportPartIn(sql::Tx& tx, const Part& part, Time now) {
  Done done;
  ASSIGN_OR_RETURN(const bool first, bus::Claim(tx, part.key, now));
  if (!first) {
    ASSIGN_OR_RETURN(done.counts, store::LoadImportedPart(tx, part.key.key));
    for (const ContactRow& row : part.rows) {
      if (!row.update.account_id && !row.update.tags && row.update.add_tags.empty()) continue;
      ASSIGN_OR_RETURN(const auto found, store::FoundBy(tx, row));
      done.moved.insert(done.moved.end(), found.begin(), found.end());
    }
    return done;
  }
  done.counts.problems = part.problems;
  for (const ContactRow& row : part.rows) {
    const auto taken = TakeIn(tx, part, row, done, now);
    if (taken.ok()) continue;
    if (!IsOfRow(taken.error())) return taken.error();
    Refuse(row, taken.error(), done.counts.problems);
  }
  RETURN_IF_ERROR(store::DropImportedParts(tx, now - kKept));
  RETURN_IF_ERROR(store::SaveImportedPart(tx, part.key.key, done.counts, now));
  return done;
}

Result<ContactImport::Done> ContactImport::ImportPart(const Part& part) {
  const Time now = clock_.Now();
  if (part.mode == ImportMode::kReal) {
    return database_.Transact([&](sql::Tx& tx) { return ImportPartIn(tx, part, now); });
  }
  // All of it is done, and then undone.
  Done tried;
  const muara::Status undone = database_.Transact([&](sql::Tx& tx) -> muara::Status {
    ASSIGN_OR_RETURN(tried, ImportPartIn(tx, part, now));
    return MakeError(Code::kFailedPrecondition, kTried, "nothing was changed");
  });
  if (undone.error().reason != kTried) return undone.error();
  return tried;
}

Result<Imported> ContactImport::Import(const OperationKey& key, const std::string& actor,
                                       const std::string& bytes, ImportMode mode) {
  ASSIGN_OR_RETURN(const auto table, ReadCsv(bytes));
  ASSIGN_OR_RETURN(const auto declared, database_.Read([](sql::Tx& tx) {
    return store::ListFields(tx, FieldEntity::kContact);
  }));
  RETURN_IF_ERROR(CheckColumns(table[0].cells, declared));
  std::vector<RowProblem> problems;
  const std::vector<ContactRow> rows = RowsOf(table, declared, problems);
  Imported imported;
  for (size_t begin = 0; begin == 0 || begin < rows.size(); begin += kPartRows) {
    const auto from = rows.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto to =
        rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), begin + kPartRows));
    Part part{{NamedUuid(key.key + "/" + std::to_string(begin)), key.fingerprint},
              actor,
              mode,
              {from, to},
              begin == 0 ? problems : std::vector<RowProblem>()};
    ASSIGN_OR_RETURN(const Done done, ImportPart(part));
    imported.created += done.counts.created;
    imported.updated += done.counts.updated;
    imported.unchanged += done.counts.unchanged;
    const auto& more = done.counts.problems;
    imported.problems.insert(imported.problems.end(), more.begin(), more.end());
    if (mode == ImportMode::kTried) continue;
    for (const ContactId& id : done.moved) RETURN_IF_ERROR(contacts_.FollowTickets(id));
  }
  std::stable_sort(imported.problems.begin(), imported.problems.end(),
                   [](const RowProblem& a, const RowProblem& b) { return a.line < b.line; });
  std::set<int> lines;
  for (const RowProblem& one : imported.problems) lines.insert(one.line);
  imported.refused = static_cast<int>(lines.size());
  return imported;
}

Result<ContactImport::Page> ContactImport::Export(const std::string& after, int limit) {
  return database_.Read([&](sql::Tx& tx) -> Result<Page> {
    ASSIGN_OR_RETURN(const auto declared, store::ListFields(tx, FieldEntity::kContact));
    const auto columns = ColumnsOf(declared);
    ASSIGN_OR_RETURN(auto contacts, store::ListContacts(tx, "", limit + 1, after));
    Page page;
    if (after.empty()) page.csv = CsvLine(columns);
    for (size_t i = 0; i < std::min<size_t>(contacts.size(), limit); ++i) {
      Contact& contact = contacts[i];
      RETURN_IF_ERROR(TakePointsOfMerged(tx, contact));
      // What goes on in another is that one's row; what has nothing to be found by cannot come in.
      if (contact.merged_into || contact.erase_time || !CanBeFound(contact)) continue;
      page.csv += CsvLine(CellsOf(contact, columns));
    }
    if (contacts.size() > static_cast<size_t>(limit)) page.after = contacts[limit - 1].id.value;
    return page;
  });
}

}  // namespace muara::ticket

// Contacts as a table, in and out. An import goes some rows at a time, so that intake is not held
// up; the same one again goes on where it was and answers the same. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/app/contacts/contacts.h"
#include "services/ticket/store/contacts/imports.h"

namespace muara::ticket {

enum class ImportMode { kReal, kTried };

struct Imported {
  int created = 0;
  int updated = 0;
  int unchanged = 0;
  int refused = 0;  // rows
  std::vector<RowProblem> problems;
};

class ContactImport {
 public:
  ContactImport(sql::Database& database, const Journal& journal, SearchIndex& index,
                Contacts& contacts, const Clock& clock)
      : database_(database), journal_(journal), index_(index), contacts_(contacts), clock_(clock) {}

  // INVALID_FIELDS where the table as a whole cannot be read. A row is taken whole or not at all,
  // and none for another's sake.
  Result<Imported> Import(const OperationKey& key, const std::string& actor,
                          const std::string& bytes, ImportMode mode);

  struct Page {
    std::string csv;    // with its header on the first page alone
    std::string after;  // where the next one begins; empty: this was the last
  };
  Result<Page> Export(const std::string& after, int limit);

 private:
  struct Part {
    OperationKey key;
    std::string actor;
    ImportMode mode = ImportMode::kReal;
    std::vector<ContactRow> rows;
    std::vector<RowProblem> problems;  // of rows that are not there
  };
  struct Done {
    store::ImportedPart counts;
    std::vector<ContactId> moved;  // whose tickets are to follow
  };
  Result<Done> ImportPart(const Part& part);
  Result<Done> ImportPartIn(sql::Tx& tx, const Part& part, Time now);
  muara::Status TakeIn(sql::Tx& tx, const Part& part, const ContactRow& row, Done& done, Time now);
  muara::Status PutIn(sql::Tx& tx, const Part& part, const ContactRow& row, Contact contact,
                      Done& done, Time now);

  sql::Database& database_;
  const Journal& journal_;
  SearchIndex& index_;
  Contacts& contacts_;
  const Clock& clock_;
};

}  // namespace muara::ticket

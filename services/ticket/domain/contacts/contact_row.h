// A contact as one row of a table: what columns there are, and what a row says. Pure.
#pragma once

#include <string>
#include <vector>

#include "services/ticket/domain/contacts/contact.h"
#include "services/ticket/domain/contacts/csv.h"

namespace muara::ticket {

constexpr size_t kExternalIdBytesMax = 128;

// What is wrong with one row; never says what is in it.
struct RowProblem {
  int line = 0;
  std::string column;  // empty: the whole row
  std::string reason;
};

struct ContactRow {
  int line = 0;
  std::string external_id;  // of another system
  std::vector<ContactPoint> points;
  ContactUpdate update;
};

// The columns that an export has: of these fields, those that are set still.
std::vector<std::string> ColumnsOf(const std::vector<CustomField>& declared);
// It has what a row finds contacts by.
bool CanBeFound(const Contact& contact);
// A contact's cells in these columns.
std::vector<std::string> CellsOf(const Contact& contact, const std::vector<std::string>& columns);

// INVALID_FIELDS for "csv" where a column is unknown, twice, or none finds a contact.
muara::Status CheckColumns(const std::vector<std::string>& columns,
                           const std::vector<CustomField>& declared);
// What a row says; an empty cell says nothing. Adds to `problems` where it cannot be.
ContactRow RowOf(const CsvRow& row, const std::vector<std::string>& columns,
                 const std::vector<CustomField>& declared, std::vector<RowProblem>& problems);

}  // namespace muara::ticket

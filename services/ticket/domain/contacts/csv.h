// Comma-separated values (RFC 4180): reading what programs and spreadsheets write, and writing what
// is safe to open in one. Pure.
#pragma once

#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::ticket {

constexpr size_t kCsvBytesMax = 4 * 1024 * 1024;
constexpr size_t kCsvRowsMax = 20'000;  // without the header

struct CsvRow {
  int line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
  std::string problem;  // empty: it can be read
};

// All rows with cells, the header first; a byte order mark, CRLF and quoted newlines are taken.
// INVALID_FIELDS for "csv" where it is too large, has no header, or is parted by semicolons; what
// is wrong with one row is said of that row alone.
Result<std::vector<CsvRow>> ReadCsv(const std::string& bytes);

// One row with its CRLF. Cells that a spreadsheet would run as formulas get an apostrophe in front,
// which PlainCell takes off again.
std::string CsvLine(const std::vector<std::string>& cells);
std::string PlainCell(const std::string& cell);

}  // namespace muara::ticket

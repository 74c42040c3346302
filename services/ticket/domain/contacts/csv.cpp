#include "services/ticket/domain/contacts/csv.h"

#include "libs/base/utf8.h"

namespace muara::ticket {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

Error Wrong(const std::string& problem) { return InvalidFields({{"csv", problem}}); }

// How a formula begins, behind any apostrophes.
bool IsFormula(const std::string& cell) {
  const size_t at = cell.find_first_not_of('\'');
  return at != std::string::npos &&
         std::string_view("=+-@\t\r\n").find(cell[at]) != std::string_view::npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }

  CsvRow Next() {
    CsvRow row;
    row.line = line_;
    const size_t begin = at_;
    for (bool more = true; more;) {
      row.cells.push_back(Cell(row));
      more = at_ < text_.size() && text_[at_] == ',';
      if (more) ++at_;
    }
    EndLine();
    const std::string_view raw = text_.substr(begin, at_ - begin);
    if (!IsUtf8(raw)) row.problem = "is not UTF-8";
    if (raw.find('\0') != std::string_view::npos) row.problem = "holds a NUL";
    return row;
  }

 private:
  std::string Cell(CsvRow& row) {
    if (at_ < text_.size() && text_[at_] == '"') return Quoted(row);
    const size_t begin = at_;
    at_ = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    const std::string_view cell = text_.substr(begin, at_ - begin);
    if (cell.find('"') != std::string_view::npos) row.problem = "has a quote within a cell";
    return std::string(cell);
  }

  std::string Quoted(CsvRow& row) {
    std::string cell;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += text_[at_++];
      } else {
        break;
      }
    }
    if (at_ >= text_.size()) {
      row.problem = "has a quote that is never closed";
      return cell;
    }
    const size_t end = std::min(text_.find_first_of(",\r\n", ++at_), text_.size());
    if (end != at_) row.problem = "goes on behind a closed quote";
    at_ = end;
    return cell;
  }

  void EndLine() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  const std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

bool IsBlank(const CsvRow& row) {
  return row.cells.size() == 1 && row.cells[0].empty() && row.problem.empty();
}

}  // namespace

Result<std::vector<CsvRow>> ReadCsv(const std::string& bytes) {
  if (bytes.size() > kCsvBytesMax) return Wrong("is larger than 4 MiB: import it in parts");
  std::string_view text = bytes;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<CsvRow> rows;
  for (Reader reader(text); !reader.done();) {
    CsvRow row = reader.Next();
    if (!IsBlank(row)) rows.push_back(std::move(row));
    if (rows.size() > kCsvRowsMax + 1)
      return Wrong("has more than 20,000 rows: import it in parts");
  }
  if (rows.empty()) return Wrong("is empty: its first row names the columns");
  const CsvRow& header = rows[0];
  if (!header.problem.empty()) {
    return Wrong("line " + std::to_string(header.line) + " " + header.problem);
  }
  if (header.cells.size() == 1 && header.cells[0].find(';') != std::string::npos) {
    return Wrong("is parted by semicolons: save it with commas");
  }
  return rows;
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = (IsFormula(cells[i]) ? "'" : "") + cells[i];
    if (i > 0) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

std::string PlainCell(const std::string& cell) {
  return cell.starts_with('\'') && IsFormula(cell) ? cell.substr(1) : cell;
}

}  // namespace muara::ticket

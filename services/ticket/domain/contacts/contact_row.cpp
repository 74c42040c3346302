#include "services/ticket/domain/contacts/contact_row.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace muara::ticket {
namespace {

constexpr const char* kColumns[] = {"external_id", "display_name", "email",    "phone",
                                    "account_id",  "tags",         "language", "time_zone"};
constexpr std::string_view kFieldPrefix = "field.";

// Several values in one cell are lines of it.
std::vector<std::string> LinesOf(const std::string& cell) {
  std::vector<std::string> lines;
  for (size_t begin = 0, end = 0; begin <= cell.size(); begin = end + 1) {
    end = std::min(cell.find('\n', begin), cell.size());
    std::string line = cell.substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::string Join(const std::vector<std::string>& lines) {
  std::string cell;
  for (const std::string& line : lines) cell += (cell.empty() ? "" : "\n") + line;
  return cell;
}

const CustomField* Declared(const std::string& column, const std::vector<CustomField>& declared) {
  if (!column.starts_with(kFieldPrefix)) return nullptr;
  const std::string key = column.substr(kFieldPrefix.size());
  const auto found = std::find_if(declared.begin(), declared.end(),
                                  [&](const CustomField& one) { return one.key == key; });
  return found == declared.end() ? nullptr : &*found;
}

std::string TextOf(const FieldValue& value) {
  switch (value.type) {
    case FieldType::kText:
    case FieldType::kDate:
    case FieldType::kChoice:
      return value.text;
    case FieldType::kBoolean:
      return value.number != 0 ? "true" : "false";
    case FieldType::kNumber:
      break;
  }
  char number[32] = "";
  return {number, std::to_chars(number, number + sizeof number, value.number).ptr};
}

// Nothing where the cell is no such value.
std::optional<FieldValue> ValueOf(const CustomField& field, const std::string& cell) {
  FieldValue value{field.key, field.type, ""};
  switch (field.type) {
    case FieldType::kText:
    case FieldType::kDate:
    case FieldType::kChoice:
      value.text = cell;
      return value;
    case FieldType::kBoolean:
      value.number = cell == "true" ? 1 : 0;
      return cell == "true" || cell == "false" ? std::optional(value) : std::nullopt;
    case FieldType::kNumber:
      break;
  }
  const char* end = cell.data() + cell.size();
  const auto read = std::from_chars(cell.data(), end, value.number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

std::string AddPoints(ContactRow& row, PointKind kind, const std::string& cell) {
  for (const std::string& line : LinesOf(cell)) {
    const std::string value = NormalPoint(kind, line);
    if (value.empty() || value.size() > kPointBytesMax) return "is not 1 to 320 bytes";
    if (kind == PointKind::kEmail && (value.find('@') == std::string::npos ||
                                      value.find_first_of(" \t,;<>") != std::string::npos)) {
      return "is no address";
    }
    row.points.push_back({kind, value, "", Assurance::kCustomerVerified});
  }
  return "";
}

// What is wrong with the cell; empty: nothing.
std::string Take(ContactRow& row, const std::string& column, const std::string& cell,
                 const std::vector<CustomField>& declared) {
  if (const CustomField* field = Declared(column, declared)) {
    const auto value = ValueOf(*field, cell);
    if (!value) return "has a value of another type";
    row.update.fields.push_back(*value);
    return field->ProblemOf(*value);
  }
  if (column == "email") return AddPoints(row, PointKind::kEmail, cell);
  if (column == "phone") return AddPoints(row, PointKind::kPhone, cell);
  if (column == "external_id") {
    row.external_id = cell;
    return cell.size() > kExternalIdBytesMax ? "is longer than 128 bytes" : "";
  }
  if (column == "display_name") row.update.display_name = cell;
  if (column == "account_id") row.update.account_id = AccountId{cell};
  if (column == "tags") row.update.tags = LinesOf(cell);
  if (column == "language") row.update.language = cell;
  if (column == "time_zone") row.update.time_zone = cell;
  return "";
}

}  // namespace

std::vector<std::string> ColumnsOf(const std::vector<CustomField>& declared) {
  std::vector<std::string> columns(std::begin(kColumns), std::end(kColumns));
  for (const CustomField& field : declared) {
    if (!field.archived) columns.push_back(std::string(kFieldPrefix) + field.key);
  }
  return columns;
}

bool CanBeFound(const Contact& contact) {
  if (!contact.external_id.empty()) return true;
  // Claims come last, and find nobody.
  const auto end = contact.points.end() - static_cast<std::ptrdiff_t>(contact.claims);
  return std::any_of(contact.points.begin(), end, [](const ContactPoint& point) {
    return point.kind == PointKind::kEmail || point.kind == PointKind::kPhone;
  });
}

std::vector<std::string> CellsOf(const Contact& contact, const std::vector<std::string>& columns) {
  const auto points = [&](PointKind kind) {
    std::vector<std::string> values;
    for (size_t i = 0; i < contact.points.size() - contact.claims; ++i) {
      if (contact.points[i].kind == kind) values.push_back(contact.points[i].value);
    }
    return Join(values);
  };
  std::vector<std::string> cells = {contact.external_id,       contact.display_name,
                                    points(PointKind::kEmail), points(PointKind::kPhone),
                                    contact.account_id.value,  Join(contact.tags),
                                    contact.language,          contact.time_zone};
  for (size_t i = cells.size(); i < columns.size(); ++i) {
    const std::string key = columns[i].substr(kFieldPrefix.size());
    std::string text;
    for (const FieldValue& value : contact.fields) {
      if (value.key == key) text = TextOf(value);
    }
    cells.push_back(std::move(text));
  }
  return cells;
}

muara::Status CheckColumns(const std::vector<std::string>& columns,
                           const std::vector<CustomField>& declared) {
  std::vector<Violation> problems;
  std::set<std::string> seen;
  for (const std::string& column : columns) {
    const bool known =
        std::find(std::begin(kColumns), std::end(kColumns), column) != std::end(kColumns) ||
        Declared(column, declared) != nullptr;
    if (!known) problems.push_back({"csv", "has a column '" + column + "' that is not known"});
    if (!seen.insert(column).second) {
      problems.push_back({"csv", "has the column '" + column + "' twice"});
    }
  }
  if (!seen.contains("email") && !seen.contains("phone") && !seen.contains("external_id")) {
    problems.push_back({"csv", "has no column email, phone or external_id to find contacts by"});
  }
  return problems.empty() ? Ok() : muara::Status(InvalidFields(std::move(problems)));
}

ContactRow RowOf(const CsvRow& row, const std::vector<std::string>& columns,
                 const std::vector<CustomField>& declared, std::vector<RowProblem>& problems) {
  ContactRow out;
  out.line = row.line;
  const size_t before = problems.size();
  const auto add = [&](const std::string& column, const std::string& reason) {
    if (!reason.empty()) problems.push_back({row.line, column, reason});
  };
  add("", row.problem);
  if (!row.problem.empty()) return out;
  if (row.cells.size() != columns.size()) {
    add("", "has " + std::to_string(row.cells.size()) + " cells, and the header " +
                std::to_string(columns.size()));
    return out;
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    if (row.cells[i].empty()) continue;
    add(columns[i], Take(out, columns[i], PlainCell(row.cells[i]), declared));
  }
  for (const Violation& one : ProblemsOf(out.update)) add(one.field, one.description);
  if (problems.size() == before && out.points.empty() && out.external_id.empty()) {
    add("", "has no email, phone or external_id");
  }
  return out;
}

}  // namespace muara::ticket

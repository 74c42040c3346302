#include "services/ticket/domain/settings/custom_field.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "libs/base/slug.h"

namespace muara::ticket {
namespace {

bool IsDate(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const size_t at : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[at] < '0' || text[at] > '9') return false;
  }
  return std::chrono::year_month_day(
             std::chrono::year(std::stoi(text.substr(0, 4))),
             std::chrono::month(static_cast<unsigned>(std::stoi(text.substr(5, 2)))),
             std::chrono::day(static_cast<unsigned>(std::stoi(text.substr(8, 2)))))
      .ok();
}

std::string ProblemOfText(const std::string& text, int64_t max) {
  const int64_t bytes_max = max == 0 ? kFieldTextBytesDefault : max;
  if (text.empty()) return "is empty: leave out the value to remove it";
  if (static_cast<int64_t>(text.size()) <= bytes_max) return "";
  return "is longer than " + std::to_string(bytes_max) + " bytes";
}

std::string ProblemOfNumber(double number, int64_t max) {
  if (!std::isfinite(number)) return "is no number";
  return max != 0 && number > static_cast<double>(max) ? "is over " + std::to_string(max) : "";
}

void CheckOptions(std::vector<Violation>& out, const CustomField& field) {
  const bool choice = field.type == FieldType::kChoice;
  if (choice == field.options.empty()) {
    out.push_back({"options", choice ? "are required for a choice" : "are for a choice alone"});
  }
  if (field.options.size() > kOptionsMax) out.push_back({"options", "are more than 200"});
  std::set<std::string> seen;
  for (const std::string& option : field.options) {
    if (option.empty() || option.size() > kOptionBytesMax) {
      out.push_back({"options", "one is not 1 to 100 bytes"});
    }
    if (!seen.insert(option).second) out.push_back({"options", "one is there twice"});
  }
}

}  // namespace

std::string CustomField::ProblemOf(const FieldValue& value) const {
  if (archived) return "is not set any more";
  if (value.type != type) return "has a value of another type";
  switch (type) {
    case FieldType::kText:
      return ProblemOfText(value.text, max);
    case FieldType::kNumber:
      return ProblemOfNumber(value.number, max);
    case FieldType::kBoolean:
      return "";
    case FieldType::kDate:
      return IsDate(value.text) ? "" : "is no date like 2026-03-01";
    case FieldType::kChoice:
      return std::find(options.begin(), options.end(), value.text) != options.end()
                 ? ""
                 : "is none of its options";
  }
  return "";
}

Status Validate(const CustomField& field) {
  std::vector<Violation> out;
  if (!IsSlug(field.key)) out.push_back({"key", "is not 1 to 64 of a-z 0-9 and '-'"});
  if (field.label.empty() || field.label.size() > kLabelBytesMax) {
    out.push_back({"label", "is not 1 to 100 bytes"});
  }
  const auto type = static_cast<int>(field.type);
  if (type < 1 || type > static_cast<int>(FieldType::kChoice)) {
    out.push_back({"type", "is unknown"});
  }
  CheckOptions(out, field);
  const bool text = field.type == FieldType::kText;
  if (text && (field.max < 0 || field.max > kFieldTextBytesMax)) {
    out.push_back({"max", "is not 0 to 10000"});
  }
  if (!text && field.type != FieldType::kNumber && field.max != 0) {
    out.push_back({"max", "is for texts and numbers"});
  }
  if (!out.empty()) return InvalidFields(std::move(out));
  return Ok();
}

void SetField(std::vector<FieldValue>& fields, const FieldValue& value) {
  for (FieldValue& one : fields) {
    if (one.key != value.key) continue;
    one = value;
    return;
  }
  fields.push_back(value);
}

void RemoveField(std::vector<FieldValue>& fields, const std::string& key) {
  std::erase_if(fields, [&](const FieldValue& one) { return one.key == key; });
}

Status CheckRequired(const std::vector<CustomField>& declared,
                     const std::vector<FieldValue>& fields) {
  std::string missing;
  for (const CustomField& one : declared) {
    const bool there = std::any_of(fields.begin(), fields.end(),
                                   [&](const FieldValue& value) { return value.key == one.key; });
    if (!one.required_on_resolve || one.archived || there) continue;
    missing += (missing.empty() ? "" : ", ") + one.key;
  }
  if (missing.empty()) return Ok();
  Error error = MakeError(Code::kFailedPrecondition, "FIELDS_REQUIRED",
                          "these fields are needed for resolving: " + missing);
  error.metadata.emplace_back("fields", missing);
  return error;
}

}  // namespace muara::ticket

#include "libs/sql/value.h"

#include "libs/base/check.h"

namespace muara::sql {
namespace {

struct ToInt {
  int64_t operator()(Null) const { return 0; }
  int64_t operator()(int64_t value) const { return value; }
  int64_t operator()(double value) const { return static_cast<int64_t>(value); }
  int64_t operator()(bool value) const { return value ? 1 : 0; }
  int64_t operator()(const std::string& value) const {
    return std::strtoll(value.c_str(), nullptr, 10);
  }
  int64_t operator()(const Blob&) const { return 0; }
};

struct ToText {
  std::string operator()(Null) const { return ""; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return std::to_string(value); }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Blob& value) const { return value.bytes; }
};

}  // namespace

Status Params::Check() const {
  for (const Value& value : values_) {
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      return MakeError(Code::kInvalidArgument, "TEXT_WITH_NUL",
                       "text must not hold a NUL character");
    }
  }
  return Ok();
}

bool Row::IsNull(size_t column) const {
  CHECK(column < columns_.size());
  return std::holds_alternative<Null>(columns_[column]);
}

int64_t Row::Int(size_t column) const {
  CHECK(column < columns_.size());
  return std::visit(ToInt{}, columns_[column]);
}

double Row::Real(size_t column) const {
  CHECK(column < columns_.size());
  if (const double* real = std::get_if<double>(&columns_[column])) return *real;
  return static_cast<double>(Int(column));
}

bool Row::Bool(size_t column) const { return Int(column) != 0; }

std::string Row::Text(size_t column) const {
  CHECK(column < columns_.size());
  return std::visit(ToText{}, columns_[column]);
}

std::string Row::Bytes(size_t column) const { return Text(column); }

}  // namespace muara::sql

// What goes into a statement and what comes out of it, the same for both engines.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/result.h"

namespace muara::sql {

struct Blob {
  std::string bytes;
};

using Null = std::monostate;
using Value = std::variant<Null, int64_t, double, bool, std::string, Blob>;

// Parameters $1, $2 ... in order.
class Params {
 public:
  Params() = default;
  template <class... T>
  explicit Params(T&&... values) {
    values_.reserve(sizeof...(values));
    (Add(std::forward<T>(values)), ...);
  }

  template <class T>
  Params& Add(T&& value) {
    using Plain = std::remove_cvref_t<T>;
    if constexpr (std::is_same_v<Plain, Value> || std::is_same_v<Plain, Blob> ||
                  std::is_same_v<Plain, bool> || std::is_same_v<Plain, Null>) {
      values_.emplace_back(std::forward<T>(value));
    } else if constexpr (std::is_enum_v<Plain> || std::is_integral_v<Plain>) {
      values_.emplace_back(static_cast<int64_t>(value));
    } else if constexpr (std::is_floating_point_v<Plain>) {
      values_.emplace_back(static_cast<double>(value));
    } else {
      values_.emplace_back(std::string(std::forward<T>(value)));
    }
    return *this;
  }

  const std::vector<Value>& values() const { return values_; }
  // Neither engine keeps a NUL within text as it is (PostgreSQL would cut there without a word), so
  // such a statement is refused: TEXT_WITH_NUL. Bytes are a Blob.
  Status Check() const;

  // The placeholder of the parameter last added: "$3".
  std::string last() const { return "$" + std::to_string(values_.size()); }

 private:
  std::vector<Value> values_;
};

struct Statement {
  std::string sql;
  Params params;
};

// One row; columns by index. NULL reads as 0, false or empty: ask IsNull where that matters.
class Row {
 public:
  explicit Row(std::vector<Value> columns) : columns_(std::move(columns)) {}

  bool IsNull(size_t column) const;
  int64_t Int(size_t column) const;
  double Real(size_t column) const;
  bool Bool(size_t column) const;
  std::string Text(size_t column) const;
  std::string Bytes(size_t column) const;

 private:
  std::vector<Value> columns_;
};

struct Rows {
  std::vector<Row> rows;
  int64_t affected = 0;  // rows that a change touched

  bool empty() const { return rows.empty(); }
  size_t size() const { return rows.size(); }
  const Row& operator[](size_t index) const { return rows[index]; }
  auto begin() const { return rows.begin(); }
  auto end() const { return rows.end(); }
};

}  // namespace muara::sql

// One JSON line an event, on standard error, with typed fields and the trace it belongs to. Never a
// payload, a message body, an address or a token: fields are ids, counts, reasons and durations.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "libs/base/result.h"

namespace muara::log {

using FieldValue = std::variant<int64_t, double, bool, std::string>;

struct Field {
  template <class T>
  Field(std::string_view field_name, T field_value) : name(field_name) {
    if constexpr (std::is_same_v<T, bool>) {
      value = field_value;
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<int64_t>(field_value);
    } else if constexpr (std::is_floating_point_v<T>) {
      value = static_cast<double>(field_value);
    } else {
      value = std::string(field_value);
    }
  }
  std::string_view name;
  FieldValue value;
};

enum class Level { kDebug, kInfo, kWarn, kError };

// Names the process in every line and sets what is written; called once, in main.
void Init(std::string_view service, Level level);

void Write(Level level, std::string_view message, std::initializer_list<Field> fields);
inline void Debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kDebug, message, fields);
}
inline void Info(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kInfo, message, fields);
}
inline void Warn(std::string_view message, std::initializer_list<Field> fields = {}) {
  Write(Level::kWarn, message, fields);
}
inline void Failed(std::string_view message, const Error& error) {
  Write(Level::kError, message,
        {{"code", CodeName(error.code)}, {"reason", error.reason}, {"detail", error.message}});
}

}  // namespace muara::log

// Numbers as rules write them.
#pragma once

#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

namespace muara::ticket {

// Nothing where it is anything else than one finite number.
inline std::optional<double> NumberIn(const std::string& text) {
  if (text.empty() || text.size() > 40 || text[0] == ' ') return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

// Without needless digits.
inline std::string ShowNumber(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace muara::ticket

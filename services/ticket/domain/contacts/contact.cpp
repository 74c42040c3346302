#include "services/ticket/domain/contacts/contact.h"

#include <algorithm>

namespace muara::ticket {

std::string NormalPoint(PointKind kind, const std::string& value) {
  const size_t from = value.find_first_not_of(" \t\r\n");
  if (from == std::string::npos) return "";
  std::string normal = value.substr(from, value.find_last_not_of(" \t\r\n") - from + 1);
  if (kind == PointKind::kEmail) {
    std::transform(normal.begin(), normal.end(), normal.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  return normal;
}

}  // namespace muara::ticket

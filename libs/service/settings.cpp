#include "libs/service/settings.h"

#include <charconv>
#include <cstdlib>
#include <fstream>

namespace muara::service {
namespace {

constexpr int kPortMax = 65535;

}  // namespace

std::string Settings::Text(const std::string& name, const std::string& fallback) {
  const char* value = std::getenv(name.c_str());
  return value != nullptr && *value != '\0' ? value : fallback;
}

std::string Settings::Required(const std::string& name) {
  std::string value = Text(name, "");
  if (value.empty()) Refuse(name, "is required");
  return value;
}

int64_t Settings::Number(const std::string& name, int64_t fallback, int64_t minimum,
                         int64_t maximum) {
  const std::string text = Text(name, "");
  if (text.empty()) return fallback;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < minimum ||
      value > maximum) {
    Refuse(name, "is not a whole number from " + std::to_string(minimum) + " to " +
                     std::to_string(maximum));
    return fallback;
  }
  return value;
}

HostPort Settings::Address(const std::string& name, const std::string& fallback) {
  HostPort at{.text = Text(name, fallback)};
  const size_t colon = at.text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : at.text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), at.port);
  if (error != std::errc() || end != port.data() + port.size() || colon == 0 || at.port < 0 ||
      at.port > kPortMax) {
    Refuse(name, "is not host:port");
    return {};
  }
  at.host = at.text.substr(0, colon);
  return at;
}

std::vector<std::string> Settings::SecretFileLines(const std::string& name, size_t bytes_min) {
  const std::string path = Required(name);
  if (path.empty()) return {};
  std::ifstream file(path);
  if (!file) {
    Refuse(name, "names a file that cannot be read");
    return {};
  }
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  if (lines.empty()) Refuse(name, "names an empty file");
  for (const std::string& line : lines) {
    if (line.size() >= bytes_min) continue;
    Refuse(name, "holds a secret shorter than " + std::to_string(bytes_min) + " bytes");
  }
  return lines;
}

std::string Settings::SecretFile(const std::string& name) {
  const auto lines = SecretFileLines(name, 1);
  return lines.empty() ? "" : lines.front();
}

std::vector<std::pair<std::string, std::string>> Settings::Pairs(const std::string& name,
                                                                 const std::string& fallback) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const std::string text = Text(name, fallback);
  for (size_t from = 0; from < text.size();) {
    const size_t end = std::min(text.find(',', from), text.size());
    const std::string one = text.substr(from, end - from);
    const size_t equals = one.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == one.size()) {
      Refuse(name, "is not a list of name=value");
      return {};
    }
    pairs.emplace_back(one.substr(0, equals), one.substr(equals + 1));
    from = end + 1;
  }
  return pairs;
}

void Settings::Refuse(const std::string& name, const std::string& problem) {
  problems_.push_back({name, problem});
}

Status Settings::Check() const {
  if (problems_.empty()) return Ok();
  Error error = InvalidFields(problems_);
  error.reason = "BAD_SETTINGS";
  return error;
}

}  // namespace muara::service

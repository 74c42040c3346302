// Settings come from the environment and are read in main. Every missing or malformed one is named
// at once, and the process ends: `Check` after all have been read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::service {

// Where to listen, port 0 being any free one; or where somebody else does.
struct HostPort {
  std::string text;  // host:port
  std::string host;
  int port = 0;
};

class Settings {
 public:
  // Empty where it is not set and has no default.
  std::string Text(const std::string& name, const std::string& fallback);
  std::string Required(const std::string& name);
  int64_t Number(const std::string& name, int64_t fallback, int64_t minimum, int64_t maximum);
  HostPort Address(const std::string& name, const std::string& fallback);
  // The first line of a file that the setting names; required.
  std::string SecretFile(const std::string& name);
  // All lines of it, each at least `bytes_min` long.
  std::vector<std::string> SecretFileLines(const std::string& name, size_t bytes_min);
  // "a=1,b=2" as pairs.
  std::vector<std::pair<std::string, std::string>> Pairs(const std::string& name,
                                                         const std::string& fallback);

  void Refuse(const std::string& name, const std::string& problem);
  // Names everything that was wrong so far.
  Status Check() const;

 private:
  std::vector<Violation> problems_;
};

}  // namespace muara::service

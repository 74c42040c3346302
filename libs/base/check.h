// CHECK is for what cannot be: a bug ends the process at once, with its place. Never for input.
#pragma once

namespace muara {
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);
}  // namespace muara

#define CHECK(condition)                                                    \
  do {                                                                      \
    if (!(condition)) ::muara::CheckFailed(#condition, __FILE__, __LINE__); \
  } while (false)

#include "libs/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace muara {

void CheckFailed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "{\"level\":\"fatal\",\"message\":\"check failed: %s\",\"at\":\"%s:%d\"}\n",
               condition, file, line);
  std::abort();
}

}  // namespace muara

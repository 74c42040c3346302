// What was changed meanwhile is not changed unseen.
#pragma once

#include <string>

#include "libs/base/result.h"

namespace muara::routing {

// ABORTED with STALE_VERSION and the version that it has; 0 expects any.
inline Status CheckVersion(int version, int expected) {
  if (expected == 0 || expected == version) return Ok();
  Error error = MakeError(Code::kAborted, "STALE_VERSION", "it has changed: read it again");
  error.metadata.emplace_back("version", std::to_string(version));
  return error;
}

}  // namespace muara::routing

// Which refusals of a neighbour are worth another try.
#pragma once

#include "libs/base/result.h"

namespace muara::routing {

inline bool IsPassing(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded ||
         error.code == Code::kResourceExhausted || error.code == Code::kAborted ||
         error.code == Code::kInternal || error.code == Code::kUnauthenticated;
}

}  // namespace muara::routing

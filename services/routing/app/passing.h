// Which refusals of a neighbour are worth another try, and how commands are told that are kept
// until they were.
#pragma once

#include <optional>
#include <vector>

#include "libs/base/result.h"

namespace muara::routing {

inline bool IsPassing(const Error& error) {
  return error.code == Code::kUnavailable || error.code == Code::kDeadlineExceeded ||
         error.code == Code::kResourceExhausted || error.code == Code::kAborted ||
         error.code == Code::kInternal || error.code == Code::kUnauthenticated;
}

// Tells each in order, and settles what was told or refused for good: `settle(command, told)`.
// Those to be tried again stay; the error of one is answered when all were tried, at once where the
// neighbour is away, since away for one is away for all.
template <class Command, class Tell, class Settle>
Status TellEach(const std::vector<Command>& commands, const Tell& tell, const Settle& settle) {
  std::optional<Error> waits;
  for (const Command& command : commands) {
    const Status told = tell(command);
    if (told.ok() || !IsPassing(told.error())) {
      RETURN_IF_ERROR(settle(command, told));
      continue;
    }
    if (told.error().code == Code::kUnavailable) return told.error();
    waits = told.error();
  }
  return waits ? Status(*waits) : Ok();
}

}  // namespace muara::routing

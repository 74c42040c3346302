#include "libs/base/result.h"

namespace muara {

Error MakeError(Code code, std::string reason, std::string message) {
  return {.code = code, .reason = std::move(reason), .message = std::move(message)};
}

Error InvalidFields(std::vector<Violation> violations) {
  Error error = MakeError(Code::kInvalidArgument, "INVALID_FIELDS", "");
  for (const Violation& violation : violations) {
    if (!error.message.empty()) error.message += "; ";
    error.message += violation.field + ": " + violation.description;
  }
  error.violations = std::move(violations);
  return error;
}

const char* CodeName(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case Code::kUnauthenticated:
      return "UNAUTHENTICATED";
    case Code::kPermissionDenied:
      return "PERMISSION_DENIED";
    case Code::kNotFound:
      return "NOT_FOUND";
    case Code::kAlreadyExists:
      return "ALREADY_EXISTS";
    case Code::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case Code::kAborted:
      return "ABORTED";
    case Code::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case Code::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case Code::kUnavailable:
      return "UNAVAILABLE";
    case Code::kUnimplemented:
      return "UNIMPLEMENTED";
    case Code::kInternal:
      return "INTERNAL";
  }
  return "INTERNAL";
}

}  // namespace muara

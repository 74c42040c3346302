// Errors are values: every function that can fail for a reason outside the program returns a
// Result<T>. Nothing throws across a function of ours.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "libs/base/check.h"

namespace muara {

// The same meanings as the gRPC codes of the same names; kUnavailable is the only one that a caller
// retries by itself.
enum class Code {
  kInvalidArgument,     // malformed, whatever the state
  kUnauthenticated,     // who are you?
  kPermissionDenied,    // not you
  kNotFound,            // not there, or not yours to see
  kAlreadyExists,       // an idempotency or uniqueness conflict
  kFailedPrecondition,  // wrong state: trying again will not help until something changes
  kAborted,             // lost race: read again, then decide
  kResourceExhausted,   // a limit was reached
  kDeadlineExceeded,    // no answer in time: unknown whether it was done
  kUnavailable,         // a neighbour is away: the same call may be repeated
  kUnimplemented,       // this build or peer does not have it
  kInternal,            // our bug
};

// One thing wrong with one field of a request.
struct Violation {
  std::string field;
  std::string description;
};

struct Error {
  Code code = Code::kInternal;
  std::string reason;   // stable, UPPER_SNAKE: programs decide by it
  std::string message;  // for people: says what is wrong and what to do
  std::vector<std::pair<std::string, std::string>> metadata;  // details by name
  std::vector<Violation> violations;                          // all at once, for kInvalidArgument
  int64_t retry_after_ms = 0;                                 // 0: no advice
};

Error MakeError(Code code, std::string reason, std::string message);
// kInvalidArgument with reason INVALID_FIELDS that names every field.
Error InvalidFields(std::vector<Violation> violations);
const char* CodeName(Code code);

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  // By value, so that `for (x : *Function())` keeps what it walks over.
  T operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& value() {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  const Error& error() const {
    CHECK(!ok());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT: implicit

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const {
    CHECK(!ok_);
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;
inline Status Ok() { return {}; }

}  // namespace muara

#define MUARA_CONCAT_(a, b) a##b
#define MUARA_CONCAT(a, b) MUARA_CONCAT_(a, b)

// ASSIGN_OR_RETURN(const Ticket ticket, Load(id)); returns the error to the caller if there is one.
#define ASSIGN_OR_RETURN(lhs, expression) \
  ASSIGN_OR_RETURN_(MUARA_CONCAT(result_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_(result, lhs, expression) \
  auto result = (expression);                      \
  if (!result.ok()) return result.error();         \
  lhs = std::move(*result)

#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (auto status_ = (expression); !status_.ok()) return status_.error(); \
  } while (false)

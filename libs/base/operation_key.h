// What makes a change idempotent: the caller's request_id, and a fingerprint of what it asked, so
// that the same id with another request is refused instead of answered wrongly.
#pragma once

#include <string>

namespace muara {

struct OperationKey {
  std::string key;          // scope and request_id, at most 200 bytes
  std::string fingerprint;  // hex SHA-256 of the request without its request_id
};

}  // namespace muara

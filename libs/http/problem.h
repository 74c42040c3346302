// Errors as application/problem+json (RFC 9457): type, title, status, detail, and our reason,
// violations and trace_id. Internal errors keep their detail to themselves.
#pragma once

#include <string>

#include "libs/base/result.h"
#include "libs/http/message.h"

namespace muara::http {

int HttpStatus(Code code);
Response ProblemResponse(const Error& error);
// For what has no Code of its own: 405, 413, 415, 426, 431.
Response ProblemResponse(int status, std::string reason, std::string detail);

}  // namespace muara::http

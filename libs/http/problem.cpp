#include "libs/http/problem.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "libs/base/utf8.h"
#include "libs/log/trace.h"

namespace muara::http {
namespace {

namespace json = boost::json;

const char* Title(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
  }
  return status < 500 ? "Bad Request" : "Internal Server Error";
}

// JSON takes UTF-8 only, and an error may quote what somebody sent.
std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = Utf8Bytes(text);
    out += size == 0 ? "?" : text.substr(0, size);
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  return out;
}

json::array Violations(const Error& error) {
  json::array list;
  for (const Violation& violation : error.violations) {
    list.push_back(json::object{{"field", Printable(violation.field)},
                                {"description", Printable(violation.description)}});
  }
  return list;
}

Response Make(int status, const Error& error) {
  json::object body{{"type", "about:blank"},
                    {"title", Title(status)},
                    {"status", status},
                    {"detail", Printable(error.message)},
                    {"reason", error.reason}};
  if (!error.violations.empty()) body["violations"] = Violations(error);
  if (!error.metadata.empty()) {
    json::object metadata;
    for (const auto& [name, value] : error.metadata) metadata[Printable(name)] = Printable(value);
    body["metadata"] = std::move(metadata);
  }
  if (const auto& trace = trace::Current(); !trace.trace_id.empty()) {
    body["trace_id"] = trace.trace_id;
  }
  Response response{.status = status, .headers = {}, .body = json::serialize(body)};
  response.headers.Set("Content-Type", "application/problem+json");
  response.headers.Set("Cache-Control", "no-store");
  if (error.retry_after_ms > 0) {
    response.headers.Set("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  }
  return response;
}

}  // namespace

int HttpStatus(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
      return 409;
    case Code::kFailedPrecondition:  // in conflict with the state it is in
      return 409;
    case Code::kAborted:
      return 409;
    case Code::kResourceExhausted:
      return 429;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kUnavailable:
      return 503;
    case Code::kUnimplemented:
      return 501;
    case Code::kInternal:
      return 500;
  }
  return 500;
}

Response ProblemResponse(const Error& error) {
  const int status = HttpStatus(error.code);
  if (error.code == Code::kInternal) {
    return Make(status, MakeError(error.code, "INTERNAL", "something went wrong on our side"));
  }
  Response response = Make(status, error);
  if (status == 401) response.headers.Set("WWW-Authenticate", "Bearer");
  return response;
}

Response ProblemResponse(int status, std::string reason, std::string detail) {
  return Make(status, MakeError(Code::kInternal, std::move(reason), std::move(detail)));
}

}  // namespace muara::http

#include "services/gateway/http/api.h"

#include <chrono>

#include "libs/http/problem.h"
#include "libs/log/log.h"
#include "services/gateway/http/openapi.h"
#include "services/gateway/http/transcoder.h"

namespace muara::gateway {
namespace {

constexpr std::string_view kOpenApiPath = "/v1/openapi.json";

http::Response NotFound(const std::string& allow) {
  if (allow.empty()) {
    return http::ProblemResponse(
        MakeError(Code::kNotFound, "NO_SUCH_PATH", "the API has no such path"));
  }
  http::Response response =
      http::ProblemResponse(405, "METHOD_NOT_ALLOWED", "this path takes " + allow);
  response.headers.Set("Allow", allow);
  return response;
}

}  // namespace

rpc::Principal PrincipalOf(const Caller& caller) {
  rpc::Principal principal{caller.subject, {}};
  for (const std::string& name : caller.roles) {
    if (const auto role = rpc::RoleFromName(name)) principal.roles.push_back(*role);
  }
  return principal.roles.empty() ? Anyone() : principal;
}

Result<Caller> Authenticate(const Logins& logins, const http::Request& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view header = request.headers.Get("Authorization");
  if (header.size() <= kBearer.size() ||
      !http::EqualWithoutCase(header.substr(0, kBearer.size()), kBearer)) {
    return MakeError(Code::kUnauthenticated, "NO_TOKEN",
                     "send the header Authorization: Bearer <token>");
  }
  return logins.CallerOfToken(std::string(header.substr(kBearer.size())));
}

Api::Api(RouteTable routes, const LocalMethods& local, const Backends& backends,
         const Logins& logins, metrics::Registry& metrics)
    : routes_(std::move(routes)),
      local_(local),
      backends_(backends),
      logins_(logins),
      metrics_(metrics),
      openapi_(OpenApiDocument(routes_)) {}

http::Response Api::Handle(const http::Request& request) {
  if (request.path == kOpenApiPath) {
    if (request.method != "GET" && request.method != "HEAD") return NotFound("GET, HEAD");
    return http::JsonResponse(200, openapi_);
  }
  const RouteTable::Found found = routes_.Find(request.method, request.path);
  if (found.binding == nullptr) return NotFound(found.allow);
  const auto begin = std::chrono::steady_clock::now();
  auto answer = Run(*found.binding, found.captures, request);
  http::Response response =
      answer.ok() ? std::move(*answer) : http::ProblemResponse(answer.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const std::string& name = found.binding->name;
  metrics_.Count("muara_http_requests_total",
                 {{"method", name}, {"status", std::to_string(response.status)}});
  metrics_.ObserveSeconds("muara_http_request_seconds", {{"method", name}}, took.count());
  if (!answer.ok() && response.status >= 500) {
    log::Warn("request failed",
              {{"method", name}, {"status", response.status}, {"reason", answer.error().reason}});
  }
  return response;
}

Result<http::Response> Api::Run(const Binding& binding, const Captures& captures,
                                const http::Request& request) {
  ASSIGN_OR_RETURN(const Caller caller, CallerFor(binding.name, request));
  if (!SaysWhatItSends(binding, request)) {
    return http::ProblemResponse(415, "NOT_JSON", "send the body as application/json");
  }
  ASSIGN_OR_RETURN(const MessagePointer message, ToMessage(binding, captures, request));
  const MessagePointer response = NewResponse(binding);
  if (const LocalMethods::Handler* handler = local_.Find(binding.name)) {
    RETURN_IF_ERROR((*handler)({caller, request.remote_ip}, *message, *response));
  } else {
    RETURN_IF_ERROR(backends_.Call(binding.name, *message, response.get(), PrincipalOf(caller)));
  }
  return ToResponse(binding, *response);
}

// Public methods are called by nobody in particular, whatever token came with them.
Result<Caller> Api::CallerFor(const std::string& method, const http::Request& request) const {
  if (rpc::IsPublic(method)) return Caller{};
  ASSIGN_OR_RETURN(Caller caller, Authenticate(logins_, request));
  if (rpc::IsAllowed(method, PrincipalOf(caller).roles)) return caller;
  return MakeError(Code::kPermissionDenied, "NOT_ALLOWED", "your role may not do this");
}

}  // namespace muara::gateway

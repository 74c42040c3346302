// The REST API: finds the method of a request, asks who calls and whether they may, transcodes,
// calls the service behind it, answers. The services check the caller again. Thread safe.
#pragma once

#include <string>

#include "libs/http/message.h"
#include "libs/metrics/metrics.h"
#include "services/gateway/app/logins.h"
#include "services/gateway/clients/backends.h"
#include "services/gateway/http/bindings.h"
#include "services/gateway/rpc/local_methods.h"

namespace muara::gateway {

// Whom the bearer token of a request stands for; UNAUTHENTICATED where there is none.
Result<Caller> Authenticate(const Logins& logins, const http::Request& request);
// As the services behind are told of it.
rpc::Principal PrincipalOf(const Caller& caller);

class Api {
 public:
  Api(RouteTable routes, const LocalMethods& local, const Backends& backends, const Logins& logins,
      metrics::Registry& metrics);

  http::Response Handle(const http::Request& request);

 private:
  Result<http::Response> Run(const Binding& binding, const Captures& captures,
                             const http::Request& request);
  Result<Caller> CallerFor(const std::string& method, const http::Request& request) const;

  const RouteTable routes_;
  const LocalMethods& local_;
  const Backends& backends_;
  const Logins& logins_;
  metrics::Registry& metrics_;
  const std::string openapi_;
};

}  // namespace muara::gateway

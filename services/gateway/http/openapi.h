// The OpenAPI 3.1 description of the whole API, generated from the same descriptors that serve it.
#pragma once

#include <string>

#include "services/gateway/http/bindings.h"

namespace muara::gateway {

std::string OpenApiDocument(const RouteTable& routes);

}  // namespace muara::gateway

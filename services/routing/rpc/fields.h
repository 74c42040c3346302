// Updates name the fields that they set; here each name has what it does.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "libs/base/result.h"

namespace muara::routing {

template <class Resource, class Request>
using FieldsOf = std::map<std::string, void (*)(Resource&, const Request&)>;

// Sets what `update_fields` of the request names; INVALID_ARGUMENT, told as `where`, where a field
// is named that there is not. The request must outlive it.
template <class Resource, class Request>
Result<std::function<void(Resource&)>> SetterOf(const FieldsOf<Resource, Request>& fields,
                                                const Request& request, const std::string& where) {
  std::vector<void (*)(Resource&, const Request&)> named;
  for (const std::string& field : request.update_fields()) {
    const auto known = fields.find(field);
    if (known == fields.end()) {
      return InvalidFields({{where, "'" + field + "' is not a field that can be set"}});
    }
    named.push_back(known->second);
  }
  return std::function<void(Resource&)>([named, &request](Resource& resource) {
    for (const auto& set : named) set(resource, request);
  });
}

// The same, where something must be named, of a version.
template <class Resource, class Request>
Result<std::function<void(Resource&)>> ChangeOf(const FieldsOf<Resource, Request>& fields,
                                                const Request& request) {
  if (request.expected_version() < 0) {
    return InvalidFields({{"expected_version", "is negative"}});
  }
  if (request.update_fields().empty()) return InvalidFields({{"update_fields", "is required"}});
  return SetterOf(fields, request, "update_fields");
}

}  // namespace muara::routing

// Messages to and from JSON as the protos map it: lowerCamel out, both spellings in. What is wrong
// with somebody's JSON comes back as INVALID_FIELDS with the field named.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "libs/base/result.h"

namespace muara::gateway {

// Unknown fields, wrong types, bad syntax and depth over 32 are refused. `field` prefixes the names
// of violations: the field of the request that this JSON is.
Status FromJson(std::string_view text, std::string_view field, google::protobuf::Message& message);
// Every field without presence is written, also where it has its default.
Result<std::string> ToJson(const google::protobuf::Message& message);

}  // namespace muara::gateway

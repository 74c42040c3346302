// Sets one field of a message by its path and text, as queries and paths give them: "status",
// "filter.queueId". Repeated fields gain a value each time.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "libs/base/result.h"

namespace muara::gateway {

// INVALID_FIELDS naming the field where it is unknown, of a kind that text cannot say, or where the
// text does not fit it.
Status SetField(google::protobuf::Message& message, std::string_view path, const std::string& text);

// By either spelling: page_size or pageSize.
const google::protobuf::FieldDescriptor* FindField(const google::protobuf::Descriptor& type,
                                                   const std::string& name);

}  // namespace muara::gateway

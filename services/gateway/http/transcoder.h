// Turns an HTTP request into the message its method takes, and a message into an HTTP answer.
#pragma once

#include <google/protobuf/message.h>

#include <memory>

#include "libs/base/result.h"
#include "libs/http/message.h"
#include "services/gateway/http/bindings.h"

namespace muara::gateway {

using MessagePointer = std::unique_ptr<google::protobuf::Message>;

// Body, then query, then path; the path has the last word. `Idempotency-Key` fills an empty
// request_id and `If-Match` an unset expected_version; a change without any request_id gets one, so
// that it cannot be done twice by our own retries.
Result<MessagePointer> ToMessage(const Binding& binding, const Captures& captures,
                                 const http::Request& request);
MessagePointer NewResponse(const Binding& binding);
// 200 with the message as JSON; its `version`, if it has one, as ETag. Where the binding answers a
// file: its bytes, its `content_type` and its `file_name`, as a download.
Result<http::Response> ToResponse(const Binding& binding, google::protobuf::Message& message);

// Does the request say that its body is what the binding takes, JSON or a file? Without a body it
// need not.
bool SaysWhatItSends(const Binding& binding, const http::Request& request);

}  // namespace muara::gateway

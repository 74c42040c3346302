#include "services/gateway/http/transcoder.h"

#include <charconv>

#include "libs/base/id.h"
#include "libs/base/utf8.h"
#include "services/gateway/http/fields.h"
#include "services/gateway/http/json.h"

namespace muara::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;

constexpr size_t kRequestIdBytesMax = 128;

MessagePointer New(const Descriptor* type) {
  return MessagePointer(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

const FieldDescriptor* FieldOf(const Message& message, const char* name,
                               FieldDescriptor::CppType type) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() || field->cpp_type() != type) return nullptr;
  return field;
}

Status FillBody(const Binding& binding, const http::Request& request, Message& message) {
  if (binding.body.empty()) {
    if (request.body.empty()) return Ok();
    return MakeError(Code::kInvalidArgument, "UNEXPECTED_BODY", "this path takes no body");
  }
  if (request.body.empty()) return Ok();
  if (binding.body == "*") return FromJson(request.body, "", message);
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(binding.body);
  return FromJson(request.body, binding.body,
                  *message.GetReflection()->MutableMessage(&message, field));
}

Status FillQuery(const Binding& binding, const http::Request& request, Message& message) {
  std::vector<Violation> wrong;
  for (const auto& [name, value] : request.query) {
    const std::string_view first = std::string_view(name).substr(0, name.find('.'));
    const bool in_body = binding.body == "*" || (!binding.body.empty() && first == binding.body);
    const Status set = in_body ? Status(InvalidFields({{name, "belongs into the body"}}))
                               : SetField(message, name, value);
    if (!set.ok()) wrong.push_back(set.error().violations.front());
  }
  return wrong.empty() ? Ok() : Status(InvalidFields(std::move(wrong)));
}

Status FillPath(const Captures& captures, Message& message) {
  for (const auto& [field, value] : captures) RETURN_IF_ERROR(SetField(message, field, value));
  return Ok();
}

Status FillRequestId(const Binding& binding, const http::Request& request, Message& message) {
  const FieldDescriptor* field = FieldOf(message, "request_id", FieldDescriptor::CPPTYPE_STRING);
  if (field == nullptr || binding.verb == "GET") return Ok();
  if (!message.GetReflection()->GetString(message, field).empty()) return Ok();
  const std::string_view key = request.headers.Get("Idempotency-Key");
  if (key.size() > kRequestIdBytesMax || !IsUtf8(key)) {
    return InvalidFields({{"Idempotency-Key", "must be text of at most 128 bytes"}});
  }
  message.GetReflection()->SetString(&message, field, key.empty() ? NewUuid() : std::string(key));
  return Ok();
}

Status FillExpectedVersion(const http::Request& request, Message& message) {
  const FieldDescriptor* field =
      FieldOf(message, "expected_version", FieldDescriptor::CPPTYPE_INT32);
  std::string_view match = request.headers.Get("If-Match");
  if (field == nullptr || match.empty() || match == "*") return Ok();
  if (message.GetReflection()->GetInt32(message, field) != 0) return Ok();
  if (match.starts_with("W/")) match.remove_prefix(2);
  if (match.size() >= 2 && match.front() == '"' && match.back() == '"') {
    match = match.substr(1, match.size() - 2);
  }
  int version = 0;
  const auto [stop, error] = std::from_chars(match.data(), match.data() + match.size(), version);
  if (error != std::errc() || stop != match.data() + match.size() || version < 1) {
    return InvalidFields({{"If-Match", "must be the version of the resource, as in its ETag"}});
  }
  message.GetReflection()->SetInt32(&message, field, version);
  return Ok();
}

}  // namespace

Result<MessagePointer> ToMessage(const Binding& binding, const Captures& captures,
                                 const http::Request& request) {
  MessagePointer message = New(binding.method->input_type());
  RETURN_IF_ERROR(FillBody(binding, request, *message));
  RETURN_IF_ERROR(FillQuery(binding, request, *message));
  RETURN_IF_ERROR(FillPath(captures, *message));
  RETURN_IF_ERROR(FillRequestId(binding, request, *message));
  RETURN_IF_ERROR(FillExpectedVersion(request, *message));
  return message;
}

MessagePointer NewResponse(const Binding& binding) { return New(binding.method->output_type()); }

Result<http::Response> ToResponse(const Message& message) {
  ASSIGN_OR_RETURN(std::string json, ToJson(message));
  http::Response response = http::JsonResponse(200, std::move(json));
  const FieldDescriptor* version = FieldOf(message, "version", FieldDescriptor::CPPTYPE_INT32);
  if (version != nullptr) {
    const int value = message.GetReflection()->GetInt32(message, version);
    response.headers.Set("ETag", "\"" + std::to_string(value) + "\"");
  }
  return response;
}

bool IsJsonOrEmpty(const http::Request& request) {
  if (request.body.empty()) return true;
  const std::string_view type = request.headers.Get("Content-Type");
  std::string_view essence = type.substr(0, type.find(';'));
  while (!essence.empty() && essence.back() == ' ') essence.remove_suffix(1);
  return http::EqualWithoutCase(essence, "application/json");
}

}  // namespace muara::gateway

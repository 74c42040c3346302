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

// "text/plain" of "text/plain; charset=utf-8".
std::string_view EssenceOf(std::string_view type) {
  std::string_view essence = type.substr(0, type.find(';'));
  while (!essence.empty() && essence.back() == ' ') essence.remove_suffix(1);
  return essence;
}

// A file is said in three fields: its bytes, its type and its name.
void FillFile(const Binding& binding, const http::Request& request, Message& message) {
  const FieldDescriptor* type = FieldOf(message, "content_type", FieldDescriptor::CPPTYPE_STRING);
  const std::string_view said = EssenceOf(request.headers.Get("Content-Type"));
  if (type != nullptr && IsUtf8(said)) {
    message.GetReflection()->SetString(&message, type, std::string(said));
  }
  const FieldDescriptor* bytes = message.GetDescriptor()->FindFieldByName(binding.body);
  message.GetReflection()->SetString(&message, bytes, request.body);
}

std::string TextOf(const Message& message, const char* name) {
  const FieldDescriptor* field = FieldOf(message, name, FieldDescriptor::CPPTYPE_STRING);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

// RFC 6266: the name in ASCII for the old, and as it is (RFC 8187) for the others.
std::string AsDownload(const std::string& file_name) {
  std::string plain;
  std::string encoded;
  for (const char c : file_name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_safe = std::isalnum(byte) != 0 || c == '.' || c == '-' || c == '_';
    plain += is_safe || c == ' ' ? c : '_';
    constexpr char kHex[] = "0123456789ABCDEF";
    encoded += is_safe ? std::string(1, c) : std::string{'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

// Whatever a stranger sent is never shown in our own origin, and runs nothing where it is.
http::Response FileResponse(const Binding& binding, Message& message) {
  http::Response response;
  const std::string type = TextOf(message, "content_type");
  response.headers.Set("Content-Type", type.empty() ? "application/octet-stream" : type);
  response.headers.Set("Content-Disposition", AsDownload(TextOf(message, "file_name")));
  response.headers.Set("Content-Security-Policy", "default-src 'none'; sandbox");
  const FieldDescriptor* bytes = message.GetDescriptor()->FindFieldByName(binding.response);
  response.body = message.GetReflection()->GetString(message, bytes);
  return response;
}

Status FillBody(const Binding& binding, const http::Request& request, Message& message) {
  if (binding.body.empty()) {
    if (request.body.empty()) return Ok();
    return MakeError(Code::kInvalidArgument, "UNEXPECTED_BODY", "this path takes no body");
  }
  if (request.body.empty()) return Ok();
  if (binding.body == "*") return FromJson(request.body, "", message);
  if (binding.TakesFile()) {
    FillFile(binding, request, message);
    return Ok();
  }
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

Result<http::Response> ToResponse(const Binding& binding, Message& message) {
  if (!binding.response.empty()) return FileResponse(binding, message);
  ASSIGN_OR_RETURN(std::string json, ToJson(message));
  http::Response response = http::JsonResponse(200, std::move(json));
  const FieldDescriptor* version = FieldOf(message, "version", FieldDescriptor::CPPTYPE_INT32);
  if (version != nullptr) {
    const int value = message.GetReflection()->GetInt32(message, version);
    response.headers.Set("ETag", "\"" + std::to_string(value) + "\"");
  }
  return response;
}

bool SaysWhatItSends(const Binding& binding, const http::Request& request) {
  if (request.body.empty() || binding.TakesFile()) return true;
  return http::EqualWithoutCase(EssenceOf(request.headers.Get("Content-Type")), "application/json");
}

}  // namespace muara::gateway

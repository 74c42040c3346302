#include "services/gateway/http/fields.h"

#include <charconv>
#include <optional>

#include "libs/base/utf8.h"
#include "services/gateway/http/json.h"

namespace muara::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kRepeatedMax = 200;

Status Wrong(std::string_view path, const std::string& why) {
  return InvalidFields({{std::string(path), why}});
}

template <class T>
std::optional<T> Number(const std::string& text) {
  T value{};
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<bool> Truth(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<int> EnumNumber(const FieldDescriptor& field, const std::string& text) {
  const auto* by_name = field.enum_type()->FindValueByName(text);
  if (by_name != nullptr) return by_name->number();
  const auto number = Number<int>(text);
  if (!number || field.enum_type()->FindValueByNumber(*number) == nullptr) return std::nullopt;
  return number;
}

// Calls the reflection's Set or Add of the field's type with the value, if there is one.
#define MUARA_PUT(Type, value)                         \
  do {                                                 \
    const auto parsed = (value);                       \
    if (!parsed) return false;                         \
    if (field.is_repeated()) {                         \
      reflection.Add##Type(&message, &field, *parsed); \
    } else {                                           \
      reflection.Set##Type(&message, &field, *parsed); \
    }                                                  \
    return true;                                       \
  } while (false)

bool PutScalar(Message& message, const FieldDescriptor& field, const std::string& text) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      MUARA_PUT(Int32, Number<int32_t>(text));
    case FieldDescriptor::CPPTYPE_INT64:
      MUARA_PUT(Int64, Number<int64_t>(text));
    case FieldDescriptor::CPPTYPE_UINT32:
      MUARA_PUT(UInt32, Number<uint32_t>(text));
    case FieldDescriptor::CPPTYPE_UINT64:
      MUARA_PUT(UInt64, Number<uint64_t>(text));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      MUARA_PUT(Double, Number<double>(text));
    case FieldDescriptor::CPPTYPE_FLOAT:
      MUARA_PUT(Float, Number<float>(text));
    case FieldDescriptor::CPPTYPE_BOOL:
      MUARA_PUT(Bool, Truth(text));
    case FieldDescriptor::CPPTYPE_ENUM:
      MUARA_PUT(EnumValue, EnumNumber(field, text));
    case FieldDescriptor::CPPTYPE_STRING:
      MUARA_PUT(String, std::make_optional(text));
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return false;
  }
  return false;
}
#undef MUARA_PUT

// Messages that JSON writes as one text: timestamps, durations, masks.
bool IsOneText(const Descriptor& type) {
  const std::string& name = type.full_name();
  return name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
         name == "google.protobuf.FieldMask";
}

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

const char* KindOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return "must be a whole number in range";
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "must be a number";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "must be true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return "is not one of its values";
    case FieldDescriptor::CPPTYPE_STRING:
      return "must be text";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "cannot be given here";
  }
  return "cannot be given here";
}

Status SetLast(Message& message, const FieldDescriptor& field, std::string_view path,
               const std::string& text) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated() && reflection.FieldSize(message, &field) >= kRepeatedMax) {
    return Wrong(path, "is given too often");
  }
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
    return PutScalar(message, field, text) ? Ok() : Wrong(path, KindOf(field));
  }
  if (field.is_repeated() || !IsOneText(*field.message_type())) return Wrong(path, KindOf(field));
  return FromJson(Quoted(text), path, *reflection.MutableMessage(&message, &field));
}

}  // namespace

const FieldDescriptor* FindField(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* field = type.FindFieldByName(name);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(name);
}

Status SetField(Message& message, std::string_view path, const std::string& text) {
  if (!IsUtf8(text) || !IsUtf8(path)) return Wrong(IsUtf8(path) ? path : "", "is not UTF-8");
  Message* inside = &message;
  std::string_view rest = path;
  while (true) {
    const size_t dot = rest.find('.');
    const FieldDescriptor* field =
        FindField(*inside->GetDescriptor(), std::string(rest.substr(0, dot)));
    if (field == nullptr) return Wrong(path, "is not a parameter here");
    if (dot == rest.npos) return SetLast(*inside, *field, path, text);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) {
      return Wrong(path, "is not a parameter here");
    }
    inside = inside->GetReflection()->MutableMessage(inside, field);
    rest = rest.substr(dot + 1);
  }
}

}  // namespace muara::gateway

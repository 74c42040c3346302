#include "services/gateway/http/schemas.h"

namespace muara::gateway {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

json::value EnumSchema(const EnumDescriptor& type) {
  json::array values;
  for (int i = 0; i < type.value_count(); ++i)
    values.push_back(json::string(type.value(i)->name()));
  return json::object{{"type", "string"}, {"enum", std::move(values)}};
}

}  // namespace

bool IsWrittenAsText(const Descriptor& message) {
  const std::string& name = message.full_name();
  return name == "google.protobuf.Timestamp" || name == "google.protobuf.Duration" ||
         name == "google.protobuf.FieldMask";
}

json::value Schemas::OfMessage(const Descriptor& message) {
  if (message.full_name() == "google.protobuf.Timestamp") {
    return json::object{{"type", "string"}, {"format", "date-time"}};
  }
  if (IsWrittenAsText(message)) return json::object{{"type", "string"}};
  const std::string& name = message.full_name();
  if (!schemas_.contains(name)) {
    schemas_[name] = json::object();  // a message may hold itself
    json::object properties;
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      json::object property = OfField(field).as_object();
      if (const std::string text = comments_.Of(field); !text.empty()) {
        property["description"] = text;
      }
      properties[field.json_name()] = std::move(property);
    }
    schemas_[name] = json::object{{"type", "object"}, {"properties", std::move(properties)}};
  }
  return json::object{{"$ref", "#/components/schemas/" + name}};
}

json::value Schemas::OfField(const FieldDescriptor& field) {
  if (field.is_map()) {
    return json::object{{"type", "object"},
                        {"additionalProperties", OfSingle(*field.message_type()->map_value())}};
  }
  if (!field.is_repeated()) return OfSingle(field);
  return json::object{{"type", "array"}, {"items", OfSingle(field)}};
}

json::value Schemas::OfSingle(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
      return json::object{{"type", "integer"}, {"format", "int32"}};
    // As text: JavaScript's numbers end at 2^53.
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      return json::object{{"type", "string"}, {"format", "int64"}};
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return json::object{{"type", "number"}};
    case FieldDescriptor::CPPTYPE_BOOL:
      return json::object{{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumSchema(*field.enum_type());
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() != FieldDescriptor::TYPE_BYTES) return json::object{{"type", "string"}};
      return json::object{{"type", "string"}, {"contentEncoding", "base64"}};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return OfMessage(*field.message_type());
  }
  return json::object();
}

}  // namespace muara::gateway

#include "services/gateway/http/openapi.h"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "libs/rpc/access.h"
#include "services/gateway/http/comments.h"
#include "services/gateway/http/schemas.h"

namespace muara::gateway {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

json::object Header(const char* name, const char* description) {
  return {{"name", name},
          {"in", "header"},
          {"required", false},
          {"description", description},
          {"schema", {{"type", "string"}}}};
}

// What the protos say, and what JSON says of them.
struct Words {
  Comments comments;
  Schemas schemas{comments};
};

template <class Descriptor>
void Describe(const Descriptor& descriptor, const Words& words, json::object& object) {
  if (const std::string text = words.comments.Of(descriptor); !text.empty()) {
    object["description"] = text;
  }
}

json::object Parameter(const std::string& name, const char* place, const FieldDescriptor& field,
                       Words& words) {
  json::object parameter{{"name", name},
                         {"in", place},
                         {"required", std::string_view(place) == "path"},
                         {"schema", words.schemas.OfField(field)}};
  Describe(field, words, parameter);
  return parameter;
}

bool IsQueryField(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
  return !field.is_repeated() && IsWrittenAsText(*field.message_type());
}

json::array Parameters(const Binding& binding, Words& words) {
  json::array list;
  const Descriptor& input = *binding.method->input_type();
  const std::vector<std::string> in_path = binding.path.Variables();
  for (const std::string& name : in_path) {
    const FieldDescriptor* field = input.FindFieldByName(name);
    if (field != nullptr) list.push_back(Parameter(name, "path", *field, words));
  }
  for (int i = 0; i < input.field_count() && binding.body != "*"; ++i) {
    const FieldDescriptor& field = *input.field(i);
    const bool elsewhere = field.name() == binding.body ||
                           std::find(in_path.begin(), in_path.end(), field.name()) != in_path.end();
    if (elsewhere || !IsQueryField(field)) continue;
    list.push_back(Parameter(field.json_name(), "query", field, words));
  }
  if (binding.verb != "GET" && input.FindFieldByName("request_id") != nullptr) {
    list.push_back(Header("Idempotency-Key", "fills requestId where the body has none"));
  }
  if (input.FindFieldByName("expected_version") != nullptr) {
    list.push_back(Header("If-Match", "fills expectedVersion: the ETag that was read"));
  }
  return list;
}

json::object JsonContent(json::value schema) {
  return {{"application/json", {{"schema", std::move(schema)}}}};
}

// Any bytes at all (OpenAPI 3.1: a media type without a schema).
json::object FileContent() { return {{"*/*", json::object()}}; }

json::object Responses(const Binding& binding, Words& words) {
  const json::object content =
      binding.response.empty()
          ? JsonContent(words.schemas.OfMessage(*binding.method->output_type()))
          : FileContent();
  return {{"200", {{"description", "OK"}, {"content", content}}},
          {"default", {{"$ref", "#/components/responses/Problem"}}}};
}

json::object RequestContent(const Binding& binding, Words& words) {
  const Descriptor& input = *binding.method->input_type();
  if (binding.TakesFile()) return FileContent();
  if (binding.body == "*") return JsonContent(words.schemas.OfMessage(input));
  return JsonContent(words.schemas.OfField(*input.FindFieldByName(binding.body)));
}

json::object Operation(const Binding& binding, Words& words) {
  const auto& method = *binding.method;
  json::object operation{{"operationId", method.service()->name() + "_" + method.name()},
                         {"tags", {method.service()->name()}},
                         {"parameters", Parameters(binding, words)}};
  Describe(method, words, operation);
  if (!binding.body.empty()) {
    operation["requestBody"] = {{"required", true}, {"content", RequestContent(binding, words)}};
  }
  operation["responses"] = Responses(binding, words);
  json::array roles;
  for (int role = 1; role <= 8; ++role) {
    if (rpc::IsAllowed(binding.name, {static_cast<rpc::Role>(role)})) {
      roles.push_back(json::string(rpc::RoleName(static_cast<rpc::Role>(role))));
    }
  }
  if (rpc::IsPublic(binding.name)) {
    operation["security"] = json::array();
  } else {
    operation["x-roles"] = std::move(roles);
  }
  return operation;
}

json::object EventsOperation() {
  return {{"operationId", "Events_Stream"},
          {"tags", {"Events"}},
          {"description", "Live facts as text/event-stream; Last-Event-ID resumes."},
          {"parameters",
           {Header("Last-Event-ID", "the id of the last event seen"),
            {{"name", "types"}, {"in", "query"}, {"schema", {{"type", "string"}}}}}},
          {"responses",
           {{"200",
             {{"description", "a stream of events"},
              {"content", {{"text/event-stream", {{"schema", {{"type", "string"}}}}}}}}},
            {"default", {{"$ref", "#/components/responses/Problem"}}}}}};
}

json::object ProblemSchema() {
  const json::object text{{"type", "string"}};
  return {{"type", "object"},
          {"required", {"type", "title", "status", "detail", "reason"}},
          {"properties",
           {{"type", text},
            {"title", text},
            {"status", {{"type", "integer"}}},
            {"detail", text},
            {"reason", {{"type", "string"}, {"description", "stable; programs decide by it"}}},
            {"trace_id", text},
            {"violations",
             {{"type", "array"},
              {"items",
               {{"type", "object"}, {"properties", {{"field", text}, {"description", text}}}}}}}}}};
}

}  // namespace

std::string OpenApiDocument(const RouteTable& routes) {
  Words words;
  json::object paths;
  for (const Binding& binding : routes.bindings()) {
    std::string verb = binding.verb;
    std::transform(verb.begin(), verb.end(), verb.begin(), ::tolower);
    json::value& path = paths[binding.path.Pattern()];
    if (!path.is_object()) path = json::object();
    path.as_object()[verb] = Operation(binding, words);
  }
  paths["/v1/events"] = {{"get", EventsOperation()}};
  json::object all = words.schemas.Take();
  all["Problem"] = ProblemSchema();
  const json::object document{
      {"openapi", "3.1.0"},
      {"info", {{"title", "Muara"}, {"version", "v1"}}},
      {"security", json::array{json::object{{"bearer", json::array()}}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", std::move(all)},
        {"responses",
         {{"Problem",
           {{"description", "what went wrong (RFC 9457)"},
            {"content",
             {{"application/problem+json",
               {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}}}}},
        {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
  return json::serialize(document);
}

}  // namespace muara::gateway

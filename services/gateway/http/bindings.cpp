#include "services/gateway/http/bindings.h"

#include <google/protobuf/descriptor_database.h>

#include <algorithm>
#include <set>

#include "google/api/annotations.pb.h"

namespace muara::gateway {
namespace {

using google::api::HttpRule;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

Error BadRule(const MethodDescriptor& method, const std::string& why) {
  return MakeError(Code::kInternal, "BAD_HTTP_RULE", method.full_name() + ": " + why);
}

std::pair<std::string, std::string> VerbAndPath(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case HttpRule::PATTERN_NOT_SET:
      break;
  }
  return {};
}

Status AddBinding(const MethodDescriptor& method, const HttpRule& rule,
                  std::vector<Binding>& bindings) {
  const auto [verb, text] = VerbAndPath(rule);
  if (verb.empty()) return BadRule(method, "has no path");
  auto path = PathTemplate::Parse(text);
  if (!path.ok()) return BadRule(method, "cannot read " + text);
  const bool has_field = rule.body().empty() || rule.body() == "*" ||
                         method.input_type()->FindFieldByName(rule.body()) != nullptr;
  if (!has_field) return BadRule(method, "has no field " + rule.body());
  const FieldDescriptor* answer = method.output_type()->FindFieldByName(rule.response_body());
  const bool has_answer = rule.response_body().empty() ||
                          (answer != nullptr && answer->type() == FieldDescriptor::TYPE_BYTES);
  if (!has_answer) return BadRule(method, "has no bytes " + rule.response_body());
  bindings.push_back(
      {&method, MethodName(method), verb, std::move(*path), rule.body(), rule.response_body()});
  return Ok();
}

Status AddMethod(const MethodDescriptor& method, std::vector<Binding>& bindings) {
  if (!method.options().HasExtension(google::api::http)) return Ok();
  if (method.client_streaming() || method.server_streaming()) {
    return BadRule(method, "streams cannot be said in JSON");
  }
  const HttpRule& rule = method.options().GetExtension(google::api::http);
  RETURN_IF_ERROR(AddBinding(method, rule, bindings));
  for (const HttpRule& more : rule.additional_bindings()) {
    RETURN_IF_ERROR(AddBinding(method, more, bindings));
  }
  return Ok();
}

}  // namespace

bool Binding::TakesFile() const {
  const FieldDescriptor* field = method->input_type()->FindFieldByName(body);
  return field != nullptr && field->type() == FieldDescriptor::TYPE_BYTES;
}

std::vector<const ServiceDescriptor*> AllServices() {
  // The pool itself finds by name only; what it was built from knows all names.
  std::vector<std::string> files;
  DescriptorPool::internal_generated_database()->FindAllFileNames(&files);
  std::sort(files.begin(), files.end());
  std::vector<const ServiceDescriptor*> services;
  for (const std::string& name : files) {
    if (!name.starts_with("muara/")) continue;
    const FileDescriptor* file = DescriptorPool::generated_pool()->FindFileByName(name);
    for (int i = 0; file != nullptr && i < file->service_count(); ++i) {
      services.push_back(file->service(i));
    }
  }
  return services;
}

std::string MethodName(const MethodDescriptor& method) {
  return method.service()->full_name() + "/" + method.name();
}

Result<RouteTable> RouteTable::Make() {
  RouteTable table;
  for (const ServiceDescriptor* service : AllServices()) {
    for (int i = 0; i < service->method_count(); ++i) {
      RETURN_IF_ERROR(AddMethod(*service->method(i), table.bindings_));
    }
  }
  std::stable_sort(
      table.bindings_.begin(), table.bindings_.end(),
      [](const Binding& a, const Binding& b) { return a.path.literals() > b.path.literals(); });
  std::set<std::string> taken;
  for (const Binding& binding : table.bindings_) {
    if (!taken.insert(binding.verb + " " + binding.path.Pattern()).second) {
      return BadRule(*binding.method, "another method has this path");
    }
  }
  return table;
}

RouteTable::Found RouteTable::Find(std::string_view verb, std::string_view path) const {
  Found found;
  int literals = -1;
  for (const Binding& binding : bindings_) {
    // "/tickets/7:reply" is the verb of ticket 7, never the ticket "7:reply".
    if (literals >= 0 && binding.path.literals() < literals) break;
    auto captures = binding.path.Match(path);
    if (!captures) continue;
    if (binding.verb == verb || (verb == "HEAD" && binding.verb == "GET")) {
      return {&binding, std::move(*captures), ""};
    }
    literals = binding.path.literals();
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += binding.verb == "GET" ? "GET, HEAD" : binding.verb;
  }
  return found;
}

}  // namespace muara::gateway

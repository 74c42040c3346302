#include "services/gateway/http/json.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <boost/json.hpp>

namespace muara::gateway {
namespace {

namespace util = google::protobuf::util;

constexpr size_t kDepthMax = 32;
constexpr size_t kMessageBytesMax = 400;

// The schema's parser forgives single quotes, bare names and much else: the syntax is checked
// first.
Status CheckSyntax(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  boost::json::stream_parser parser({}, options);
  boost::json::error_code error;
  parser.write(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error) return Ok();
  if (error == boost::json::error::too_deep) {
    return MakeError(Code::kInvalidArgument, "MALFORMED_JSON", "the JSON is nested too deeply");
  }
  return MakeError(Code::kInvalidArgument, "MALFORMED_JSON",
                   "the body is not JSON: " + error.message());
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// The front of "name: ..." or "(path) name: ...", taken off the message.
std::string TakeField(std::string_view& message) {
  std::string field;
  if (message.starts_with('(')) {
    const size_t end = message.find(')');
    if (end == message.npos) return "";
    field = message.substr(1, end - 1);
    message.remove_prefix(end + 1);
    if (message.starts_with(' ')) message.remove_prefix(1);
  }
  const size_t colon = message.find(':');
  const std::string_view name = message.substr(0, colon);
  if (colon == message.npos || name.find_first_of(" \"") != name.npos) return field;
  if (!name.empty()) field += (field.empty() ? "" : ".") + std::string(name);
  message.remove_prefix(std::min(colon + 2, message.size()));
  return field;
}

// "(skills[0].level): invalid value "b" for type TYPE_INT32", "(skills[0]) foo: Cannot find
// field.", "foo: Cannot find field." to a field and what is wrong with it.
Violation ViolationOf(std::string_view message) {
  // It quotes what was sent, whole.
  message = message.substr(0, kMessageBytesMax);
  std::string field = TakeField(message);
  if (message == "Cannot find field.") return {field, "is not a field here"};
  std::string description(message);
  ReplaceAll(description, "type.googleapis.com/", "");
  ReplaceAll(description, "TYPE_", "");
  return {field, description};
}

}  // namespace

Status FromJson(std::string_view text, std::string_view field, google::protobuf::Message& message) {
  RETURN_IF_ERROR(CheckSyntax(text));
  const auto status = util::JsonStringToMessage({text.data(), text.size()}, &message);
  if (status.ok()) return Ok();
  const auto error = status.message();
  Violation violation = ViolationOf({error.data(), error.size()});
  if (!field.empty()) {
    violation.field = std::string(field) + (violation.field.empty() ? "" : ".") + violation.field;
  }
  return InvalidFields({std::move(violation)});
}

Result<std::string> ToJson(const google::protobuf::Message& message) {
  util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  if (util::MessageToJsonString(message, &text, options).ok()) return text;
  return MakeError(Code::kInternal, "NOT_JSON", "an answer cannot be written as JSON");
}

}  // namespace muara::gateway

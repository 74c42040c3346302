#include "services/channels/chat/wire/frames.h"

#include <boost/json.hpp>

namespace muara::chat::wire {
namespace {

namespace json = boost::json;

constexpr size_t kDepthMax = 8;

Error BadFrame(std::string_view field, const char* problem) {
  return MakeError(Code::kInvalidArgument, "BAD_FRAME", std::string(field) + " " + problem);
}

// A missing field is empty.
Result<std::string> Text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return BadFrame(name, "is not a string");
  const json::string& text = value->get_string();
  return std::string(text.data(), text.size());
}

Result<int64_t> Seen(const json::object& object) {
  const json::value* resume = object.if_contains("resume");
  if (resume == nullptr || resume->is_null()) return int64_t{0};
  if (!resume->is_object()) return BadFrame("resume", "is not an object");
  const json::value* seq = resume->get_object().if_contains("seq");
  if (seq == nullptr) return int64_t{0};
  if (!seq->is_int64() || seq->get_int64() < 0) {
    return BadFrame("resume.seq", "is not a whole number from 0");
  }
  return seq->get_int64();
}

Result<ClientFrame> ReadHello(const json::object& object) {
  Hello hello;
  ASSIGN_OR_RETURN(hello.session, Text(object, "session"));
  ASSIGN_OR_RETURN(hello.token, Text(object, "token"));
  ASSIGN_OR_RETURN(hello.name, Text(object, "name"));
  ASSIGN_OR_RETURN(hello.email, Text(object, "email"));
  ASSIGN_OR_RETURN(hello.seen, Seen(object));
  return ClientFrame(std::move(hello));
}

Result<ClientFrame> ReadSay(const json::object& object) {
  Say say;
  ASSIGN_OR_RETURN(say.cid, Text(object, "cid"));
  ASSIGN_OR_RETURN(say.text, Text(object, "text"));
  return ClientFrame(std::move(say));
}

const char* NameOf(Author author) {
  switch (author) {
    case Author::kCustomer:
      return "you";
    case Author::kAgent:
      return "agent";
    case Author::kSystem:
      return "system";
  }
  return "";
}

}  // namespace

Result<ClientFrame> ReadFrame(std::string_view text) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  json::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) {
    return MakeError(Code::kInvalidArgument, "BAD_JSON", "this is not JSON: " + error.message());
  }
  if (!value.is_object()) return BadFrame("the frame", "is not an object");
  const json::object& object = value.get_object();
  ASSIGN_OR_RETURN(const std::string type, Text(object, "type"));
  if (type == "hello") return ReadHello(object);
  if (type == "message") return ReadSay(object);
  if (type == "typing") return ClientFrame(Typing());
  if (type == "ping") return ClientFrame(Ping());
  return MakeError(Code::kInvalidArgument, "UNKNOWN_TYPE",
                   "type is not hello, message, typing or ping");
}

std::string WelcomeFrame(const Session& session, const std::string& token) {
  return json::serialize(json::object{
      {"type", "welcome"}, {"session", session.id}, {"token", token}, {"seq", session.head}});
}

std::string ResyncFrame(int64_t from) {
  return json::serialize(json::object{{"type", "resync"}, {"from", from}});
}

std::string MessageFrame(const Message& message) {
  json::object frame{{"type", "message"},
                     {"seq", message.seq},
                     {"id", message.id},
                     {"from", NameOf(message.author)},
                     {"name", message.name},
                     {"text", message.text},
                     {"time", ToRfc3339(message.time)}};
  if (!message.cid.empty()) frame["cid"] = message.cid;
  if (message.choices) {
    frame["choices"] = json::object{{"minimum", message.choices->minimum},
                                    {"maximum", message.choices->maximum},
                                    {"url", message.choices->url}};
  }
  return json::serialize(frame);
}

std::string AckFrame(const Message& message) {
  return json::serialize(json::object{{"type", "ack"},
                                      {"cid", message.cid},
                                      {"id", message.id},
                                      {"seq", message.seq},
                                      {"time", ToRfc3339(message.time)}});
}

std::string NackFrame(const std::string& cid, const std::string& reason, int64_t retry_after_ms) {
  return json::serialize(json::object{
      {"type", "nack"}, {"cid", cid}, {"reason", reason}, {"retry_after_ms", retry_after_ms}});
}

std::string PongFrame() { return R"({"type":"pong"})"; }

std::string ErrorFrame(const Error& error, const std::string& cid) {
  json::object frame{{"type", "error"}, {"reason", error.reason}, {"detail", error.message}};
  if (!cid.empty()) frame["cid"] = cid;
  if (error.retry_after_ms > 0) frame["retry_after_ms"] = error.retry_after_ms;
  return json::serialize(frame);
}

}  // namespace muara::chat::wire

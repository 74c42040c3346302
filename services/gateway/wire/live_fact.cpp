#include "services/gateway/wire/live_fact.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <boost/json.hpp>
#include <memory>

#include "libs/bus/envelope.h"
#include "libs/bus/words.h"
#include "muara/routing/v1/routing.pb.h"

namespace muara::gateway::wire {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Whoever holds a survey's link may answer it, and that is the contact alone.
void Redact(Message& fact) {
  const google::protobuf::Reflection& reflection = *fact.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(fact, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated() || field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    Redact(*reflection.MutableMessage(&fact, field));
  }
  if (fact.GetDescriptor()->full_name() != "muara.feedback.v1.SurveyRequested") return;
  for (const char* name : {"url", "token"}) {
    if (const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName(name)) {
      reflection.ClearField(&fact, field);
    }
  }
}

std::string OfferedTo(const Message& fact) {
  const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName("offer");
  if (field == nullptr || field->message_type() != routing::v1::Offer::descriptor()) return "";
  const Message& offer = fact.GetReflection()->GetMessage(fact, field);
  return static_cast<const routing::v1::Offer&>(offer).agent_id();
}

std::string Json(const Message& fact) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  std::string text;
  const bool written = google::protobuf::util::MessageToJsonString(fact, &text, options).ok();
  return written ? text : "null";
}

}  // namespace

std::optional<LiveFact> ToLiveFact(const std::string& bytes) {
  const auto envelope = bus::ParseEnvelope(bytes);
  if (!envelope || envelope->type.find_first_of("\r\n") != std::string::npos) return std::nullopt;
  LiveFact fact{envelope->type, "", ""};
  std::string data = "null";
  if (const auto message = bus::ReadMessage(envelope->type, envelope->data)) {
    Redact(*message);
    fact.offered_to = OfferedTo(*message);
    data = Json(*message);
  }
  boost::json::object head{{"id", envelope->id},
                           {"type", envelope->type},
                           {"subject", envelope->subject},
                           {"key_version", envelope->key_version},
                           {"time", ToRfc3339(envelope->time)}};
  std::string json = boost::json::serialize(head);
  json.pop_back();  // the data is JSON already
  fact.lines = "event: " + envelope->type + "\ndata: " + json + ",\"data\":" + data + "}\n";
  return fact;
}

}  // namespace muara::gateway::wire

#include "services/ticket/wire/history.h"

#include <memory>

#include "libs/bus/envelope.h"
#include "libs/bus/words.h"
#include "libs/rpc/timestamp.h"

namespace muara::ticket::wire {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The fact's field of this name and type, if it is set.
template <class Part>
const Part* PartOf(const Message& fact, const char* name) {
  const FieldDescriptor* field = fact.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->message_type() != Part::descriptor()) return nullptr;
  if (!fact.GetReflection()->HasField(fact, field)) return nullptr;
  return static_cast<const Part*>(&fact.GetReflection()->GetMessage(fact, field));
}

std::string MessageText(const Message& message) {
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    return ToRfc3339(rpc::FromTimestamp(static_cast<const google::protobuf::Timestamp&>(message)));
  }
  return message.ShortDebugString();
}

std::string OneText(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? reflection.GetRepeatedString(message, field, index)
                  : reflection.GetString(message, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(message, field) ? "true" : "";
    case FieldDescriptor::CPPTYPE_INT32:
      return std::to_string(reflection.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.GetEnum(message, field)->name();
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageText(many ? reflection.GetRepeatedMessage(message, field, index)
                              : reflection.GetMessage(message, field));
    default:
      return "";
  }
}

std::string TextOf(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  if (!field->is_repeated()) {
    if (field->has_presence() && !reflection.HasField(message, field)) return "";
    return OneText(message, field, 0);
  }
  std::string text;
  for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
    text += (i == 0 ? "" : ", ") + OneText(message, field, i);
  }
  return text;
}

// Each value of a declared field is a change of its own.
std::string ValueText(const v1::Ticket& ticket, const std::string& key) {
  for (const v1::FieldValue& one : ticket.fields()) {
    if (one.key() != key) continue;
    const FieldDescriptor* set = one.GetReflection()->GetOneofFieldDescriptor(
        one, v1::FieldValue::descriptor()->FindOneofByName("value"));
    if (set == nullptr) return "";
    if (set->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) return std::to_string(one.number());
    if (set->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return one.boolean() ? "true" : "false";
    return OneText(one, set, 0);
  }
  return "";
}

void Add(v1::HistoryEntry& entry, const std::string& field, const std::string& before,
         const std::string& after) {
  if (before == after) return;
  v1::FieldChange& change = *entry.add_changes();
  change.set_field(field);
  change.set_before(before);
  change.set_after(after);
}

void AddValueChanges(const v1::Ticket& before, const v1::Ticket& after, v1::HistoryEntry& entry) {
  std::vector<std::string> keys;
  for (const auto& one : before.fields()) keys.push_back(one.key());
  for (const auto& one : after.fields()) {
    if (std::find(keys.begin(), keys.end(), one.key()) == keys.end()) keys.push_back(one.key());
  }
  for (const std::string& key : keys) {
    Add(entry, "fields." + key, ValueText(before, key), ValueText(after, key));
  }
}

}  // namespace

std::optional<Told> ReadFact(const bus::KeyEntry& from) {
  const auto envelope = bus::ParseEnvelope(from.envelope);
  if (!envelope) return std::nullopt;
  Told told;
  told.entry.set_number(from.version);
  told.entry.set_type(envelope->type);
  rpc::SetTimestamp(told.entry.mutable_time(), envelope->time);
  const auto fact = bus::ReadMessage(envelope->type, envelope->data);
  if (fact == nullptr) return told;
  if (const auto* cause = PartOf<v1::Cause>(*fact, "cause")) *told.entry.mutable_cause() = *cause;
  if (const auto* interaction = PartOf<v1::Interaction>(*fact, "interaction")) {
    told.entry.set_interaction_id(interaction->id());
    told.entry.set_interaction_sequence(interaction->sequence());
  }
  if (const auto* ticket = PartOf<v1::Ticket>(*fact, "ticket")) {
    told.ticket = *ticket;
    told.entry.set_version(ticket->version());
  }
  return told;
}

void AddChanges(const std::optional<v1::Ticket>& before, const Told& now, v1::HistoryEntry& entry) {
  if (!now.ticket) return;
  const v1::Ticket nothing;
  const v1::Ticket& was = before ? *before : nothing;
  const Descriptor& type = *v1::Ticket::descriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    const std::string& name = field->name();
    if (name == "version" || name == "update_time" || name == "id" || name == "fields") continue;
    Add(entry, name, before ? TextOf(was, field) : "", TextOf(*now.ticket, field));
  }
  AddValueChanges(was, *now.ticket, entry);
}

}  // namespace muara::ticket::wire

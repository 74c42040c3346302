#include "libs/bus/words.h"

#include <vector>

namespace muara::bus {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::Reflection;

std::unique_ptr<Message> ReadMessage(const std::string& type, const std::string& data) {
  const Descriptor* known = DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  if (known == nullptr) return nullptr;
  std::unique_ptr<Message> message(MessageFactory::generated_factory()->GetPrototype(known)->New());
  if (!message->ParseFromString(data)) return nullptr;
  return message;
}

void EmptyWords(Message& message, const WordFields& words,
                const std::function<bool(const Message&)>& spare) {
  if (spare && spare(message)) return;
  const Reflection& reflection = *message.GetReflection();
  reflection.MutableUnknownFields(&message)->Clear();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (words.contains(field->full_name())) {
      reflection.ClearField(&message, field);
      continue;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      EmptyWords(*reflection.MutableMessage(&message, field), words, spare);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      EmptyWords(*reflection.MutableRepeatedMessage(&message, field, i), words, spare);
    }
  }
}

std::string WithoutWords(const std::string& type, const std::string& data,
                         const WordFields& words) {
  const auto message = ReadMessage(type, data);
  if (message == nullptr) return "";
  EmptyWords(*message, words);
  return message->SerializeAsString();
}

}  // namespace muara::bus

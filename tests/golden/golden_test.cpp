// Facts are kept for months and read by whoever comes later, so their bytes are kept here for ever:
// services/<name>/wire/golden/facts.txt holds of every fact its type, its bytes in hex and what
// they say as JSON. Lines are added, never changed. Today's code must read every one of them the
// same.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <set>

namespace muara {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::unique_ptr<Message> NewMessage(const std::string& type) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const Descriptor* descriptor = pool->FindMessageTypeByName(type);
  if (descriptor == nullptr) return nullptr;
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory->GetPrototype(descriptor)->New());
}

void Fill(Message& message);

// A value that tells its field: for repeated ones, one more each time.
void FillField(Message& message, const FieldDescriptor& field) {
  const Reflection& r = *message.GetReflection();
  const bool many = field.is_repeated();
  const int number = field.number();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = field.name() + " " + std::to_string(number);
      return many ? r.AddString(&message, &field, text) : r.SetString(&message, &field, text);
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return many ? r.AddBool(&message, &field, true) : r.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_INT32:
      return many ? r.AddInt32(&message, &field, number) : r.SetInt32(&message, &field, number);
    case FieldDescriptor::CPPTYPE_INT64:
      return many ? r.AddInt64(&message, &field, number) : r.SetInt64(&message, &field, number);
    case FieldDescriptor::CPPTYPE_UINT32:
      return many ? r.AddUInt32(&message, &field, number) : r.SetUInt32(&message, &field, number);
    case FieldDescriptor::CPPTYPE_UINT64:
      return many ? r.AddUInt64(&message, &field, number) : r.SetUInt64(&message, &field, number);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return many ? r.AddDouble(&message, &field, number) : r.SetDouble(&message, &field, number);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return many ? r.AddFloat(&message, &field, 1) : r.SetFloat(&message, &field, 1);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value = field.enum_type()->value(field.enum_type()->value_count() - 1);
      return many ? r.AddEnum(&message, &field, value) : r.SetEnum(&message, &field, value);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Fill(*(many ? r.AddMessage(&message, &field) : r.MutableMessage(&message, &field)));
  }
}

// What is made of itself (a group of groups) is filled once.
bool IsWithinItself(const Message& message, const FieldDescriptor& field) {
  return field.message_type() != nullptr && field.message_type() == message.GetDescriptor();
}

void Fill(Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsWithinItself(message, *type.field(i))) FillField(message, *type.field(i));
  }
}

std::string ToHex(const std::string& bytes) {
  std::string hex;
  for (const unsigned char byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

// Messages of the files of facts that no other of them is made of.
std::set<std::string> FactsOf(const std::string& service) {
  std::set<std::string> facts, parts;
  for (const char* name : {"facts", "originals"}) {
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
        "muara/" + service + "/v1/" + name + ".proto");
    for (int i = 0; file != nullptr && i < file->message_type_count(); ++i) {
      const Descriptor& type = *file->message_type(i);
      facts.insert(type.full_name());
      for (int j = 0; j < type.field_count(); ++j) {
        if (type.field(j)->message_type() != nullptr) {
          parts.insert(type.field(j)->message_type()->full_name());
        }
      }
    }
  }
  for (const std::string& part : parts) facts.erase(part);
  return facts;
}

// What to add for a fact that is not kept yet.
std::string Entry(const std::string& type) {
  const auto message = NewMessage(type);
  Fill(*message);
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(*message, &json).ok());
  return type + "\n" + ToHex(message->SerializeAsString()) + "\n" + json + "\n";
}

class GoldenTest : public ::testing::TestWithParam<const char*> {
 protected:
  std::filesystem::path Path() const {
    return std::filesystem::path(MUARA_SOURCE_FOLDER) / "services" / GetParam() /
           "wire/golden/facts.txt";
  }
};

TEST_P(GoldenTest, EveryKeptFactIsReadAsItAlwaysWas) {
  std::ifstream in(Path());
  int count = 0;
  for (std::string type, hex, json;
       std::getline(in, type) && std::getline(in, hex) && std::getline(in, json); ++count) {
    SCOPED_TRACE(type);
    const auto message = NewMessage(type), said = NewMessage(type);
    ASSERT_NE(message, nullptr) << "a fact that was told must be known for ever";
    ASSERT_TRUE(message->ParseFromString(FromHex(hex)));
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, said.get()).ok());
    std::string difference;
    google::protobuf::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&difference);
    EXPECT_TRUE(differencer.Compare(*said, *message)) << difference;
    EXPECT_EQ(ToHex(message->SerializeAsString()), hex) << "nothing of it is lost in passing on";
  }
  EXPECT_GT(count, 0) << Path();
}

TEST_P(GoldenTest, EveryFactIsKept) {
  std::set<std::string> kept;
  std::ifstream in(Path());
  for (std::string line; std::getline(in, line);) kept.insert(line);
  const auto facts = FactsOf(GetParam());
  EXPECT_FALSE(facts.empty());
  for (const std::string& type : facts) {
    EXPECT_TRUE(kept.contains(type)) << "add these lines to " << Path() << ":\n" << Entry(type);
  }
}

// A field or enum value that was added since is kept by another entry of its fact.
TEST_P(GoldenTest, EveryFieldIsKept) {
  std::set<std::string> kept;
  std::ifstream in(Path());
  for (std::string line; std::getline(in, line);) kept.insert(line);
  for (const std::string& type : FactsOf(GetParam())) {
    const auto message = NewMessage(type);
    Fill(*message);
    EXPECT_TRUE(kept.contains(ToHex(message->SerializeAsString())))
        << "add these lines to " << Path() << ":\n"
        << Entry(type);
  }
}

INSTANTIATE_TEST_SUITE_P(Services, GoldenTest,
                         ::testing::Values("ticket", "routing", "notification", "feedback"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace muara

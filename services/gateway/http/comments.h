// What the protos say about themselves: the comments above methods and fields, which protoc keeps
// in a descriptor set that is built into this program. Immutable after its making.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>

#include <string>

namespace muara::gateway {

class Comments {
 public:
  Comments();

  // As one paragraph; empty where there is none.
  std::string Of(const google::protobuf::MethodDescriptor& method) const;
  std::string Of(const google::protobuf::FieldDescriptor& field) const;

 private:
  google::protobuf::SimpleDescriptorDatabase ours_;
  google::protobuf::MergedDescriptorDatabase all_;
  google::protobuf::DescriptorPool pool_;
};

}  // namespace muara::gateway

#include "services/gateway/http/comments.h"

#include <google/protobuf/descriptor.pb.h>

#include <sstream>

#include "libs/base/check.h"

// The compiler has no word for "this file's bytes"; the assembler has.
asm(".section .rodata\n"
    "muara_described_protos_begin: .incbin \"" MUARA_DESCRIBED_PROTOS
    "\"\n"
    "muara_described_protos_end:\n"
    ".previous\n");
extern "C" const char muara_described_protos_begin[];
extern "C" const char muara_described_protos_end[];

namespace muara::gateway {
namespace {

using google::protobuf::DescriptorPool;

template <class Descriptor>
std::string CommentOf(const Descriptor* descriptor) {
  google::protobuf::SourceLocation location;
  if (descriptor == nullptr || !descriptor->GetSourceLocation(&location)) return "";
  std::istringstream words(location.leading_comments);
  std::string paragraph;
  for (std::string word; words >> word;) paragraph += (paragraph.empty() ? "" : " ") + word;
  return paragraph;
}

}  // namespace

Comments::Comments() : all_(&ours_, DescriptorPool::internal_generated_database()), pool_(&all_) {
  google::protobuf::FileDescriptorSet files;
  const auto size = muara_described_protos_end - muara_described_protos_begin;
  CHECK(files.ParseFromArray(muara_described_protos_begin, static_cast<int>(size)));
  for (const auto& file : files.file()) CHECK(ours_.Add(file));
}

std::string Comments::Of(const google::protobuf::MethodDescriptor& method) const {
  return CommentOf(pool_.FindMethodByName(method.full_name()));
}

std::string Comments::Of(const google::protobuf::FieldDescriptor& field) const {
  return CommentOf(pool_.FindFieldByName(field.full_name()));
}

}  // namespace muara::gateway

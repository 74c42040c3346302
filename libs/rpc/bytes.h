// Protobuf messages to and from gRPC's buffers.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

namespace muara::rpc {

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);
bool FromBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

}  // namespace muara::rpc

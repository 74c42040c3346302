// Our errors as gRPC says them, and back: google.rpc.Status with ErrorInfo (domain "muara"),
// BadRequest and RetryInfo in the details.
#pragma once

#include <grpcpp/support/status.h>

#include "libs/base/result.h"

namespace muara::rpc {

grpc::Status ToGrpc(const Error& error);
Error FromGrpc(const grpc::Status& status);

}  // namespace muara::rpc

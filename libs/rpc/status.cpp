#include "libs/rpc/status.h"

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace muara::rpc {
namespace {

struct Pair {
  Code ours;
  grpc::StatusCode theirs;
};

constexpr Pair kPairs[] = {
    {Code::kInvalidArgument, grpc::StatusCode::INVALID_ARGUMENT},
    {Code::kUnauthenticated, grpc::StatusCode::UNAUTHENTICATED},
    {Code::kPermissionDenied, grpc::StatusCode::PERMISSION_DENIED},
    {Code::kNotFound, grpc::StatusCode::NOT_FOUND},
    {Code::kAlreadyExists, grpc::StatusCode::ALREADY_EXISTS},
    {Code::kFailedPrecondition, grpc::StatusCode::FAILED_PRECONDITION},
    {Code::kAborted, grpc::StatusCode::ABORTED},
    {Code::kResourceExhausted, grpc::StatusCode::RESOURCE_EXHAUSTED},
    {Code::kDeadlineExceeded, grpc::StatusCode::DEADLINE_EXCEEDED},
    {Code::kUnavailable, grpc::StatusCode::UNAVAILABLE},
    {Code::kUnimplemented, grpc::StatusCode::UNIMPLEMENTED},
    {Code::kInternal, grpc::StatusCode::INTERNAL},
};

grpc::StatusCode ToGrpcCode(Code code) {
  for (const Pair& pair : kPairs) {
    if (pair.ours == code) return pair.theirs;
  }
  return grpc::StatusCode::INTERNAL;
}

Code FromGrpcCode(grpc::StatusCode code) {
  for (const Pair& pair : kPairs) {
    if (pair.theirs == code) return pair.ours;
  }
  // CANCELLED is a connection that ended under the call.
  return code == grpc::StatusCode::CANCELLED ? Code::kUnavailable : Code::kInternal;
}

void ReadDetail(const google::protobuf::Any& detail, Error& error) {
  if (google::rpc::ErrorInfo info; detail.UnpackTo(&info)) {
    error.reason = info.reason();
    for (const auto& [name, value] : info.metadata()) error.metadata.emplace_back(name, value);
  } else if (google::rpc::BadRequest bad; detail.UnpackTo(&bad)) {
    for (const auto& one : bad.field_violations()) {
      error.violations.push_back({one.field(), one.description()});
    }
  } else if (google::rpc::RetryInfo retry; detail.UnpackTo(&retry)) {
    error.retry_after_ms =
        retry.retry_delay().seconds() * 1000 + retry.retry_delay().nanos() / 1000000;
  }
}

}  // namespace

grpc::Status ToGrpc(const Error& error) {
  google::rpc::Status status;
  status.set_code(ToGrpcCode(error.code));
  // What broke inside is for the log, not for the caller.
  status.set_message(error.code == Code::kInternal ? "internal error" : error.message);
  google::rpc::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_domain("muara");
  for (const auto& [name, value] : error.metadata) (*info.mutable_metadata())[name] = value;
  status.add_details()->PackFrom(info);
  if (!error.violations.empty()) {
    google::rpc::BadRequest bad;
    for (const Violation& violation : error.violations) {
      auto* one = bad.add_field_violations();
      one->set_field(violation.field);
      one->set_description(violation.description);
    }
    status.add_details()->PackFrom(bad);
  }
  if (error.retry_after_ms > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(error.retry_after_ms / 1000);
    retry.mutable_retry_delay()->set_nanos(error.retry_after_ms % 1000 * 1000000);
    status.add_details()->PackFrom(retry);
  }
  return {ToGrpcCode(error.code), status.message(), status.SerializeAsString()};
}

Error FromGrpc(const grpc::Status& status) {
  Error error = MakeError(FromGrpcCode(status.error_code()), "", status.error_message());
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) ReadDetail(detail, error);
  }
  if (error.reason.empty()) {
    error.reason = error.code == Code::kUnavailable        ? "PEER_UNAVAILABLE"
                   : error.code == Code::kDeadlineExceeded ? "NO_ANSWER_IN_TIME"
                                                           : CodeName(error.code);
  }
  return error;
}

}  // namespace muara::rpc

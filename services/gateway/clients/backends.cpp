#include "services/gateway/clients/backends.h"

#include <algorithm>

namespace muara::gateway {
namespace {

constexpr Duration kTokenLife = std::chrono::minutes(1);
constexpr int64_t kRetryAfterMs = 1000;

// "muara.ticket.v1.Tickets/GetTicket" to "ticket".
std::string OwnerOf(const std::string& method) {
  const size_t begin = method.find('.') + 1;
  const std::string package = method.substr(begin, method.find('.', begin) - begin);
  // Whoever takes in messages serves the intake half of the channels' contract.
  return package == "connector" ? "ticket" : package;
}

}  // namespace

Backends::Backends(Owners owners, rpc::TokenKeys keys, const Clock& clock, int call_timeout_ms)
    : owners_(std::move(owners)),
      keys_(std::move(keys)),
      clock_(clock),
      call_timeout_ms_(call_timeout_ms) {}

Status Backends::Call(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message* response, const rpc::Principal& caller) const {
  const auto owner = owners_.find(OwnerOf(method));
  if (owner == owners_.end()) {
    return MakeError(Code::kUnimplemented, "NOT_SERVED", "no service here has " + method);
  }
  rpc::CallOptions options;
  options.deadline_ms = std::max(call_timeout_ms_, rpc::SecondsMaxOf(method) * 1000);
  options.token = keys_.Sign(caller, clock_.Now(), kTokenLife);
  const Status status = owner->second->Call(method, request, response, options);
  if (status.ok() || status.error().reason != "PEER_UNAVAILABLE") return status;
  // The original message tells addresses of our own network.
  Error away = MakeError(Code::kUnavailable, "PEER_UNAVAILABLE",
                         "the service behind this path is away; try again");
  away.retry_after_ms = kRetryAfterMs;
  return away;
}

rpc::Principal Anyone() { return {"public", {rpc::Role::kPublic}}; }

}  // namespace muara::gateway

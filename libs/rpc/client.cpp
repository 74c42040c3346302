#include "libs/rpc/client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <future>
#include <mutex>

#include "libs/log/trace.h"
#include "libs/rpc/bytes.h"
#include "libs/rpc/status.h"

namespace muara::rpc {
namespace {

constexpr Duration kTokenLife = std::chrono::minutes(10);
constexpr int kDeadlineMsMax = 120000;

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  // How long one try may take: a busy machine needs more than the pause between two.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  // A neighbour that comes back is found this soon; one that is away costs so few tries nothing.
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetMaxReceiveMessageSize(64 * 1024 * 1024);
  arguments.SetLoadBalancingPolicyName("round_robin");
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

struct Client::Inside {
  Inside(const std::string& address, TokenKeys token_keys, Principal principal)
      : stub(Connect(address)), keys(std::move(token_keys)), self(std::move(principal)) {}

  std::string OwnToken() {
    const Time now = SystemClock().Now();
    const std::lock_guard lock(mutex);
    if (token.empty() || now > renew_at) {
      token = keys.Sign(self, now, kTokenLife);
      renew_at = now + kTokenLife / 2;
    }
    return token;
  }

  grpc::GenericStub stub;
  TokenKeys keys;
  Principal self;
  std::mutex mutex;
  std::string token;
  Time renew_at;
};

Client::Client(const std::string& address, TokenKeys keys, Principal self)
    : inside_(std::make_unique<Inside>(address, std::move(keys), std::move(self))) {}

Client::~Client() = default;

Status Client::Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response, const CallOptions& options) {
  CHECK(options.deadline_ms > 0 && options.deadline_ms <= kDeadlineMsMax);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(options.deadline_ms));
  context.AddMetadata("authorization",
                      "Bearer " + (options.token.empty() ? inside_->OwnToken() : options.token));
  context.AddMetadata("traceparent", trace::CurrentTraceparent());
  const grpc::ByteBuffer sent = ToBytes(request);
  grpc::ByteBuffer received;
  std::promise<grpc::Status> done;
  inside_->stub.UnaryCall(&context, "/" + method, {}, &sent, &received,
                          [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  if (!status.ok()) return FromGrpc(status);
  if (!FromBytes(received, *response)) {
    return MakeError(Code::kInternal, "BAD_ANSWER", "the answer cannot be parsed: " + method);
  }
  return Ok();
}

}  // namespace muara::rpc

#include "libs/rpc/server.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/rpc_service_method.h>
#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

#include "libs/base/worker_pool.h"
#include "libs/log/log.h"
#include "libs/log/trace.h"
#include "libs/rpc/bytes.h"
#include "libs/rpc/status.h"

namespace muara::rpc {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::Message;
using google::protobuf::MessageFactory;
using google::protobuf::MethodDescriptor;

constexpr Duration kDeadlineDefault = std::chrono::seconds(30);

std::string MetadataOf(const grpc::CallbackServerContext& context, const char* name) {
  const auto found = context.client_metadata().find(name);
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const Time latest = SystemClock().Now() + kDeadlineDefault;
  const auto asked = std::chrono::time_point_cast<Duration>(context.deadline());
  return std::min(latest, Time(asked.time_since_epoch()));
}

const MethodDescriptor& MethodOf(const std::string& method) {
  std::string name = method;
  name[name.rfind('/')] = '.';
  const auto* found = DescriptorPool::generated_pool()->FindMethodByName(name);
  CHECK(found != nullptr);
  return *found;
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

// One gRPC service out of its descriptor, with handlers on raw bytes.
class RawService final : public grpc::Service {
 public:
  using UnaryFunction = std::function<grpc::ServerUnaryReactor*(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*, grpc::ByteBuffer*)>;
  using StreamFunction = std::function<grpc::ServerWriteReactor<grpc::ByteBuffer>*(
      grpc::CallbackServerContext*, const grpc::ByteBuffer*)>;

  void Unary(const std::string& path, UnaryFunction function) {
    Add(path, grpc::internal::RpcMethod::NORMAL_RPC,
        new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            std::move(function)));
  }
  void Stream(const std::string& path, StreamFunction function) {
    Add(path, grpc::internal::RpcMethod::SERVER_STREAMING,
        new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            std::move(function)));
  }
  int methods() const { return count_; }

 private:
  void Add(const std::string& path, grpc::internal::RpcMethod::RpcType type,
           grpc::internal::MethodHandler* handler) {
    paths_.push_back(std::make_unique<std::string>(path));  // gRPC keeps the pointer
    AddMethod(new grpc::internal::RpcServiceMethod(paths_.back()->c_str(), type, nullptr));
    MarkMethodRawCallback(count_++, handler);
  }

  std::vector<std::unique_ptr<std::string>> paths_;
  int count_ = 0;
};

// Writes one message at a time from a thread that blocks; lives until both sides are done with it.
class StreamReactor final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  bool Write(const Message& message) {
    std::unique_lock lock(mutex_);
    if (cancelled_) return false;
    buffer_ = ToBytes(message);
    writing_ = true;
    StartWrite(&buffer_);
    wake_.wait(lock, [this] { return !writing_; });
    return !cancelled_;
  }
  bool cancelled() {
    const std::lock_guard lock(mutex_);
    return cancelled_;
  }
  // The last thing the writing thread does with it.
  void End(const grpc::Status& status) {
    Finish(status);
    Release();
  }

 private:
  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
    wake_.notify_all();
  }
  void OnCancel() override {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
  }
  void OnDone() override { Release(); }
  void Release() {
    bool last = false;
    {
      const std::lock_guard lock(mutex_);
      last = --users_ == 0;
    }
    if (last) delete this;
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  grpc::ByteBuffer buffer_;
  bool writing_ = false;
  bool cancelled_ = false;
  int users_ = 2;
};

Error Full() {
  Error error = MakeError(Code::kResourceExhausted, "SERVER_BUSY", "too many calls wait");
  error.retry_after_ms = 200;
  return error;
}

}  // namespace

struct Server::Inside {
  Inside(ServerOptions server_options, TokenKeys token_keys, metrics::Registry& registry)
      : options(std::move(server_options)), keys(std::move(token_keys)), metrics(registry) {}

  RawService& ServiceOf(const std::string& method) {
    auto& service = services[method.substr(0, method.rfind('/'))];
    if (service == nullptr) service = std::make_unique<RawService>();
    return *service;
  }

  Result<Principal> Authenticate(const std::string& method,
                                 const grpc::CallbackServerContext& context) const {
    const std::string header = MetadataOf(context, "authorization");
    constexpr std::string_view kBearer = "Bearer ";
    if (!header.starts_with(kBearer)) {
      if (IsPublic(method)) return Principal{};
      return MakeError(Code::kUnauthenticated, "NO_TOKEN", "a bearer token is required");
    }
    ASSIGN_OR_RETURN(Principal principal,
                     keys.Verify(header.substr(kBearer.size()), SystemClock().Now()));
    if (!IsAllowed(method, principal.roles)) {
      return MakeError(Code::kPermissionDenied, "NOT_ALLOWED", "your role may not call " + method);
    }
    return principal;
  }

  Status Audit(const Call& call, const Message& request) const {
    return auditor && IsAudited(call.method) ? auditor(call, request) : Ok();
  }

  // Everything around a handler: who, until when, what came of it.
  grpc::Status Serve(const std::string& method, grpc::CallbackServerContext* context,
                     const std::function<Status(const Call&)>& handler) {
    const auto begin = std::chrono::steady_clock::now();
    const trace::Scope scope(trace::FromTraceparent(MetadataOf(*context, "traceparent")));
    const Status status = [&]() -> Status {
      ASSIGN_OR_RETURN(Principal principal, Authenticate(method, *context));
      const Call call{method, std::move(principal), DeadlineOf(*context),
                      [context] { return context->IsCancelled(); }};
      if (call.deadline <= SystemClock().Now()) {
        return MakeError(Code::kDeadlineExceeded, "WAITED_TOO_LONG", "the deadline has passed");
      }
      return handler(call);
    }();
    const char* code = status.ok() ? "OK" : CodeName(status.error().code);
    metrics.Count("muara_rpc_server_calls_total", {{"method", method}, {"code", code}});
    metrics.ObserveSeconds(
        "muara_rpc_server_seconds", {{"method", method}},
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    if (status.ok()) return grpc::Status::OK;
    Report(method, status.error());
    return ToGrpc(status.error());
  }

  static void Report(const std::string& method, const Error& error) {
    const auto level = error.code == Code::kInternal ? log::Level::kError : log::Level::kInfo;
    // The message may quote input, so it is told only where it is our own bug's.
    log::Write(level, "call failed",
               {{"method", method},
                {"code", CodeName(error.code)},
                {"reason", error.reason},
                {"detail", error.code == Code::kInternal ? error.message : ""}});
  }

  const ServerOptions options;
  const TokenKeys keys;
  Auditor auditor;
  metrics::Registry& metrics;
  std::map<std::string, std::unique_ptr<RawService>> services;
  std::unique_ptr<WorkerPool> pool;
  std::unique_ptr<WorkerPool> stream_pool;
  std::unique_ptr<grpc::Server> server;
  std::atomic<bool> draining{false};
  int port = 0;
};

Server::Server(ServerOptions options, TokenKeys keys, metrics::Registry& metrics)
    : inside_(std::make_unique<Inside>(std::move(options), std::move(keys), metrics)) {}

Server::~Server() {
  if (inside_->server != nullptr) Drain(std::chrono::milliseconds(100));
}

void Server::AddUnary(const std::string& method, const Descriptor* request,
                      const Descriptor* response, UnaryHandler handler) {
  const MethodDescriptor& known = MethodOf(method);
  CHECK(known.input_type() == request && known.output_type() == response);
  inside_->ServiceOf(method).Unary(
      "/" + method,
      [this, method, request, response, handler = std::move(handler)](
          grpc::CallbackServerContext* context, const grpc::ByteBuffer* in, grpc::ByteBuffer* out) {
        grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
        const bool taken = inside_->pool->Post([=, this] {
          reactor->Finish(inside_->Serve(method, context, [&](const Call& call) -> Status {
            const auto asked = NewMessage(request);
            if (!FromBytes(*in, *asked)) {
              return MakeError(Code::kInvalidArgument, "BAD_MESSAGE",
                               "the request is no " + request->full_name());
            }
            RETURN_IF_ERROR(inside_->Audit(call, *asked));
            const auto answer = NewMessage(response);
            RETURN_IF_ERROR(handler(call, *asked, *answer));
            *out = ToBytes(*answer);
            return Ok();
          }));
        });
        if (!taken) reactor->Finish(ToGrpc(Full()));
        return reactor;
      });
}

void Server::AddStream(const std::string& method, const Descriptor* request,
                       const Descriptor* response, StreamHandler handler) {
  const MethodDescriptor& known = MethodOf(method);
  CHECK(known.input_type() == request && known.output_type() == response);
  inside_->ServiceOf(method).Stream(
      "/" + method, [this, method, request, handler = std::move(handler)](
                        grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
        auto* reactor = new StreamReactor;
        const grpc::ByteBuffer bytes(*in);
        const bool taken = inside_->stream_pool->Post([=, this] {
          reactor->End(inside_->Serve(method, context, [&](const Call& call) -> Status {
            const auto asked = NewMessage(request);
            if (!FromBytes(bytes, *asked)) {
              return MakeError(Code::kInvalidArgument, "BAD_MESSAGE",
                               "the request is no " + request->full_name());
            }
            RETURN_IF_ERROR(inside_->Audit(call, *asked));
            Call streaming = call;
            streaming.is_cancelled = [this, reactor] {
              return inside_->draining || reactor->cancelled();
            };
            return handler(streaming, *asked,
                           [reactor](const Message& message) { return reactor->Write(message); });
          }));
        });
        if (!taken) reactor->End(ToGrpc(Full()));
        return reactor;
      });
}

void Server::Audit(Auditor auditor) { inside_->auditor = std::move(auditor); }

Status Server::Start() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  inside_->pool =
      std::make_unique<WorkerPool>(inside_->options.threads, inside_->options.waiting_max);
  inside_->stream_pool = std::make_unique<WorkerPool>(inside_->options.streams_max, 16);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(inside_->options.address, grpc::InsecureServerCredentials(),
                           &inside_->port);
  builder.SetMaxReceiveMessageSize(inside_->options.message_bytes_max);
  // Two processes on one port would each get half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  for (const auto& [name, service] : inside_->services) {
    const auto* known = DescriptorPool::generated_pool()->FindServiceByName(name);
    CHECK(known != nullptr && known->method_count() == service->methods());
    builder.RegisterService(service.get());
  }
  inside_->server = builder.BuildAndStart();
  if (inside_->server == nullptr || inside_->port == 0) {
    return MakeError(Code::kFailedPrecondition, "CANNOT_LISTEN",
                     "cannot listen on " + inside_->options.address);
  }
  SetServing(true);
  return Ok();
}

int Server::port() const { return inside_->port; }

void Server::SetServing(bool serving) {
  inside_->server->GetHealthCheckService()->SetServingStatus(serving);
}

void Server::Drain(Duration limit) {
  if (inside_->server == nullptr) return;
  SetServing(false);
  inside_->draining = true;  // streams have no end of their own
  inside_->server->Shutdown(std::chrono::system_clock::now() + limit);
  inside_->server->Wait();
  inside_->pool.reset();
  inside_->stream_pool.reset();
  inside_->server.reset();
}

}  // namespace muara::rpc

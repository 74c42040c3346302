// A gRPC server whose handlers are plain functions from a request to a Result: parsing, access,
// deadlines, traces, metrics, health and reflection happen here, once for all. Handlers may block;
// they run on a bounded pool, and what it cannot take is refused with RESOURCE_EXHAUSTED.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>

#include "libs/metrics/metrics.h"
#include "libs/rpc/call.h"

namespace muara::rpc {

struct ServerOptions {
  std::string address = "127.0.0.1:0";  // port 0: any free one
  int threads = 16;
  size_t waiting_max = 2000;
  int streams_max = 16;                      // streaming calls at once
  int message_bytes_max = 64 * 1024 * 1024;  // of one request
};

class Server {
 public:
  Server(ServerOptions options, TokenKeys keys, metrics::Registry& metrics);
  ~Server();

  // `method` is "package.Service/Method"; its types must be those of the handler.
  template <class Request, class Response>
  void Unary(const std::string& method,
             std::function<Result<Response>(const Call&, const Request&)> handler) {
    AddUnary(method, Request::descriptor(), Response::descriptor(),
             [handler = std::move(handler)](const Call& call, const Message& request,
                                            Message& response) -> Status {
               ASSIGN_OR_RETURN(static_cast<Response&>(response),
                                handler(call, static_cast<const Request&>(request)));
               return Ok();
             });
  }

  // `write` blocks until the caller has room, and answers false when it has gone.
  template <class Request, class Response>
  void Stream(const std::string& method,
              std::function<Status(const Call&, const Request&,
                                   const std::function<bool(const Response&)>& write)>
                  handler) {
    AddStream(method, Request::descriptor(), Response::descriptor(),
              [handler = std::move(handler)](const Call& call, const Message& request,
                                             const std::function<bool(const Message&)>& write) {
                return handler(call, static_cast<const Request&>(request), write);
              });
  }

  // Before Start: called before every call of a method whose access option says `audited`; an error
  // of it refuses the call.
  using Auditor = std::function<Status(const Call&, const google::protobuf::Message& request)>;
  void Audit(Auditor auditor);

  // Every method of every service named so far must have its handler by now.
  Status Start();
  int port() const;
  // What grpc.health.v1 answers.
  void SetServing(bool serving);  // NOLINT: one meaning
  // Takes no new calls, waits for those under way, at most this long.
  void Drain(Duration limit);

 private:
  using Message = google::protobuf::Message;
  using Descriptor = google::protobuf::Descriptor;
  using UnaryHandler = std::function<Status(const Call&, const Message&, Message&)>;
  using StreamHandler = std::function<Status(const Call&, const Message&,
                                             const std::function<bool(const Message&)>&)>;
  void AddUnary(const std::string& method, const Descriptor* request, const Descriptor* response,
                UnaryHandler handler);
  void AddStream(const std::string& method, const Descriptor* request, const Descriptor* response,
                 StreamHandler handler);

  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace muara::rpc

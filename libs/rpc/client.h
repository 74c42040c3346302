// Calls another service's methods by name, on messages; blocking, with a deadline always. One
// Client is one channel and may be shared by threads.
#pragma once

#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "libs/rpc/access.h"

namespace muara::rpc {

struct CallOptions {
  int deadline_ms = 5000;
  std::string token = "";  // instead of the client's own identity: the end user's
};

class Client {
 public:
  // `self` is who we are to the other side; signed anew as needed.
  Client(const std::string& address, TokenKeys keys, Principal self);
  ~Client();

  // `method` is "package.Service/Method". Errors come back with their code, reason, violations and
  // advice; a peer that is away is kUnavailable with reason PEER_UNAVAILABLE.
  Status Call(const std::string& method, const google::protobuf::Message& request,
              google::protobuf::Message* response, const CallOptions& options);

  template <class Response>
  Result<Response> Ask(const std::string& method, const google::protobuf::Message& request,
                       const CallOptions& options = {}) {
    Response response;
    RETURN_IF_ERROR(Call(method, request, &response, options));
    return response;
  }

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace muara::rpc

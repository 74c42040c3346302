// Methods that the gateway serves itself, by full name, with typed handlers; called through the
// same transcoder as those of the services behind it. Filled before use, read only afterwards.
#pragma once

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <string>

#include "libs/base/result.h"
#include "services/gateway/domain/account.h"

namespace muara::gateway {

struct LocalCall {
  Caller caller;  // empty for public methods
  std::string remote_ip;
};

class LocalMethods {
 public:
  using Message = google::protobuf::Message;
  using Handler = std::function<Status(const LocalCall&, const Message&, Message&)>;

  // `method` is "package.Service/Method"; its types must be those of the handler.
  template <class Request, class Response, class Function>
  void Add(const std::string& method, Function function) {
    handlers_[method] = [function = std::move(function)](const LocalCall& call,
                                                         const Message& request,
                                                         Message& response) -> Status {
      CHECK(request.GetDescriptor() == Request::descriptor());
      CHECK(response.GetDescriptor() == Response::descriptor());
      Result<Response> answer = function(call, static_cast<const Request&>(request));
      if (!answer.ok()) return answer.error();
      static_cast<Response&>(response) = std::move(*answer);
      return Ok();
    };
  }

  const Handler* Find(const std::string& method) const {
    const auto found = handlers_.find(method);
    return found == handlers_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Handler> handlers_;
};

}  // namespace muara::gateway

// The services behind the gateway. A call goes to whoever owns the method's package, in the name of
// the caller: by a token of ours that lives a minute. Thread safe.
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <string>

#include "libs/base/time.h"
#include "libs/rpc/client.h"

namespace muara::gateway {

// By the name of the service: "ticket".
using Owners = std::map<std::string, rpc::Client*>;

class Backends {
 public:
  // The clients must outlive it.
  Backends(Owners owners, rpc::TokenKeys keys, const Clock& clock, int call_timeout_ms);

  Status Call(const std::string& method, const google::protobuf::Message& request,
              google::protobuf::Message* response, const rpc::Principal& caller) const;

 private:
  const Owners owners_;
  const rpc::TokenKeys keys_;
  const Clock& clock_;
  const int call_timeout_ms_;
};

// Nobody in particular, for methods that are open to all.
rpc::Principal Anyone();

}  // namespace muara::gateway
